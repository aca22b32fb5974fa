/* prompt - the instructions of a task: read, stored, and put together for an attempt */
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

/* Reads fd to its end, or until it has more than max bytes. p->text is for free() in any case. */
static int
slurp(int fd, size_t max, struct prompt *p)
{
	size_t size = 0;
	ssize_t n = 1;

	*p = (struct prompt){ .text = NULL };
	while (n != 0 && p->n <= max) {
		if (size - p->n < PIECE) {
			char *more = realloc(p->text, size = 2 * size + PIECE);

			if (!more)
				return -1;
			p->text = more;
		}
		if ((n = file_read_all(fd, p->text + p->n, size - p->n - 1)) < 0)
			return -1;
		p->n += (size_t)n;
	}
	p->text[p->n] = '\0';
	return 0;
}

/* The exit code for a prompt that slurp has read, or (failed) could not read; 0 it is good. */
static int
judge(const char *from, const struct prompt *p, int failed, char why[WHY])
{
	if (failed)
		err_why(why, "copy prompt %s:", from);
	else if (p->n > PROMPT_MAX)
		err_why(why, "prompt %s: larger than %d MiB: put the material into files and name "
			"them in the prompt", from, PROMPT_MAX >> 20);
	else if (blank(p->text, p->n))
		err_why(why, "prompt %s: is empty", from);
	else
		return 0;
	return failed ? EX_SYSTEM : EX_CALLER;
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

int
prompt_load(const char *from, struct prompt *p, char why[WHY])
{
	int in = open_source(from, why), r;

	*p = (struct prompt){ .text = NULL };
	if (in < 0)
		return EX_CALLER;
	r = slurp(in, PROMPT_MAX, p);
	r = judge(from, p, r, why);
	close(in);
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

/* 0; -1 with errno and why: the agent's arguments cannot hold it. */
static int
check_argument(const struct prompt *p, char why[WHY])
{
	char what[64] = "a NUL in it";

	if (p->n > PROMPT_ARG_MAX)
		snprintf(what, sizeof what, "larger than %d kB", PROMPT_ARG_MAX / 1024);
	else if (!memchr(p->text, 0, p->n))
		return 0;
	errno = p->n > PROMPT_ARG_MAX ? E2BIG : EINVAL;
	return err_why(why, "prompt: %s, and this agent takes it as an argument: put the material "
		"into files and name them in the prompt", what);
}

char *
prompt_argument(int in, char why[WHY])
{
	struct prompt p;

	if (slurp(in, PROMPT_ARG_MAX, &p))
		err_why(why, "read prompt:");
	else if (!check_argument(&p, why))
		return p.text;
	free(p.text);
	return NULL;
}

int
prompt_check(int dir, int argument, char why[WHY])
{
	int in = regular_open(dir, "prompt", O_RDONLY), r;
	struct prompt p;

	if (in < 0) {
		err_why(why, errno != ENOENT ? "open prompt:" : "no prompt: write one to the file "
			"prompt in the task directory, or give -p");
		return EX_CALLER;
	}
	r = slurp(in, PROMPT_MAX, &p);
	r = judge("in the task directory", &p, r, why);
	if (!r && argument && check_argument(&p, why))
		r = EX_CALLER;
	prompt_free(&p);
	close(in);
	return r;
}

/* Appends dir/name to out. 1 it is more than blanks, 0 not, or it does not exist; -1 with errno. */
static int
append(int out, int dir, const char *name)
{
	int in = regular_open(dir, name, O_RDONLY), r;
	struct prompt p;

	if (in < 0)
		return errno == ENOENT ? 0 : -1;
	r = slurp(in, PROMPT_MAX, &p) || file_write_all(out, p.text, p.n) ? -1 :
		!blank(p.text, p.n);
	prompt_free(&p);
	close(in);
	return r;
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
