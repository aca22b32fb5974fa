/* prompt - the instructions a task is given: copied in, and put together for an attempt */
#include "task/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"
#include "file/regular.h"

enum { PIECE = 16384 };

static const char again[] =
	"Note: an earlier attempt at this task was cut off and its conversation is lost. Look at "
		"what is already there before you begin, and do not do again what is done.\n\n";
static const char go_on[] =
	"Your work on this task was interrupted. Continue where you left off: look at what is "
		"already done, do not start over, and finish the task.\n";

static int
blank(const char *s, size_t n)
{
	while (n > 0 && strchr(" \t\r\n\v\f", *s) && *s)
		s++, n--;
	return n == 0;
}

/* Copies in to out. Its length, as far as it was copied: more than PROMPT_MAX is too much; -1 with errno. *empty stays 1 if there was nothing but blanks. */
static long long
pour(int in, int out, int *empty)
{
	char buf[PIECE];
	long long total = 0;
	ssize_t n;

	while ((n = read(in, buf, sizeof buf)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if ((total += n) > PROMPT_MAX)
			break;
		*empty = *empty && blank(buf, (size_t)n);
		if (out >= 0 && file_write_all(out, buf, (size_t)n))
			return -1;
	}
	return total;
}

static int
judge(const char *from, long long n, int empty, char why[WHY])
{
	if (n > PROMPT_MAX)
		err_why(why, "prompt %s: larger than %d MiB: put the material into files and name "
			"them in the prompt", from, PROMPT_MAX >> 20);
	else if (n < 0)
		err_why(why, "copy prompt %s:", from);
	else if (empty)
		err_why(why, "prompt %s: is empty", from);
	else
		return 0;
	return n < 0 ? EX_SYSTEM : EX_CALLER;
}

static int
open_source(const char *from, char why[WHY])
{
	struct stat st;
	int fd;

	if (!strcmp(from, "-"))
		return dup(0);
	fd = open(from, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_why(why, "prompt %s:", from);
	if (fstat(fd, &st) || S_ISDIR(st.st_mode)) {
		close(fd);
		return err_why(why, "prompt %s: not a file", from);
	}
	return fd;
}

/* All that fd has into *buf, which grows. As pour. */
static long long
slurp(int fd, char **buf, int *empty)
{
	size_t size = 0, got = 0;
	ssize_t n = 1;

	while (n != 0 && got <= PROMPT_MAX) {
		if (size - got < PIECE) {
			char *more = realloc(*buf, size = 2 * size + PIECE);

			if (!more)
				return -1;
			*buf = more;
		}
		if ((n = read(fd, *buf + got, size - got)) < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		*empty = *empty && blank(*buf + got, (size_t)n);
		got += (size_t)n;
	}
	return (long long)got;
}

int
prompt_load(const char *from, struct prompt *p, char why[WHY])
{
	int in = open_source(from, why), empty = 1, r;
	long long n;

	*p = (struct prompt){ .text = NULL };
	if (in < 0)
		return EX_CALLER;
	n = slurp(in, &p->text, &empty);
	r = judge(from, n, empty, why);
	close(in);
	p->n = n > 0 ? (size_t)n : 0;
	if (r)
		prompt_free(p);
	return r;
}

void
prompt_free(struct prompt *p)
{
	free(p->text);
	p->text = NULL;
}

int
prompt_store(const struct prompt *p, int dir, const char *name, char why[WHY])
{
	if (!file_replace(dir, name, p->text, p->n, 0600, FILE_FULL))
		return 0;
	err_why(why, "write %s:", name);
	return EX_SYSTEM;
}

static char *
refuse(char *s, int err, const char *what, char why[WHY])
{
	free(s);
	err_why(why, "prompt: %s, and this agent takes it as an argument: put the material into "
		"files and name them in the prompt", what);
	errno = err;
	return NULL;
}

char *
prompt_argument(int in, char why[WHY])
{
	char *s = malloc(PROMPT_ARG_MAX + 1), what[64];
	ssize_t n = s ? file_read_all(in, s, PROMPT_ARG_MAX + 1) : -1;

	if (n < 0) {
		err_why(why, "read prompt:");
		free(s);
		return NULL;
	}
	snprintf(what, sizeof what, "larger than %d kB", PROMPT_ARG_MAX / 1024);
	if (n > PROMPT_ARG_MAX)
		return refuse(s, E2BIG, what, why);
	s[n] = '\0';
	return strlen(s) < (size_t)n ? refuse(s, EINVAL, "a NUL in it", why) : s;
}

int
prompt_check(int dir, int argument, char why[WHY])
{
	int in = regular_open(dir, "prompt", O_RDONLY), empty = 1, r;
	long long n;

	if (in < 0) {
		if (errno == ENOENT)
			err_why(why, "no prompt: write one to the file prompt in the task "
				"directory, or give -p");
		else
			err_why(why, "open prompt:");
		return EX_CALLER;
	}
	n = pour(in, -1, &empty);
	r = judge("in the task directory", n, empty, why);
	if (!r && argument) {
		char *s = lseek(in, 0, SEEK_SET) < 0 ? NULL : prompt_argument(in, why);

		r = s ? 0 : EX_CALLER;
		free(s);
	}
	close(in);
	return r;
}

/* Appends dir/name to out. 1 if it was there and held something, 0 if not, -1 with errno. */
static int
append(int out, int dir, const char *name)
{
	int in = regular_open(dir, name, O_RDONLY), empty = 1, saved;
	long long n;

	if (in < 0)
		return errno == ENOENT ? 0 : -1;
	n = pour(in, out, &empty);
	saved = errno;
	close(in);
	errno = saved;
	return n < 0 ? -1 : !empty;
}

static int
put_together(int out, int dir, enum prompt_kind kind)
{
	int r;

	if (kind == PROMPT_AGAIN && file_write_all(out, again, sizeof again - 1))
		return -1;
	if (kind == PROMPT_CUT && file_write_all(out, go_on, sizeof go_on - 1))
		return -1;
	if (kind < PROMPT_RESUMED && append(out, dir, "prompt") < 0)
		return -1;
	if (kind != PROMPT_RESUMED && file_write_all(out, "\n", 1))
		return -1;
	r = append(out, dir, "resume");
	return r == 0 && kind == PROMPT_RESUMED ? file_write_all(out, go_on, sizeof go_on - 1) : r;
}

int
prompt_input(int dir, enum prompt_kind kind)
{
	int out, r;

	if (kind == PROMPT_FRESH)
		return regular_open(dir, "prompt", O_RDONLY);
	out = file_open(dir, "input", 0600);
	if (out < 0)
		return -1;
	r = put_together(out, dir, kind);
	if (r < 0) {
		file_abort(dir, "input", out);
		return -1;
	}
	if (file_commit(dir, "input", out, FILE_LOOSE))
		return -1;
	return regular_open(dir, "input", O_RDONLY);
}
