/* utf8 - characters in bytes, and how many columns of a terminal they take */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * The length, 1 to 4, of the well-formed sequence at s (n bytes, n > 0; Unicode table 3-7: no
 * overlong form, no surrogate, nothing above U+10FFFF). 0 if the n bytes begin one and end too
 * early; -k if the first k bytes belong to no character.
 */
int utf8_seq(const char *s, size_t n);

/* n, less the bytes of a character that the end of the n bytes at s cuts off. */
size_t utf8_cut(const char *s, size_t n);

/* Code point of a well-formed sequence. */
uint32_t utf8_code(const char *s);

/* How many of the n bytes at s come before broken UTF-8 or a control but tab and newline. */
size_t utf8_plain(const char *s, size_t n);

/*
 * How many of the n bytes at s, well-formed UTF-8, come before a character that changes the
 * writing direction, ends a line or is invisible (a zero width space, a tag ...), by which one text
 * can look like another. Joiners, which scripts and emoji need, are let pass.
 */
size_t utf8_visible(const char *s, size_t n);

/* Columns: 0 (combining marks, joiners), 1, or 2 (East Asian wide, emoji). Controls count as 1. */
int utf8_width(uint32_t code);

#endif
