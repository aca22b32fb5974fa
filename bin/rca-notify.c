/*
 * rca-notify TASK text - puts a notice into the task's outbox, for delivery in the background
 *
 * The notice is on disk before anything else happens. A deliverer (-d) for each notifier of the
 * config, which belongs to no task and outlives us, brings it there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/pairs.h"
#include "file/file.h"
#include "notice/outbox.h"
#include "notify/deliverer.h"
#include "proc/tool.h"
#include "proc/selfpipe.h"
#include "task/config.h"
#include "task/history.h"
#include "task/manifest.h"
#include "task/task.h"

enum { TEXT = 4 * NOTICE_TEXT };

struct flush {
	struct config conf;
	int code, named;
};

static const char help[] =
	"usage: rca-notify [-hV] [-e event] [-v verdict] task text | -\n"
	"       rca-notify -d task\n"
	"       rca-notify -f [task ...]\n"
	"\n"
	"Send a notice about a task.\n"
	"\n"
	"  -d                start a deliverer for the notices in the outbox\n"
	"  -e event          the notice's event; default: note\n"
	"  -f                deliver what waits now, in the foreground\n"
	"  -v verdict        FINE NEEDS_NUDGE STUCK DONE or ESCALATE\n";

static void
worse(struct flush *f, int code)
{
	if (code > f->code)
		f->code = code;
}

/* All of standard input; what is far beyond a notice's size is dropped. */
static const char *
read_text(char buf[TEXT])
{
	char waste[4096];
	ssize_t n = file_read_all(0, buf, TEXT - 1);

	if (n < 0)
		err_die(EX_SYSTEM, "read standard input:");
	while (read(0, waste, sizeof waste) > 0)
		;
	buf[n] = 0;
	for (ssize_t i = 0; i < n; i++)
		if (!buf[i])
			buf[i] = ' ';
	return buf;
}

static int
put(const struct task *t, enum verdict v, const char *event, const char *text)
{
	char buf[TEXT], id[NOTICE_ID], why[WHY];
	struct manifest m;
	struct config c;
	int code = EX_YES;

	if (!strcmp(text, "-"))
		text = read_text(buf);
	if (manifest_read(t->fd, &m, why))
		err_die(EX_CALLER, "%s: %s", t->name, why);
	/* A wrong line of the config does not keep the notice from the notifiers in good lines. */
	if (config_load(&c, why) || config_check_all(&m, why)) {
		if (!outbox_wanted(&c))
			err_die(EX_CALLER, "%s: %s", t->name, why);
		err_warn("%s: %s: ignored", t->name, why);
		code = EX_CALLER;
	}
	if (!outbox_wanted(&c)) {
		history_add(t->fd, "notice",
			PAIRS("verdict", verdict_word(v), "event", event, "text", text));
		err_warn("%s: not delivered: no notifier is configured (see rca-config(5))",
			t->name);
		config_free(&c);
		return EX_NO;
	}
	if (outbox_put(t, &m, &c, v, event, text, NULL, id, why))
		err_die(EX_SYSTEM, "%s: %s", t->name, why);
	config_free(&c);
	if (outbox_deliver(t))
		err_warn("%s: start the deliverer:", t->name); /* the next one delivers this, too */
	return code;
}

static int
run_deliverer(const struct task *t, const char *line)
{
	char why[WHY];

	if (selfpipe_catch() || deliverer_run(t, line, DELIVERER_STAY, why) < 0)
		return EX_SYSTEM;
	return EX_YES;
}

/*
 * Forks, so that the caller does not wait, and then once for each notifier: none waits for another,
 * and one that hangs is ended alone.
 */
static int
detached(const struct task *t)
{
	char why[WHY];
	struct config c;
	const char *line;
	int code = EX_YES;
	pid_t pid = fork();

	if (pid)
		return pid < 0 ? EX_SYSTEM : EX_YES;
	config_load(&c, why); /* the good lines of a wrong config count */
	if (deliverer_tidy(t, &c, why) > 0)
		for (int i = 0; (line = config_line(&c, "notify", i)); i++)
			if (fork() == 0) {
				code = run_deliverer(t, line);
				break;
			}
	config_free(&c);
	return code;
}

