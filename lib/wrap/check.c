/* check - a task's acceptance check, and the words that send the agent back to work */
#include "wrap/check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "file/file.h"
#include "file/log_times.h"
#include "file/regular.h"
#include "proc/spawn.h"
#include "task/manifest.h"
#include "engine/orphans.h"
#include "text/strip.h"

/* TAIL: of check.log, for the agent; SHOWN, SHOWN_LINES: for output.log. */
enum { TAIL = 4096, SHOWN = 2048, SHOWN_LINES = 20, LEFT_MS = 1000 };

int
check_run(const struct attempt *a, const char *check, enum stop_signal *stop, int *code,
	char why[WHY])
{
	const struct task *t = a->task;
	char *words[] = { (char *)"sh", (char *)"-c", (char *)check, NULL };
	char **argv = box_argv(&a->box, words);
	char hold[PATH_MAX + sizeof "/" ORPHANS_LOCK], keep[PATH_MAX + sizeof "/" ORPHANS_ALIVE];
	struct spawn s = {
		.argv = argv, .env = attempt_env(a), .dir = a->project, .umask = &a->umask,
		.fd = { -1, -1, -1 }, .group = SPAWN_SESSION, .hold = hold, .keep = keep
	};
	int log = regular_open(t->fd, "check.log", O_WRONLY | O_CREAT | O_TRUNC), wstatus, sig;
	pid_t pid;

	if (log < 0 || !argv) {
		free(argv);
		file_close(log);
		return err_why(why, "open check.log:");
	}
	s.fd[1] = s.fd[2] = log;
	snprintf(hold, sizeof hold, "%s/%s", t->path, ORPHANS_LOCK);
	snprintf(keep, sizeof keep, "%s/%s", t->path, ORPHANS_ALIVE);
	pid = spawn_start(&s, NULL);
	close(log);
	free(argv);
	if (pid < 0)
		return err_why(why, "start the check:");
	*stop = stop_signal_wait(t, manifest_get(a->m, "engine"), pid, (int)attempt_look_ms(a),
		&wstatus, &sig);
	orphans_sweep(t, pid, LEFT_MS, NULL);
	*code = *stop == STOP_NOT ? spawn_code(wstatus) : 128 + sig;
	return 0;
}

static int
collect(void *ctx, const char *s, size_t n)
{
	return file_write_all(*(int *)ctx, s, n);
}

static int
copy_tail(const struct task *t, int out)
{
	char buf[TAIL + 1];
	ssize_t n = regular_part(t->fd, "check.log", 1, buf, sizeof buf);
	struct strip strip;
	int r;

	if (n < 0)
		return -1;
	strip_init(&strip);
	r = strip_feed(&strip, buf, (size_t)n, collect, &out);
	return r ? r : strip_flush(&strip, collect, &out);
}

static int
copy_waiting(const struct task *t, int out)
{
	int in = regular_open(t->fd, "resume", O_RDONLY), r;

	if (in < 0)
		return 0;
	r = file_copy(in, out);
	close(in);
	return r;
}

int
check_send_back(const struct task *t, const char *check, int code)
{
	char head[8192];
	int lock = manifest_lock(t->fd), out, r;

	if (lock < 0)
		return -1;
	snprintf(head, sizeof head,
		"The work is not accepted yet: the check `%s` failed with exit code %d. "
		"Mend what it shows, then finish. The end of its output:\n\n", check, code);
	out = file_open(t->fd, "resume", 0600);
	r = out < 0 || file_write_all(out, head, strlen(head)) || copy_tail(t, out)
		|| file_write_all(out, "\n", 1) || copy_waiting(t, out) ? -1 : 0;
	if (r && out >= 0)
		file_abort(t->fd, "resume", out);
	else if (!r)
		r = file_commit(t->fd, "resume", out, FILE_FULL);
	close(lock);
	return r;
}

/* Appends the last lines of its output, indented. */
static void
add_tail(const struct task *t, struct buf *b)
{
	char raw[SHOWN + 1], line[SHOWN];
	char *lines[SHOWN_LINES], *p = raw;
	int count = 0;

	if (regular_part(t->fd, "check.log", 1, raw, sizeof raw) <= 0)
		return;
	for (char *nl; p && *p; p = nl) {
		if ((nl = strchr(p, '\n')))
			*nl++ = 0;
		if (count == SHOWN_LINES)
			memmove(lines, lines + 1, (size_t)--count * sizeof *lines);
		lines[count++] = p;
	}
	for (int i = 0; i < count; i++) {
		oneline(line, sizeof line, lines[i], strlen(lines[i]));
		buf_printf(b, "  %s\n", line);
	}
}

void
check_log(const struct task *t, const char *check, int code)
{
	char text[2 * SHOWN];
	struct buf b = { text, sizeof text, 0, 0 };

	if (code == CHECK_BEGINS) {
		buf_printf(&b, "== check: %.400s\n", check);
	} else if (!code) {
		buf_puts(&b, "== check passed\n");
	} else {
		buf_printf(&b, "== check failed (exit %d):\n", code);
		add_tail(t, &b);
	}
	log_times_append(t->fd, "output.log", text, b.n);
}
