/* result - DIR/result: the agent's final text */
#include "wrap/result.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "file/file.h"
#include "file/regular.h"

static int
write_out(void *ctx, const char *s, size_t n)
{
	return file_write_all(*(int *)ctx, s, n);
}

/*
 * The final text stands in one line of any length, so it is read, decoded and written in pieces.
 * 1: the file is shorter than it was, so somebody has emptied it.
 */
static int
decode(int in, long long off, long long left, struct events *ev, int out)
{
	char buf[16384];
	int r = 0;

	while (!r && left > 0) {
		size_t want = left < (long long)sizeof buf ? (size_t)left : sizeof buf;
		ssize_t n = pread(in, buf, want, (off_t)off);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -1 : 1;
		off += n;
		left -= n;
		r = events_result_feed(ev, buf, (size_t)n, write_out, &out);
	}
	return r;
}

int
result_from_events(int dir, struct events *ev, off_t start, int whole)
{
	const char *brief = events_result_short(ev);
	long long off, len;
	int in = -1, out = file_open(dir, "result", 0600), r = 1;

	if (out < 0)
		return -1;
	events_result_where(ev, &off, &len);
	if (whole && len > 0)
		in = regular_open(dir, "events.jsonl", O_RDONLY);
	if (in >= 0) {
		r = decode(in, start + off, len, ev, out);
		close(in);
	}
	if (r > 0)
		r = ftruncate(out, 0) || lseek(out, 0, SEEK_SET) < 0 ? -1
			: file_write_all(out, brief, strlen(brief));
	if (r) {
		file_abort(dir, "result", out);
		return -1;
	}
	return file_commit(dir, "result", out, FILE_DATA);
}

void
result_tail_add(struct result_tail *t, const char *s, size_t n)
{
	if (n > RESULT_TAIL || t->n + n > sizeof t->s)
		t->cut = 1;
	if (n > RESULT_TAIL) {
		s += n - RESULT_TAIL;
		n = RESULT_TAIL;
	}
	if (t->n + n > sizeof t->s) {
		memmove(t->s, t->s + t->n - RESULT_TAIL, RESULT_TAIL);
		t->n = RESULT_TAIL;
	}
	memcpy(t->s + t->n, s, n);
	t->n += n;
}

int
result_from_tail(int dir, const struct result_tail *t)
{
	const char *end = t->s + t->n, *from = t->n > RESULT_TAIL ? end - RESULT_TAIL : t->s,
		*nl = NULL;

	if (t->cut || from > t->s)
		nl = memchr(from, '\n', (size_t)(end - from));
	if (nl)
		from = nl + 1;
	return file_replace(dir, "result", from, (size_t)(end - from), 0600, FILE_DATA);
}
