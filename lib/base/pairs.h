/* pairs - lists of key, value, key, value for history_add, manifest_change and manifest_turn */
#ifndef BASE_PAIRS_H
#define BASE_PAIRS_H

#include "base/clock.h"

#define PAIRS(...) (const char *const[]){ __VA_ARGS__, NULL }

/* A number, or a time in epoch seconds, as a value; valid until the end of the block around it. */
#define PAIRS_NUMBER(n) pairs_number((char[PAIRS_DIGITS]){ 0 }, n)
#define PAIRS_TIME(t) clock_utc(t, (char[CLOCK_UTC]){ 0 })

enum { PAIRS_DIGITS = 24 };
/* Returns buf. */
char *pairs_number(char buf[PAIRS_DIGITS], long long n);

#endif
