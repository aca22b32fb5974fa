/* notifier - gives one notice to one notifier */
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
#include "json/quote.h"
#include "proc/plugin.h"
#include "proc/run.h"
#include "proc/safe_env.h"
#include "proc/selfpipe.h"
#include "text/strip.h"

enum { COMPLAINT = 2048, LINE = 200, VARS = 12, QUOTED = 2 * NOTICE_LINE + 2 };

/* Puts a notice's variables, each allocated, into env, and NULL. -1: no memory. */
static int
add_variables(char *env[VARS + 1], const struct notifier_run *d, const struct message *m,
	const struct message_text *x)
{
	char quoted[QUOTED];
	const char *const vars[VARS][2] = {
		{ "RCA_LINE", x->line }, { "RCA_LINE_JSON", quoted }, { "RCA_JSON", x->json },
		{ "RCA_ID", m->id }, { "RCA_VERDICT", m->verdict }, { "RCA_EVENT", m->event },
		{ "RCA_NAME", m->task }, { "RCA_DIR", x->dir }, { "RCA_CWD", x->cwd },
		{ "RCA_STATUS", m->status }, { "RCA_TEXT", x->text }, { "RCA_ARG", d->arg },
	};

	quote_string(x->line, quoted, sizeof quoted);
	for (int i = 0; i < VARS; i++) {
		size_t size = strlen(vars[i][0]) + strlen(vars[i][1]) + 2;

		if (!(env[i] = malloc(size)))
			return -1;
		snprintf(env[i], size, "%s=%s", vars[i][0], vars[i][1]);
	}
	env[VARS] = NULL;
	return 0;
}

static void
note(struct notifier_run *d, int sig)
{
	d->leave |= sig == SIGTERM || sig == SIGINT || sig == SIGHUP;
	d->wake |= sig == SIGCONT;
}

/* A running notifier is not ended by a signal. */
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
run(struct notifier_run *d, char *env[], int fd, char why[WHY])
{
	char path[PATH_MAX], complaint[COMPLAINT] = "", line[LINE], *argv[] = { path, NULL };
	struct run r = {
		.spawn = { .argv = argv, .env = env, .dir = "/", .fd = { fd, -1, -1 },
			.group = SPAWN_SESSION },
		.err = complaint, .err_size = sizeof complaint, .ms = d->timeout_ms,
		.on_signal = on_signal, .ctx = d, .may_leave = 1
	};
	const char *colon;
	int code;

	if (plugin_find("notifier", d->name, path, sizeof path, why))
		return -1;
	code = run_tree(&r, why);
	if (code == 0 || (code < 0 && errno != ETIMEDOUT))
		return code;
	oneline(line, sizeof line, complaint, strlen(complaint));
	colon = *line ? ": " : "";
	if (code < 0)
		return err_why(why, "did not end in %ld s%s%s", d->timeout_ms / 1000, colon, line);
	return err_why(why, "exit %d%s%s", code, colon, line);
}

int
notifier_run(struct notifier_run *d, int box, const struct message *m,
	const struct message_text *x, char why[WHY])
{
	char file[MESSAGE_NAME + 8], *env[SAFE_ENV_WORDS + VARS + 1];
	int n = safe_env_fill(env, safe_env_outward()), r, fd;

	snprintf(file, sizeof file, "%s.json", m->name);
	if ((fd = regular_open(box, file, O_RDONLY)) < 0)
		return err_why(why, "open outbox/%s:", file);
	r = add_variables(env + n, d, m, x) ? err_why(why, "no memory") : run(d, env, fd, why);
	close(fd);
	for (char **e = env + n; *e; e++)
		free(*e);
	return r;
}
