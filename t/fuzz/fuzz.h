/* fuzz - what the harnesses share: a property that must hold, bytes in random pieces, a text that grows, a directory of its own */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer calls this one, of each harness. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Ends the run with a report if c does not hold. */
#define HOLDS(c) ((c) ? (void)0 : fuzz_broken(__FILE__, __LINE__, #c))
_Noreturn void fuzz_broken(const char *file, int line, const char *what);

/* Grows; always ended by NUL. free s. */
struct text {
	char *s;
	size_t n, room;
};
void text_add(struct text *t, const char *s, size_t n);
/* The same in the shape of strip's and events' out. */
int text_take(void *ctx, const char *s, size_t n);
void text_out(void *ctx, const char *s, size_t n);
int text_same(const struct text *a, const struct text *b);

/* n bytes and no more (a read beyond them is found), or with a NUL behind them. free it. */
char *fuzz_bytes(const uint8_t *data, size_t n);
char *fuzz_string(const uint8_t *data, size_t n);

/* The length of the next piece of `left` bytes, by a seed that is different for each input and the same each time. */
unsigned fuzz_seed(const uint8_t *data, size_t n);
size_t fuzz_piece(unsigned *seed, size_t left);

/* Well-formed UTF-8 without control, but for what stands in allowed. */
int fuzz_clean(const char *s, size_t n, const char *allowed);

/* Whether a regular expression among these lines may cost the C library without bound: counts, back references, a++++. That is the user's own affair. */
int fuzz_costly(const uint8_t *data, size_t n);

/* An empty directory in memory, where there is such a thing; its descriptor. It is removed at the end. fuzz_path: where it is. */
int fuzz_dir(void);
const char *fuzz_path(void);
/* The file `name` in it, with that content. */
void fuzz_file(const char *name, const uint8_t *data, size_t n);

#endif
