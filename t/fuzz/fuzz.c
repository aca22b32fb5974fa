/* fuzz - what the harnesses share */
#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"

/* Each makes glibc's regcomp five times as slow: 1+?++++++++++ takes half a second. */
enum { REPEATS = 7 };

static char path[64];
static int dir = -1;

void
fuzz_broken(const char *file, int line, const char *what)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

void
text_add(struct text *t, const char *s, size_t n)
{
	if (t->n + n + 1 > t->room) {
		t->room = (t->n + n + 1) * 2;
		t->s = realloc(t->s, t->room);
		if (!t->s)
			abort();
	}
	if (n)
		memcpy(t->s + t->n, s, n);
	t->n += n;
	t->s[t->n] = '\0';
}

int
text_take(void *ctx, const char *s, size_t n)
{
	text_add(ctx, s, n);
	return 0;
}

void
text_out(void *ctx, const char *s, size_t n)
{
	text_add(ctx, s, n);
}

int
text_same(const struct text *a, const struct text *b)
{
	return a->n == b->n && (!a->n || !memcmp(a->s, b->s, a->n));
}

static char *
copy(const uint8_t *data, size_t n, size_t more)
{
	char *s = malloc(n + more + 1 - (n + more > 0));

	if (!s)
		abort();
	if (n)
		memcpy(s, data, n);
	if (more)
		s[n] = '\0';
	return s;
}

char *
fuzz_bytes(const uint8_t *data, size_t n)
{
	return copy(data, n, 0);
}

char *
fuzz_string(const uint8_t *data, size_t n)
{
	return copy(data, n, 1);
}

unsigned
fuzz_seed(const uint8_t *data, size_t n)
{
	unsigned h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ data[i]) * 16777619u;
	return h;
}

size_t
fuzz_piece(unsigned *seed, size_t left)
{
	size_t n;

	*seed = *seed * 1664525u + 1013904223u;
	n = *seed >> 28 ? (*seed >> 16) % 17 + 1 : (*seed >> 8) % 9000 + 1;
	return n < left ? n : left;
}

int
fuzz_clean(const char *s, size_t n, const char *allowed)
{
	for (size_t i = 0; i < n;) {
		int k = utf8_seq(s + i, n - i);
		uint32_t code;

		if (k <= 0)
			return 0;
		code = utf8_code(s + i);
		if ((code < ' ' || (code >= 0x7f && code < 0xa0)) &&
			!(code && code < 0x80 && strchr(allowed, (int)code)))
			return 0;
		i += (size_t)k;
	}
	return 1;
}

int
fuzz_costly(const uint8_t *data, size_t n)
{
	int repeats = 0;

	for (size_t i = 0; i < n; i++) {
		uint8_t next = i + 1 < n ? data[i + 1] : 0;
		int digit = next >= '0' && next <= '9';

		repeats = data[i] == '\n' ? 0 : repeats + (data[i] == '+');
		if (repeats > REPEATS || (data[i] == '{' && (digit || next == ',')) ||
			(data[i] == '\\' && digit))
			return 1;
	}
	return 0;
}

static void
clear(void)
{
	char command[128];

	snprintf(command, sizeof command, "rm -rf '%s'", path);
	if (system(command))
		fprintf(stderr, "%s: not removed\n", path);
}

int
fuzz_dir(void)
{
	if (dir >= 0)
		return dir;
	snprintf(path, sizeof path, "%s/fuzz.XXXXXX",
		access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm");
	if (!mkdtemp(path) || (dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		abort();
	atexit(clear);
	return dir;
}

const char *
fuzz_path(void)
{
	fuzz_dir();
	return path;
}

void
fuzz_file(const char *name, const uint8_t *data, size_t n)
{
	int fd = openat(fuzz_dir(), name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	close(fd);
}
