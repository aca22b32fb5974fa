/* answer - the verdict that a model's answer means; no I/O */
#ifndef TRIAGE_ANSWER_H
#define TRIAGE_ANSWER_H

#include <stddef.h>

#include "notice/verdict.h"

enum { ANSWER_MAX = 16384, ANSWER_WHY = 160 };

/*
 * Reads n bytes of a model's answer, of which the first ANSWER_MAX count: any bytes, control sequences among them. What counts are, in this order, lines that hold nothing but a word (in
 * any case, after "verdict:" or the like, between asterisks or quotes), words in capitals within prose, and words in any case at the beginning of a line, before a full stop, comma or the
 * like; words after "not" and its kind do not. If the first of these that there is is one word, that is it, and why is empty; ESCALATE
 * if there are two, or none: why says which. Of the answer nothing else gets out.
 */
enum verdict answer_read(const char *answer, size_t n, char why[ANSWER_WHY]);

#endif
