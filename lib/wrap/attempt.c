/*
 * attempt - one attempt at a task
 *
 * The files decide whether it is fresh or resumed. A session that is there is resumed, whichever
 * process died in between; if there is none, the agent gets the prompt once more.
 */
#include "wrap/attempt.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/stream_rules.h"
#include "agent/template.h"
#include "base/clock.h"
#include "base/pairs.h"
#include "engine/orphans.h"
#include "file/file.h"
#include "probe/effective.h"
#include "task/env.h"
#include "task/history.h"
#include "task/progress.h"
#include "wrap/agent_settings.h"
#include "wrap/finish.h"
#include "wrap/hooks.h"
#include "wrap/input.h"
#include "wrap/interactive.h"
#include "wrap/judge.h"
#include "wrap/slot.h"

#define LOOK_BACK "look for an earlier attempt's processes:"

enum { COMMAND_MAX = 1024 * 1024, ENV_DEFAULTS = 32, LOOK_MAX_S = 86400 };

long
attempt_grace_ms(const struct attempt *a)
{
	return (long)config_num(&a->conf, a->m, "kill_grace") * 1000;
}

long
attempt_look_ms(const struct attempt *a)
{
	long long s = config_num(&a->conf, a->m, "base");

	return (long)(s < LOOK_MAX_S ? s : LOOK_MAX_S) * 1000;
}

/* 0: no silence of this agent is a hang. */
static long
vitals_ms(const struct attempt *a)
{
	long long s = config_num(&a->conf, a->m, "grace");

	if (!effective_silence(a->m, &a->conf, a->agent, NULL))
		return 0;
	return s * 1000 > attempt_look_ms(a) ? attempt_look_ms(a) : s > 0 ? (long)s * 1000 : 1000;
}

static const char *
env_of(void *attempt, const char *name)
{
	return env_get(((struct attempt *)attempt)->env, name);
}

/* NAME=VALUE, kept in a->vars[i]. */
static const char *
var(struct attempt *a, int i, const char *name, const char *value)
{
	size_t size = strlen(name) + strlen(value) + 2;

	a->vars[i] = malloc(size);
	if (a->vars[i])
		snprintf(a->vars[i], size, "%s=%s", name, value);
	return a->vars[i];
}

static void
load_env(struct attempt *a)
{
	int pty = agent_read(a->agent) == READ_PTY;
	const char *extra[] = {
		var(a, 0, "RCA_TASK", a->task->path), var(a, 1, "TASK_TMPDIR", a->task->path),
		var(a, 2, "PWD", a->project), NULL, NULL
	};
	const char *defaults[ENV_DEFAULTS + 2], *term = getenv("TERM");
	size_t n = 0;

	if (!extra[0] || !extra[1] || !extra[2])
		return;
	/* The terminal is the pane's, not the launcher's. */
	if ((a->interactive || pty) && term && isatty(0))
		extra[3] = var(a, 3, "TERM", term);
	for (; n < ENV_DEFAULTS && agent_env(a->agent, n); n++)
		defaults[n] = agent_env(a->agent, n);
	if (pty)
		defaults[n++] = "TERM=dumb";
	defaults[n] = NULL;
	a->env = env_load(a->task->fd, extra, defaults);
	a->umask = env_umask(a->task->fd);
}

struct template_vars
attempt_vars(struct attempt *a)
{
	return (struct template_vars){
		.model = manifest_get(a->m, "model"), .session = a->session,
		.session_file = a->session_file, .dir = a->task->path, .project = a->project,
		.prompt = a->prompt, .env = env_of, .ctx = a
	};
}

char *const *
attempt_env(const struct attempt *a)
{
	return a->box.name ? a->box.env : a->env;
}

static char **
command_argv(struct attempt *a)
{
	char **argv = NULL;
	size_t n, words = 0, i = 0;

	a->words = file_load(a->task->fd, "command", COMMAND_MAX - 1, &n);
	if (!a->words || !n)
		return NULL;
	for (char *p = a->words; p < a->words + n; p += strlen(p) + 1)
		words++;
	argv = calloc(words + 1, sizeof *argv);
	if (argv)
		for (char *p = a->words; p < a->words + n; p += strlen(p) + 1)
			argv[i++] = p;
	return argv;
}

static char **
make_argv(struct attempt *a)
{
	char settings[PATH_MAX + 16];
	const char *line = a->resumed ? "resume" : "start";
	struct template_vars v = attempt_vars(a);

	agent_settings_write(a, settings, sizeof settings);
	v.settings = settings;
	if (a->command)
		return command_argv(a);
	if (a->interactive)
		line = a->resumed ? "interactive_resume" : "interactive";
	return agent_argv(a->agent, line, &v);
}

