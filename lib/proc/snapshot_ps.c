/*
 * snapshot_ps - lists processes by ps, for systems without a /proc like Linux's
 *
 * One ps a snapshot; a second one, without environments, only if some line holds the mark, to tell
 * an environment from an argument that looks like it. Times are whole seconds on some systems,
 * without waited-for children, and a process cannot be held between the look at it and the signal.
 */
#include "proc/snapshot.h"
#if !defined SYSTEM_LINUX && !defined SYSTEM_MACOS

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "proc/run.h"

enum {
	NEAR_S = 3,
	WORDS = 16,
	FIELDS = 5 /* pid, ppid, state, age, time; then the command */
};

#define FORMAT " -o pid= -o ppid= -o state= -o etime= -o time= -o command="

/* The output of a ps that runs. A line, a command with its environment, is limited by ARG_MAX. */
struct ps {
	int fd;
	pid_t pid;
	char *buf;
	size_t used, eaten, room;
};

static int
open_ps(struct ps *in, const char *command)
{
	char buf[128], *argv[WORDS] = { buf };
	struct spawn s = { .argv = argv, .fd = { -1, -1, -1 }, .group = SPAWN_SAME };
	int p[2], n = 1;

	snprintf(buf, sizeof buf, "%s", command);
	for (char *b = buf; (b = strchr(b, ' ')) && n < WORDS - 1; n++) {
		*b++ = '\0';
		argv[n] = b;
	}
	if (pipe(p) < 0)
		return -1;
	fcntl(p[0], F_SETFD, FD_CLOEXEC);
	fcntl(p[1], F_SETFD, FD_CLOEXEC);
	s.fd[1] = p[1];
	*in = (struct ps){ .fd = p[0], .pid = spawn_start(&s, NULL) };
	close(p[1]);
	if (in->pid < 0)
		close(p[0]);
	return in->pid < 0 ? -1 : 0;
}

/* Returns r, which the last call returned; -1 with errno, EIO if ps failed. */
static int
close_ps(struct ps *in, int r)
{
	int saved = errno, ws = 0;

	close(in->fd);
	free(in->buf);
	if (spawn_wait(in->pid, &ws) < 0 && errno != ECHILD)
		return -1;
	errno = saved;
	if (r == 0 && ws != 0) {
		errno = EIO;
		r = -1;
	}
	return r;
}

/* Reads on; 0 end of file, -1 errno. */
static ssize_t
more(struct ps *in)
{
	ssize_t n;

	if (in->eaten) {
		memmove(in->buf, in->buf + in->eaten, in->used - in->eaten);
		in->used -= in->eaten;
		in->eaten = 0;
	}
	if (in->room == in->used) {
		size_t room = in->room ? in->room * 2 : 65536;
		char *buf = realloc(in->buf, room);

		if (!buf)
			return -1;
		in->buf = buf;
		in->room = room;
	}
	while ((n = read(in->fd, in->buf + in->used, in->room - in->used)) < 0 && errno == EINTR)
		;
	if (n > 0)
		in->used += (size_t)n;
	return n;
}

/* The next line, to be used before the next call. 1; 0 at the end; -1 with errno. */
static int
next_line(struct ps *in, char **line)
{
	ssize_t n;
	char *nl;

	while (in->used == in->eaten
	    || !(nl = memchr(in->buf + in->eaten, '\n', in->used - in->eaten)))
		if ((n = more(in)) <= 0)
			return (int)n;
	*nl = '\0';
	*line = in->buf + in->eaten;
	in->eaten = (size_t)(nl - in->buf) + 1;
	return 1;
}

/* "[[dd-]hh:]mm:ss[.cc]" in milliseconds. */
static long long
clock_field(const char *s)
{
	long long total = 0, n = 0;

	for (; isdigit((unsigned char)*s) || *s == ':' || *s == '-'; s++) {
		if (isdigit((unsigned char)*s)) {
			n = n * 10 + (*s - '0');
			continue;
		}
		total = (total + n) * (*s == '-' ? 24 : 60);
		n = 0;
	}
	total = (total + n) * 1000;
	if ((*s == '.' || *s == ',') && isdigit((unsigned char)s[1]))
		total += (s[1] - '0') * 100
			+ (isdigit((unsigned char)s[2]) ? (s[2] - '0') * 10 : 0);
	return total;
}

