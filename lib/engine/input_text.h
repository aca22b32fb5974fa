/* input_text - a text that somebody has for a task: taken in, looked at, and made fit for the input box of an agent's interface */
#ifndef ENGINE_INPUT_TEXT_H
#define ENGINE_INPUT_TEXT_H

#include <stddef.h>

#include "base/err.h"

/*
 * The words, joined by blanks; none: standard input, less the newlines at its end. At most PROMPT_MAX bytes, after which there is room for input_text_fit. Static; NULL with errno and why (EFBIG: it
 * is longer).
 */
char *input_text_read(char *const *words, size_t *len, char why[WHY]);

/* 0; -1 with why: there is nothing in it, or a control that is a key's affair. */
int input_text_check(const char *text, size_t n, char why[WHY]);

/* Where the text's last line matches ere (blank_after, rca-agent(5); NULL: none is given), a blank is put behind it. The new length in *n. 0; -1 with why: no regular expression. */
int input_text_fit(const char *ere, char *text, size_t *n, char why[WHY]);

#endif