static int
confine(struct attempt *a, char why[WHY])
{
	struct template_vars v = attempt_vars(a);

	if (box_open(&a->box, &a->conf, a->m, a->agent, &v, a->env, why))
		return -1;
	if (a->box.name && hooks_make(a->task))
		return err_why(why, "make hooks:");
	return (a->boxed = box_argv(&a->box, a->argv)) ? 0 : err_why(why, "malloc:");
}

static void
on_started(void *attempt, pid_t pid)
{
	struct attempt *a = attempt;
	char line[32], why[WHY];
	int n = snprintf(line, sizeof line, "%ld\n", (long)pid);

	file_replace(a->task->fd, "pid", line, (size_t)n, 0600, FILE_LOOSE);
	manifest_change(a->task->fd, PAIRS("pid", PAIRS_NUMBER(pid)), why);
	if (agent_prompt(a->agent) == PROMPT_NONE || a->interactive)
		input_consume(a);
}

static void
on_heard(void *attempt, const struct progress *p)
{
	struct attempt *a = attempt;
	char why[WHY];

	if (p->session[0] && strcmp(p->session, a->session)
		&& agent_session(a->agent) == SESSION_CAPTURE
			&& !session_store(a->task->fd, p->session)) {
		session_load(a->task->fd, a->session);
		history_add(a->task->fd, "session", PAIRS("id", a->session));
	}
	/* A session has an id, and even a file, before it holds its input: wait for work in it. */
	if (a->consumed || !(progress_work(p) || p->ended))
		return;
	input_consume(a);
	if (strcmp(manifest_get(a->m, "session_worked"), a->session))
		manifest_change(a->task->fd, PAIRS("session_worked", a->session), why);
}

/* A prompt for an interface whose resume line takes none: rca-monitor types it. */
static const char *
to_be_typed(const struct attempt *a)
{
	if (a->interactive && a->resumed
		&& !template_names(agent_get(a->agent, "interactive_resume"), "prompt"))
		return a->prompt;
	return "";
}

static int
record_start(struct attempt *a, char why[WHY])
{
	const char *mode = a->resumed ? "resume" : a->kind == PROMPT_AGAIN ? "again" : "fresh";
	const char *number = PAIRS_NUMBER(a->number), *now = PAIRS_TIME(clock_now());
	const char *started = manifest_get(a->m, "started_at");
	char host[256] = "";

	gethostname(host, sizeof host - 1);
	snprintf(a->header, sizeof a->header, "--- attempt %lld, %s, %s%s%s\n", a->number, mode,
		now, a->session[0] ? ", session " : "", a->session);
	if (a->kind == PROMPT_AGAIN && agent_session(a->agent) != SESSION_NONE)
		history_add(a->task->fd, "session_lost", PAIRS("id", a->session,
			"because", a->session[0] ? "it is not there" : "it was never told"));
	history_add(a->task->fd, "running",
		PAIRS("attempt", number, "mode", mode, "session", a->session));
	return manifest_change(a->task->fd, PAIRS("status", "running", "reason", "", "attempt",
		number, "attempt_at", now, "ran_ms", "", "unbegun", "", "start_failed", "",
		"quiet_since", "", "host", host, "resume_at", "", "resume_unsure", "",
		"finished_at", "", "exit_code", "", "term_signal", "", "abandon_reason", "",
		"abandoned_at", "", "say", to_be_typed(a), "started_at", *started ? started : now),
		why);
}

static int
prepare(struct attempt *a, char why[WHY])
{
	int left;

	load_env(a);
	if (!a->env)
		return err_why(why, "read env:");
	session_load(a->task->fd, a->session);
	a->number = manifest_num(a->m, "attempt", 0) + 1;
	input_session(a);
	/* There must never be two agents, so processes that cannot be seen count as alive. */
	left = orphans_end(a->task, attempt_grace_ms(a));
	if (left < 0 && !(errno == ENOSYS && a->number == 1))
		return err_why(why, LOOK_BACK);
	if (left > 0)
		return err_why(why, "an earlier attempt's processes would not end");
	if (input_open(a, why))
		return -1;
	a->argv = make_argv(a);
	a->began_ms = clock_ms();
	if (!a->argv)
		return err_why(why, "the agent's command line:");
	return confine(a, why) ? -1 : record_start(a, why);
}

