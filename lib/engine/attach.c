/* attach - shows a task's terminal to a person until they leave it */
#include "engine/attach.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/system.h"
#include "engine/engine.h"
#include "proc/run.h"

static int
pass_on(struct run *r, int sig)
{
	if (sig == SIGTERM || sig == SIGHUP || sig == SIGQUIT) {
		*(int *)r->ctx = sig;
		kill(r->pid, SIGTERM);
	}
	return 0;
}

int
attach_run(const char *engine, const char *taskdir, const char *terminal, int typing, int *sig,
	char why[WHY])
{
	char path[PATH_MAX], *option = typing ? NULL : (char *)"-r";
	char *argv[] = { path, (char *)"attach", (char *)taskdir, option, NULL };
	struct run r = {
		.spawn = { .argv = argv, .fd = { -1, -1, -1 }, .group = SPAWN_SAME },
		.err = why, .err_size = WHY, .ms = -1, .on_signal = pass_on, .ctx = sig
	};
	int tty, code;

	*sig = 0;
	if (engine_find(engine, path, sizeof path, why))
		return -1;
	if ((tty = open(terminal, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0)
		return err_why(why, "open %s:", terminal);
	r.spawn.fd[0] = r.spawn.fd[1] = tty;
	code = run_program(&r);
	close(tty);
	if (code < 0)
		return err_why(why, "engine %s: start %s:", engine, path);
	run_tidy(why);
	return code;
}
