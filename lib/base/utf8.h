/* utf8 - characters in bytes, and how many columns of a terminal they take; no I/O */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * The sequence at s (n bytes, n > 0): its length, 1 to 4, if it is well formed (Unicode table 3-7: no overlong form, no surrogate,
 * nothing above U+10FFFF); 0 if n bytes are a good beginning and more is wanted; -k if the first k bytes belong to no character.
 */
int utf8_seq(const char *s, size_t n);

/* How many of the n bytes at s are left when a character that is cut off at their end goes. */
size_t utf8_cut(const char *s, size_t n);

/* Code point of a well-formed sequence. */
uint32_t utf8_code(const char *s);

/* How many of the n bytes at s, from the first, are whole characters and no control but tab and newline (C0, DEL and C1 are). */
size_t utf8_plain(const char *s, size_t n);

/*
 * How many of the n bytes at s, well-formed UTF-8, a person sees as what they are: up to the first character that turns the direction of a line, ends it, or shows nothing at all (bidirectional
 * controls, zero width space, word joiner, tags ...), by which a text can look like another. Joiners, which scripts and emoji need, count as seen.
 */
size_t utf8_visible(const char *s, size_t n);

/* Columns: 0 (combining marks, joiners), 1 or 2 (East Asian wide, emoji). Controls count as 1. */
int utf8_width(uint32_t code);

#endif
