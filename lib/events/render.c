/* render - how an agent's events look to a person */
#include "events/render.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const char indent[] = "  ";

void
render_init(struct render *r, void (*out)(void *ctx, const char *s, size_t n), void *ctx)
{
	r->out = out;
	r->ctx = ctx;
	r->last[0] = '\0';
	r->in_part = 0;
}

static int
pass(void *ctx, const char *s, size_t n)
{
	struct render *r = ctx;

	while (n > 0) {
		const char *nl = memchr(s, '\n', n);
		size_t len = nl && r->indented ? (size_t)(nl - s) + 1 : n;

		if (r->at_start && r->indented && *s != '\n')
			r->out(r->ctx, indent, sizeof indent - 1);
		r->out(r->ctx, s, len);
		r->at_start = s[len - 1] == '\n';
		s += len;
		n -= len;
	}
	return 0;
}

static size_t
without_newlines(const char *s, size_t n)
{
	while (n > 0 && (s[n - 1] == '\n' || s[n - 1] == '\r'))
		n--;
	return n;
}

static void
begin(struct render *r, int indented)
{
	r->indented = indented;
	r->at_start = 1;
	r->last[0] = '\0';
	strip_init(&r->strip);
}

static void
end(struct render *r, long long left_out)
{
	char more[96];
	int n;

	strip_flush(&r->strip, pass, r);
	if (!r->at_start)
		r->out(r->ctx, "\n", 1);
	if (left_out <= 0)
		return;
	n = snprintf(more, sizeof more, "%s[... %lld more bytes in events.jsonl]\n",
		r->indented ? indent : "", left_out);
	r->out(r->ctx, more, (size_t)n);
}

static void
block(struct render *r, int indented, const char *s, size_t n, long long total)
{
	render_part_end(r);
	begin(r, indented);
	strip_feed(&r->strip, s, n, pass, r);
	end(r, total - (long long)n);
}

void
render_part(struct render *r, const char *s, size_t n, long long total)
{
	if (!r->in_part) {
		begin(r, 0);
		r->in_part = 1;
		r->part = 0;
	}
	if (r->part + (long long)n <= RENDER_PART)
		strip_feed(&r->strip, s, n, pass, r);
	else if (r->part < RENDER_PART)
		strip_feed(&r->strip, s, utf8_cut(s, (size_t)(RENDER_PART - r->part)), pass, r);
	r->part += total;
}

void
render_part_end(struct render *r)
{
	if (r->in_part)
		end(r, r->part - RENDER_PART);
	r->in_part = 0;
}

void
render_text(struct render *r, const char *s, size_t n, long long total)
{
	if (total > (long long)n && n > 0)
		n = utf8_cut(s, n - 1);
	else
		total = (long long)(n = without_newlines(s, n));
	if (n > 0)
		block(r, 0, s, n, total);
}

void
render_output(struct render *r, const char *s, size_t n, long long total)
{
	size_t stop = 0;

	if (total == (long long)n)
		total = (long long)(n = without_newlines(s, n));
	for (int lines = 0; lines < RENDER_LINES && stop < n; lines++) {
		const char *nl = memchr(s + stop, '\n', n - stop);

		stop = nl ? (size_t)(nl - s) + 1 : n;
	}
	if (stop > RENDER_BYTES)
		stop = utf8_cut(s, RENDER_BYTES);
	if (stop > 0)
		block(r, 1, s, stop, total);
}

void
render_line(struct render *r, const char *mark, const char *s, size_t n, int once)
{
	char line[sizeof r->last];
	size_t at = strlen(mark), len;

	memcpy(line, mark, at);
	len = at + oneline(line + at, RENDER_LINE, s, n);
	if (len + 5 > at + RENDER_LINE) {
		len = utf8_cut(line, at + RENDER_LINE - 8);
		memcpy(line + len, "...", 4);
		len += 3;
	}
	if (once && strcmp(line, r->last) == 0)
		return;
	render_part_end(r);
	memcpy(r->last, line, len + 1);
	line[len++] = '\n';
	r->out(r->ctx, line, len);
}