/* 1 at " NAME=..." or the end: not at any blank, since a value may hold some. */
static int
value_ends(const char *s)
{
	/* A shell's exported functions are named BASH_FUNC_name%%=(). */
	static const char name[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
		"_-.:%()";
	size_t n;

	if (*s != ' ')
		return *s == '\0';
	for (s++; *s == ' '; s++)
		;
	n = strspn(s, name);
	return n == 0 ? *s == '\0' : s[n] == '=';
}

/* The mark in a command line with its environment. */
static enum snapshot_mark
find_mark(const char *s, const char *mark)
{
	const char *at = s;

	while ((at = strstr(at, SNAPSHOT_MARK))) {
		if (at == s || at[-1] == ' ') {
			at += strlen(SNAPSHOT_MARK);
			return strncmp(at, mark, strlen(mark)) == 0 && value_ends(at + strlen(mark))
				? MARK_OURS : MARK_OTHER;
		}
		at++;
	}
	return MARK_NONE;
}

/* Splits FIELDS words off a line. Returns the rest; NULL if there are fewer. */
static char *
split(char *line, char *field[FIELDS])
{
	for (int i = 0; i < FIELDS; i++) {
		line += strspn(line, " ");
		field[i] = line;
		line += strcspn(line, " ");
		if (!*line || line == field[i])
			return NULL;
		*line++ = '\0';
	}
	return line + strspn(line, " ");
}

/* The line of a process that seems to carry a mark. */
struct text {
	pid_t pid;
	char *s;
};

struct texts {
	struct text *v;
	size_t n, room;
};

static int
keep_text(struct texts *t, pid_t pid, const char *s)
{
	size_t size = strlen(s) + 1;
	struct text *new;

	if (t->n == t->room) {
		size_t room = t->room ? t->room * 2 : 16;

		if (!(new = realloc(t->v, room * sizeof *new)))
			return -1;
		t->v = new;
		t->room = room;
	}
	new = &t->v[t->n];
	new->pid = pid;
	if (!(new->s = malloc(size)))
		return -1;
	memcpy(new->s, s, size);
	t->n++;
	return 0;
}

static void
free_texts(struct texts *t)
{
	while (t->n > 0)
		free(t->v[--t->n].s);
	free(t->v);
}

static int
add(struct snapshot *l, struct texts *t, char *line, const char *mark, pid_t ps)
{
	char *f[FIELDS], *command = split(line, f);
	struct process_info *p;
	pid_t pid = command ? (pid_t)atol(f[0]) : 0;

	if (pid <= 0 || pid == ps)
		return 0;
	if (!(p = snapshot_add(l)))
		return -1;
	p->pid = pid;
	p->ppid = (pid_t)atol(f[1]);
	p->zombie = *f[2] == 'Z';
	p->age_s = clock_field(f[3]) / 1000;
	p->cpu_ms = clock_field(f[4]);
	p->sid = getsid(pid);
	if (p->sid < 0)
		p->sid = getpgid(pid);
	if (mark && !p->zombie)
		p->mark = find_mark(command, mark);
	return p->mark != MARK_NONE ? keep_text(t, pid, command) : 0;
}

/*
 * Takes a line of the second listing: pid and command alone. The first one's text without it,
 * before or after, is the environment. If it is in neither place (the process has exec'd between
 * the two), a mark among the arguments makes the first listing worthless.
 */
static void
correct(struct snapshot *l, const struct texts *t, const char *line, const char *mark)
{
	char *command;
	pid_t pid = (pid_t)strtol(line, &command, 10);
	struct process_info *p = snapshot_find(l, pid);
	size_t i = 0, n, all;

	command += strspn(command, " ");
	n = strlen(command);
	while (i < t->n && t->v[i].pid != pid)
		i++;
	if (!p || i == t->n || n == 0)
		return;
	all = strlen(t->v[i].s);
	if (all >= n && memcmp(t->v[i].s, command, n) == 0) {
		p->mark = find_mark(t->v[i].s + n, mark);
	} else if (all >= n && memcmp(t->v[i].s + all - n, command, n) == 0) {
		t->v[i].s[all - n] = '\0';
		p->mark = find_mark(t->v[i].s, mark);
	} else if (find_mark(command, mark) != MARK_NONE) {
		p->mark = MARK_NONE;
	}
}

int
snapshot_take(struct snapshot *l, const char *mark)
{
	struct texts t = { 0 };
	struct ps ps;
	char *line;
	int r;

	if (open_ps(&ps, mark ? "ps axeww" FORMAT : "ps axww" FORMAT) < 0) {
		if (errno == ENOENT || errno == EACCES)
			errno = ENOSYS;
		return -1;
	}
	while ((r = next_line(&ps, &line)) > 0 && (r = add(l, &t, line, mark, ps.pid)) == 0)
		;
	r = close_ps(&ps, r);
	snapshot_sort(l);
	/* A ps that does not list us cannot be believed. */
	if ((r < 0 && errno == EIO) || (r == 0 && !snapshot_find(l, getpid()))) {
		errno = ENOSYS;
		r = -1;
	}
	if (r == 0 && mark && t.n > 0 && (r = open_ps(&ps, "ps axww -o pid= -o command=")) == 0) {
		while ((r = next_line(&ps, &line)) > 0)
			correct(l, &t, line, mark);
		r = close_ps(&ps, r);
	}
	free_texts(&t);
	return r;
}

/* Seconds of two clocks: closer than NEAR_S they are the same. */
int
snapshot_began(const struct process_info *p, long long began)
{
	long long start = (long long)time(NULL) - p->age_s;

	return start > began + NEAR_S ? 1 : start < began - NEAR_S ? -1 : 0;
}

void
snapshot_command(pid_t pid, char *buf, size_t size)
{
	char number[32];
	char *argv[] = { (char *)"ps", (char *)"-o", (char *)"args=", (char *)"-p", number, NULL };
	struct run ps = { .spawn = { .argv = argv, .fd = { -1, -1, -1 }, .group = SPAWN_SAME },
		.out = buf, .out_size = size, .ms = -1 };

	snprintf(number, sizeof number, "%ld", (long)pid);
	run_program(&ps);
	buf[strcspn(buf, "\n")] = '\0';
}

#endif
