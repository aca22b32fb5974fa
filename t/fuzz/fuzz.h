/* fuzz - what the harnesses share: properties, bytes in random pieces, growing text, a directory */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* The entry point of each harness. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Ends the run with a report if c does not hold. */
#define HOLDS(c) ((c) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #c))
_Noreturn void fuzz_broken(const char *file, int line, const char *what);

/* Growing text, always NUL-terminated; free s. */
struct text {
	char *s;
	size_t n, room;
};
void text_add(struct text *t, const char *s, size_t n);
/* The same with the types of strip's and events' out. */
int text_take(void *ctx, const char *s, size_t n);
void text_out(void *ctx, const char *s, size_t n);
int text_same(const struct text *a, const struct text *b);

/* A copy of n bytes, so that a read beyond them is found; or with a NUL behind them. Free it. */
char *fuzz_bytes(const uint8_t *data, size_t n);
char *fuzz_string(const uint8_t *data, size_t n);

/* The length of the next piece of `left` bytes; the seed depends on the input alone. */
unsigned fuzz_seed(const uint8_t *data, size_t n);
size_t fuzz_piece(unsigned *seed, size_t left);

/* 1 if s is well-formed UTF-8 without controls but those in allowed. */
int fuzz_clean(const char *s, size_t n, const char *allowed);

/* 1 if a regular expression in these lines may take for ever (counts, back references, a++++). */
int fuzz_costly(const uint8_t *data, size_t n);

/* An empty directory, in memory if possible, removed at exit: its descriptor, its path. */
int fuzz_dir(void);
const char *fuzz_path(void);
/* Writes a file in it. */
void fuzz_file(const char *name, const uint8_t *data, size_t n);

#endif
