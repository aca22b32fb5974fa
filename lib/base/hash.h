/* hash - FNV-1a, 64 bits; finding collisions is easy, so it protects nothing */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>

#define HASH_START 0xcbf29ce484222325ULL

/* Continues h, which begins as HASH_START, with n bytes. */
unsigned long long hash_add(unsigned long long h, const char *s, size_t n);

#endif
