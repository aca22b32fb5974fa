/* next_prompt - DIR/resume: that the task is to be resumed, and what the agent is told then */
#include "task/next_prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "file/file.h"
#include "file/regular.h"
#include "task/manifest.h"
#include "task/prompt.h"

static int
open_next(int dir, struct stat *st)
{
	int fd = regular_open(dir, "resume", O_RDONLY);

	if (fd < 0)
		return -1;
	if (!fstat(fd, st))
		return fd;
	close(fd);
	return -1;
}

/* The hash of the next n bytes of fd; 0 if there are fewer. */
static unsigned long long
hash(int fd, off_t n)
{
	unsigned long long h = HASH_START;
	char buf[16384];

	while (n > 0) {
		ssize_t r = read(fd, buf, n < (off_t)sizeof buf ? (size_t)n : sizeof buf);

		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return 0;
		h = hash_add(h, buf, (size_t)r);
		n -= r;
	}
	return h;
}

/* The words that wait already, and a blank line. */
static int
copy_waiting(int dir, int out, off_t *size)
{
	struct stat st;
	int in = open_next(dir, &st), r;

	*size = 0;
	if (in < 0)
		return errno == ENOENT ? 0 : -1;
	*size = st.st_size;
	r = file_copy(in, out);
	if (!r && st.st_size)
		r = file_write_all(out, "\n\n", regular_torn(in) ? 2 : 1);
	close(in);
	return r;
}

int
next_prompt_add(int dir, const char *text, size_t n, char why[WHY])
{
	int out = file_open(dir, "resume", 0600);
	off_t size;

	if (out < 0) {
		err_why(why, "create resume:");
		return EX_SYSTEM;
	}
	if (copy_waiting(dir, out, &size) || file_write_all(out, text, n) ||
		(text[n - 1] != '\n' && file_write_all(out, "\n", 1))) {
		err_why(why, "write resume:");
		file_abort(dir, "resume", out);
		return EX_SYSTEM;
	}
	if (size + (off_t)n > PROMPT_MAX) {
		err_why(why, "the next prompt would be larger than %d MiB", PROMPT_MAX >> 20);
		file_abort(dir, "resume", out);
		return EX_CALLER;
	}
	if (!file_commit(dir, "resume", out, FILE_FULL))
		return 0;
	err_why(why, "write resume:");
	return EX_SYSTEM;
}

void
next_prompt_take(int dir, struct next_prompt *x)
{
	struct stat st;
	int fd = open_next(dir, &st);

	x->there = fd >= 0;
	if (fd < 0)
		return;
	x->ino = st.st_ino;
	x->dev = st.st_dev;
	x->size = st.st_size;
	x->hash = hash(fd, st.st_size);
	close(fd);
}

/* Keeps the rest of fd: what follows the part that was used. */
static void
keep_rest(int dir, int fd)
{
	int out = file_open(dir, "resume", 0600);
	char c;

	if (out < 0)
		return;
	if ((read(fd, &c, 1) == 1 && c != '\n' && file_write_all(out, &c, 1)) || file_copy(fd, out))
		file_abort(dir, "resume", out);
	else
		file_commit(dir, "resume", out, FILE_FULL);
}

void
next_prompt_used(int dir, const struct next_prompt *x)
{
	struct stat st;
	int lock, fd;

	if (!x->there || (lock = manifest_lock(dir)) < 0)
		return;
	if ((fd = open_next(dir, &st)) >= 0) {
		if (st.st_ino == x->ino && st.st_dev == x->dev && st.st_size == x->size)
			unlinkat(dir, "resume", 0);
		else if (x->size > 0 && st.st_size > x->size && hash(fd, x->size) == x->hash)
			keep_rest(dir, fd);
		close(fd);
	}
	close(lock);
}