/* A log, pipe or terminal could not be opened. Exec has not happened, and the cause may pass. */
static int
not_begun(const struct attempt *a, struct outcome *o, char why[WHY])
{
	*o = (struct outcome){
		.status = ST_CRASHED, .exit_code = EX_SYSTEM, .unbegun = 1, .start_failed = 1
	};
	snprintf(o->reason, sizeof o->reason, "%.250s", why);
	err_warn("%s: %s", a->task->name, why);
	return finish_write(a->task, o, why);
}

static int
run(struct attempt *a, struct outcome *o, char why[WHY])
{
	const char *sums = agent_get(a->agent, "sums");
	struct agent_run r;
	long long last;

	a->code = EX_SYSTEM;
	if (prepare(a, why))
		return -1;
	r = (struct agent_run){
		.task = a->task, .agent = a->agent, .argv = a->boxed, .env = attempt_env(a),
		.dir = a->project, .umask = a->umask, .in = a->in,
		.unboxed = a->box.name ? a->env : NULL,
		.pty = a->interactive || agent_read(a->agent) == READ_PTY,
		.engine = manifest_get(a->m, "engine"),
		.max_log = config_num(&a->conf, a->m, "max_log"),
		.linger_ms = (long)config_num(&a->conf, a->m, "linger") * 1000,
		.background_ms = (long)config_num(&a->conf, a->m, "background_timeout") * 1000,
		.grace_ms = attempt_grace_ms(a), .header = a->header,
		.remote = { .task = a->task, .look_ms = attempt_look_ms(a),
			.vitals_ms = vitals_ms(a) },
		.whole_session = a->resumed && sums && !strcmp(sums, "session"),
		.started = on_started, .heard = on_heard, .ctx = a
	};
	progress_load(a->task->fd, &r.base, &last);
	if (supervise_run(&r, why))
		return not_begun(a, o, why);
	return judge_settle(a, &r, o, why);
}

/* As attempt_run. */
static int
run_in_slot(struct attempt *a, struct outcome *o, char why[WHY])
{
	switch (slot_take(a, o, why)) {
	case SLOT_TAKEN: return run(a, o, why);
	case SLOT_WAITED: return 1;
	case SLOT_ENDED: return 0;
	default: return -1;
	}
}

/*
 * A command was running when its wrapper died. It must not run twice, and nothing says how far it
 * came. A command that the last attempt could not exec has not begun.
 */
static int
lost_command(const struct attempt *a)
{
	long long number = manifest_num(a->m, "attempt", 0);

	if (!a->command || strcmp(config_get(&a->conf, a->m, "restart"), "never"))
		return 0;
	return number > 0 && number != manifest_num(a->m, "unbegun", 0)
		&& file_there(a->task->fd, "resume") != 1;
}

/* A wrong setting keeps a new task from starting, but not an old one from being resumed. */
static int
settings_good(struct attempt *a, char why[WHY])
{
	if (!config_load(&a->conf, why) && !config_check_all(a->m, why))
		return 1;
	if (manifest_num(a->m, "attempt", 0) == 0)
		return 0;
	history_add(a->task->fd, "config_wrong", PAIRS("because", why));
	return 1;
}

int
attempt_run(const struct task *t, struct manifest *m, struct outcome *o, int *code, char why[WHY])
{
	struct attempt a = {
		.task = t, .m = m, .in = -1, .code = EX_CALLER,
		.command = file_there(t->fd, "command") == 1,
		.project = manifest_get(m, "project_dir")
	};
	int r = -1;

	if (settings_good(&a, why)
		&& (a.agent = stream_rules_load_checked(manifest_get(m, "agent"), why))) {
		a.interactive = interactive_is(m, a.agent) && !a.command;
		if (lost_command(&a)) {
			*o = (struct outcome){
				.status = ST_FAILED, .exit_code = EX_NO, .reason = "lost"
			};
			r = orphans_end(t, attempt_grace_ms(&a)) < 0 && errno == EHOSTUNREACH
				? err_why(why, LOOK_BACK) : finish_write(t, o, why);
		} else {
			r = run_in_slot(&a, o, why);
		}
	}
	*code = a.code;
	input_close(&a);
	box_free(&a.box);
	free(a.boxed);
	free(a.argv);
	free(a.words);
	free(a.prompt);
	free(a.env);
	for (size_t i = 0; i < sizeof a.vars / sizeof *a.vars; i++)
		free(a.vars[i]);
	agent_free(a.agent);
	config_free(&a.conf);
	return r;
}
