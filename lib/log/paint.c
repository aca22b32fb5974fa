/* paint - a log's lines on standard output: coloured by how they begin, with what stands before */
#include "log/paint.h"

#include <string.h>
#include <unistd.h>

#include "file/file.h"

static enum ink
ink_of(const char *s, size_t n)
{
	static const struct {
		const char *begin;
		enum ink ink;
	} lines[] = {
		{"--- attempt ", INK_BOLD}, {"== completed ", INK_GREEN},
		{"== check passed", INK_GREEN}, {"== check: ", INK_BOLD},
		{"== stopped ", INK_BOLD}, {"== ", INK_RED}, {"= ", INK_DIM}, {"> ", INK_MAGENTA},
		{"! ", INK_RED}, {"~ ", INK_YELLOW},
	};

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		size_t k = strlen(lines[i].begin);

		if (n >= k && !memcmp(s, lines[i].begin, k))
			return lines[i].ink;
	}
	return INK_PLAIN;
}

int
paint_flush(struct paint *p)
{
	size_t n = p->n;

	p->n = 0;
	return file_write_all(STDOUT_FILENO, p->held, n);
}

static int
hold(struct paint *p, const char *s, size_t n)
{
	if (n > sizeof p->held - p->n && paint_flush(p))
		return -1;
	if (n > sizeof p->held)
		return file_write_all(STDOUT_FILENO, s, n);
	memcpy(p->held + p->n, s, n);
	p->n += n;
	return 0;
}

static int
hold_text(struct paint *p, const char *s)
{
	return hold(p, s, strlen(s));
}

/* A line, or a piece of one. The colour ends with it: what comes next may be another program's. */
static int
put(struct paint *p, const char *s, size_t n)
{
	if (!p->midline) {
		p->ink = p->colour ? ink_of(s, n) : INK_PLAIN;
		if (p->before && hold_text(p, p->before))
			return -1;
	}
	if (!p->ink)
		return hold(p, s, n);
	return hold_text(p, table_sgr(p->ink)) || hold(p, s, n) || hold_text(p, "\033[m") ? -1 : 0;
}

int
paint_write(struct paint *p, const char *s, size_t n)
{
	while (n > 0) {
		const char *nl = memchr(s, '\n', n);
		size_t k = nl ? (size_t)(nl - s) : n;

		if ((k || !p->midline) && put(p, s, k))
			return -1;
		p->midline = !nl;
		if (nl && hold(p, nl, 1))
			return -1;
		k += nl != NULL;
		s += k;
		n -= k;
	}
	return 0;
}
