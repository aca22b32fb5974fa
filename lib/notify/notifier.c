/* notifier - one notice to one notifier */
#include "notify/notifier.h"

#include <fcntl.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "file/regular.h"
#include "notice/outbox.h"
#include "proc/plugin.h"
#include "proc/run.h"
#include "proc/safe_env.h"
#include "proc/selfpipe.h"
#include "text/strip.h"

enum { SAYS = 2048, VARS = 12, QUOTED = 2 * NOTICE_LINE + 2 };

/* The variables of one notice, in one allocation that lives as long as the program runs. */
struct vars {
	char *v[VARS + 1];
	int n;
};

static int
set(struct vars *e, const char *name, const char *val)
{
	size_t size = strlen(name) + strlen(val) + 2;
	char *s = malloc(size);

	if (!s)
		return -1;
	snprintf(s, size, "%s=%s", name, val);
	e->v[e->n++] = s;
	return 0;
}

static void
drop(struct vars *e)
{
	while (e->n > 0)
		free(e->v[--e->n]);
}

static int
set_all(struct vars *e, const struct notifier_run *d, const struct message *l, const struct message_text *x)
{
	char quoted[QUOTED];
	int r = 0;

	format_quote(x->line, quoted, sizeof quoted);
	r |= set(e, "RCA_LINE", x->line);
	r |= set(e, "RCA_LINE_JSON", quoted);
	r |= set(e, "RCA_JSON", x->json);
	r |= set(e, "RCA_ID", l->id);
	r |= set(e, "RCA_VERDICT", l->verdict);
	r |= set(e, "RCA_EVENT", l->event);
	r |= set(e, "RCA_NAME", l->task);
	r |= set(e, "RCA_DIR", x->dir);
	r |= set(e, "RCA_CWD", x->cwd);
	r |= set(e, "RCA_STATUS", l->status);
	r |= set(e, "RCA_TEXT", x->text);
	r |= set(e, "RCA_ARG", d->arg);
	return r;
}

static void
note(struct notifier_run *d, int sig)
{
	d->leave |= sig == SIGTERM || sig == SIGINT || sig == SIGHUP;
	d->wake |= sig == SIGCONT;
}

/* A signal does not end a notifier that runs. */
static int
on_signal(struct run *r, int sig)
{
	note(r->ctx, sig);
	return 0;
}

void
notifier_sleep(struct notifier_run *d, long ms)
{
	struct pollfd f = { .fd = selfpipe_fd(), .events = POLLIN };
	long long end = clock_ms() + ms;

	for (;;) {
		long long left = end - clock_ms();
		int sig;

		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		while ((sig = selfpipe_next()))
			note(d, sig);
		if (d->leave || d->wake || left <= 0)
			return;
		poll(&f, 1, (int)left);
	}
}

static int
run(struct notifier_run *d, int box, const struct message *l, const struct vars *vars, char why[WHY])
{
	char path[PATH_MAX], file[MESSAGE_NAME + 8], says[SAYS] = "", line[200];
	char *argv[] = { path, NULL }, *env[SAFE_ENV_WORDS + VARS + 1];
	struct run r = { .spawn = { .argv = argv, .env = env, .dir = "/", .fd = { -1, -1, -1 }, .group = SPAWN_SESSION },
		.err = says, .err_size = SAYS, .ms = d->timeout_ms, .on_signal = on_signal, .ctx = d, .may_leave = 1 };
	int n = 0, code, late;

	if (plugin_find("notifier", d->name, path, sizeof path, why))
		return -1;
	safe_env_environment(env, safe_env_outward());
	while (env[n])
		n++;
	memcpy(env + n, vars->v, sizeof *env * (size_t)vars->n);
	env[n + vars->n] = NULL;
	snprintf(file, sizeof file, "%s.json", l->name);
	r.spawn.fd[0] = regular_open(box, file, O_RDONLY);
	if (r.spawn.fd[0] < 0)
		return err_why(why, "open outbox/%s:", file);
	code = run_tree(&r, why);
	late = code < 0 && errno == ETIMEDOUT;
	close(r.spawn.fd[0]);
	oneline(line, sizeof line, says, strlen(says));
	if (late)
		return err_why(why, "did not end in %ld s%s%s", d->timeout_ms / 1000, *line ? ": " : "", line);
	return code <= 0 ? code : err_why(why, "exit %d%s%s", code, *line ? ": " : "", line);
}

int
notifier_run(struct notifier_run *d, int box, const struct message *l, const struct message_text *x, char why[WHY])
{
	struct vars vars = { .n = 0 };
	int r = set_all(&vars, d, l, x) ? err_why(why, "no memory") : run(d, box, l, &vars, why);

	drop(&vars);
	return r;
}
