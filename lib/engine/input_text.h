/* input_text - a text for an agent's input box: read, checked, made fit */
#ifndef ENGINE_INPUT_TEXT_H
#define ENGINE_INPUT_TEXT_H

#include <stddef.h>

#include "base/err.h"

/*
 * Joins words by blanks; without words it reads standard input, less the newlines at its end. At
 * most PROMPT_MAX bytes, with room after them for input_text_fit. The text is static. NULL with
 * errno (EFBIG: too long) and why.
 */
char *input_text_read(char *const *words, size_t *len, char why[WHY]);

/* 0; -1 with why: it is empty, or has a control character that only a key should send. */
int input_text_check(const char *text, size_t n, char why[WHY]);

/*
 * Appends a blank if the text's last line matches ere (blank_after in rca-agent(5); may be NULL),
 * and updates *n. 0; -1 with why: ere is not a regular expression.
 */
int input_text_fit(const char *ere, char *text, size_t *n, char why[WHY]);

#endif