static int
deliver(const struct task *t)
{
	struct config c;
	char why[WHY];
	int code = EX_YES;

	if (getenv("RCA_DETACHED"))
		return detached(t);
	if (config_load(&c, why)) {
		err_warn("%s: ignored", why);
		code = EX_CALLER;
	}
	config_free(&c);
	if (outbox_waiting(t) && outbox_deliver(t))
		err_die(EX_SYSTEM, "%s: start the deliverer:", t->name);
	return code;
}

static int
flush(const struct flush *f, const struct task *t)
{
	char why[WHY];
	const char *line;
	int left = deliverer_tidy(t, &f->conf, why);

	for (int i = 0; left > 0 && (line = config_line(&f->conf, "notify", i)); i++)
		if (deliverer_run(t, line, DELIVERER_ONCE, why) < 0)
			err_warn("%s: %s", t->name, why);
	if (left > 0)
		left = deliverer_tidy(t, &f->conf, why);
	if (left < 0) {
		err_warn("%s: %s", t->name, why);
		return EX_SYSTEM;
	}
	if (!left)
		return EX_YES;
	err_warn("%s: %d not delivered yet: %s", t->name, left,
		outbox_wanted(&f->conf) ? "rca-log -e says why" :
		"no notifier is configured (see rca-config(5))");
	if (outbox_wanted(&f->conf) && outbox_deliver(t))
		err_warn("%s: start the deliverer:", t->name);
	return EX_NO;
}

/* Without names, a directory that is not a task, or is being removed, is passed over. */
static int
flush_one(void *ctx, const char *name)
{
	struct flush *f = ctx;
	struct task t;
	char why[WHY];
	int code = task_open(&t, name, why);

	if (!code) {
		if (f->named || outbox_waiting(&t))
			worse(f, flush(f, &t));
		task_close(&t);
	} else if (f->named) {
		err_warn("%s", why);
		worse(f, code);
	}
	return 0;
}

static int
flush_all(char *const *names)
{
	struct flush f = { .code = EX_YES, .named = *names != NULL };
	char why[WHY];

	if (config_load(&f.conf, why)) {
		err_warn("%s: ignored", why);
		worse(&f, EX_CALLER);
	}
	if (selfpipe_catch())
		err_die(EX_SYSTEM, "catch signals:");
	if (!f.named && task_each(flush_one, &f, why))
		err_die(EX_SYSTEM, "%s", why);
	for (; *names; names++)
		flush_one(&f, *names);
	config_free(&f.conf);
	return f.code;
}

int
main(int argc, char **argv)
{
	enum verdict v = FINE;
	const char *event = "note";
	int dflag = 0, fflag = 0, given = 0, c;
	struct task t;

	tool_begin(INHERIT_ACTS, argv, help);
	while ((c = tool_option(argc, argv, TOOL_TEXT)) != -1)
		switch (c) {
		case 'd': dflag = 1; break;
		case 'e': event = optarg; given = 1; break;
		case 'f': fflag = 1; break;
		case 'v':
			if ((v = verdict_parse(optarg)) == VERDICT_LAST)
				err_die(EX_CALLER, "-v %s: not one of: "
					"FINE NEEDS_NUDGE STUCK DONE ESCALATE", optarg);
			given = 1;
			break;
		}
	if (dflag + fflag + given > 1 || (!fflag && argc - optind != 2 - dflag))
		tool_usage();
	if (fflag)
		return flush_all(argv + optind);
	if (!*event || strlen(event) > 64)
		err_die(EX_CALLER, "-e %.80s: not a short word", event);
	task_open_or_die(&t, argv[optind]);
	return dflag ? deliver(&t) : put(&t, v, event, argv[optind + 1]);
}
