/*
 * rca-wrap TASK - one attempt at a task; the process of the pane, the agent's parent, the holder of DIR/lock
 *
 * Fresh, resume, or nothing to do: it sees from the files, so that running it again is always right.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atomic.h"
#include "attempt.h"
#include "ending.h"
#include "err.h"
#include "lock.h"
#include "manifest.h"
#include "signals.h"
#include "spawn.h"
#include "task.h"
#include "tree.h"

static void
usage(void)
{
	fprintf(stderr, "usage: rca-wrap [-V] task\n");
	exit(EX_CALLER);
}

/* rca-launch waits on a fifo. Nobody there: nothing to do. */
static void
tell_launcher(const struct task *t)
{
	int fd = openat(t->fd, "started", O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return;
	if (!fstat(fd, &st) && S_ISFIFO(st.st_mode) && write(fd, "\n", 1) < 0)
		err_warn("tell rca-launch:");
	close(fd);
}

static int
recorded(const struct task *t)
{
	int code = ending_code(t);

	return code < 0 ? EX_SYSTEM : code;
}

/* The stop that was asked for while nobody ran. */
static int
stop(const struct task *t)
{
	struct outcome o = { .status = ST_STOPPED, .exit_code = 143, .reason = "stop" };
	char why[WHY];

	tree_end(0, t->path, NULL, 0, 0, 5000);
	if (ending_write(t, &o, why))
		err_die(EX_SYSTEM, "%s", why);
	return o.exit_code;
}

static int
carry_out(const struct task *t)
{
	struct manifest m;
	struct outcome o;
	char why[WHY];
	int code, r;

	do {
		if (manifest_read(t->fd, &m, why))
			err_die(errno == EINVAL || errno == EFBIG ? EX_CALLER : EX_SYSTEM, "%s: %s", t->name, why);
		if (atomic_there(t->fd, "done") == 1)
			return recorded(t);
		if (status_terminal(status_parse(manifest_get(&m, "status")))) {
			if (ending_repair(t, why))
				err_die(EX_SYSTEM, "%s", why);
			return recorded(t);
		}
		if (atomic_there(t->fd, "stop") == 1)
			return stop(t);
		r = attempt_run(t, &m, &o, &code, why);
	} while (r > 0);
	if (r < 0)
		err_die(code, "%s: %s", t->name, why);
	return o.exit_code;
}

int
main(int argc, char **argv)
{
	struct task t;
	pid_t holder;
	int c;

	err_setprog(argv[0]);
	spawn_setself(argv[0]);
	while ((c = getopt(argc, argv, "V")) != -1)
		switch (c) {
		case 'V': err_version();
		default: usage();
		}
	if (argc - optind != 1)
		usage();
	task_open_or_die(&t, argv[optind]);
	if (signals_catch())
		err_die(EX_SYSTEM, "catch signals:");
	/* The lock is this descriptor's for life: nothing here opens DIR/lock again. */
	if (lock_take(t.fd, "lock", &holder) < 0) {
		if (errno != EBUSY)
			err_die(EX_SYSTEM, "lock %s:", t.name);
		err_warn("%s: already running, process %ld", t.name, (long)holder);
		return EX_YES;
	}
	tree_adopt();
	tell_launcher(&t);
	return carry_out(&t);
}
