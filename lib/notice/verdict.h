/* verdict - the five words that say how a task stands, and the one of them that a model's answer means; no I/O */
#ifndef NOTICE_VERDICT_H
#define NOTICE_VERDICT_H

#include <stddef.h>

enum verdict { FINE, NEEDS_NUDGE, STUCK, DONE, ESCALATE, VERDICT_LAST };

enum { VERDICT_ANSWER = 16384, VERDICT_WHY = 160 };

/* The word itself; "" for VERDICT_LAST. */
const char *verdict_word(enum verdict v);
/* VERDICT_LAST: none of them. */
enum verdict verdict_parse(const char *word);

/*
 * Reads n bytes of a model's answer, of which the first VERDICT_ANSWER count: any bytes, control sequences among them. What counts are, in this order, lines that hold nothing but a word (in
 * any case, after "verdict:" or the like, between asterisks or quotes), words in capitals within prose, and words in any case at the beginning of a line, before a full stop, comma or the
 * like; words after "not" and its kind do not. If the first of these that there is is one word, that is it, and why is empty; ESCALATE
 * if there are two, or none: why says which. Of the answer nothing else gets out.
 */
enum verdict verdict_read(const char *answer, size_t n, char why[VERDICT_WHY]);

#endif
