/* answer - reads the verdict out of a model's answer; no I/O */
#ifndef TRIAGE_ANSWER_H
#define TRIAGE_ANSWER_H

#include <stddef.h>

#include "notice/verdict.h"

enum { ANSWER_MAX = 16384, ANSWER_WHY = 160 };

/*
 * Reads the first ANSWER_MAX of n bytes, whatever they are. Three kinds of places count, the first
 * that occurs: lines with nothing but a word (in any case, after "verdict:" or the like, in quotes
 * or asterisks); words in capitals; words in any case that begin a line, before a full stop or the
 * like. Words after "not" or the like do not count. ESCALATE with why if no such word occurs, or
 * two different ones do; else the word's verdict, and why is "".
 */
enum verdict answer_read(const char *answer, size_t n, char why[ANSWER_WHY]);

#endif
