/* hash - FNV-1a, 64 bits: tells texts apart, is no protection against somebody who seeks a collision */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>

#define HASH_START 0xcbf29ce484222325ULL

/* The hash of n more bytes after those that gave h; HASH_START to begin with. */
unsigned long long hash_add(unsigned long long h, const char *s, size_t n);

#endif
