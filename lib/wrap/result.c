/* result - DIR/result: the agent's final text */
#include "wrap/result.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"
#include "file/regular.h"

enum { TAIL = 4096 };

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

/* Reads the end of what a file has after `from`, at most size bytes; *cut: it has more. */
static size_t
end_of(int dir, const char *name, off_t from, char *buf, size_t size, int *cut)
{
	int in = regular_open(dir, name, O_RDONLY);
	struct stat st;
	ssize_t n = 0;

	if (in >= 0 && !fstat(in, &st)) {
		if (st.st_size < from) /* somebody has emptied it */
			from = 0;
		*cut = st.st_size - from > (off_t)size;
		n = pread(in, buf, size, *cut ? st.st_size - (off_t)size : from);
	}
	if (in >= 0)
		close(in);
	return n > 0 ? (size_t)n : 0;
}

int
result_from_output(int dir, off_t start, int turns)
{
	char buf[TAIL], older[TAIL];
	int cut = 0;
	size_t n = end_of(dir, "output.log", turns ? 0 : start, buf, sizeof buf, &cut), m;
	const char *p;

	if (turns && n < sizeof buf) {
		start = turns == 1 ? start : 0;
		m = end_of(dir, "output.log.1", start, older, sizeof older - n, &cut);
		memmove(buf + m, buf, n);
		memcpy(buf, older, m);
		n += m;
	} else if (turns) {
		cut = 1;
	}
	p = cut && n ? memchr(buf, '\n', n) : NULL;
	if (p)
		n -= (size_t)(++p - buf);
	return file_replace(dir, "result", p ? p : buf, n, 0600, FILE_DATA);
}
