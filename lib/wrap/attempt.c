/*
 * attempt - one attempt at a task
 *
 * Fresh, resumed, or begun again: the files decide. A session that is there is resumed, whoever died in between; else the prompt is given once more.
 */
#include "agent/stream_rules.h"
#include "wrap/attempt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/template.h"
#include "base/clock.h"
#include "engine/orphans.h"
#include "file/file.h"
#include "task/env.h"
#include "task/history.h"
#include "task/progress.h"
#include "wrap/agent_settings.h"
#include "wrap/finish.h"
#include "wrap/interactive.h"
#include "wrap/job.h"
#include "wrap/outcome.h"

enum { COMMAND_MAX = 1024 * 1024, ENV_DEFAULTS = 32 };

static const char *
env_of(void *ctx, const char *name)
{
	return env_get(((struct job *)ctx)->env, name);
}

/* NAME=VALUE, in j->vars[i]. */
static const char *
var(struct job *j, int i, const char *name, const char *value)
{
	size_t size = strlen(name) + strlen(value) + 2;

	j->vars[i] = malloc(size);
	if (j->vars[i])
		snprintf(j->vars[i], size, "%s=%s", name, value);
	return j->vars[i];
}

static void
load_env(struct job *j)
{
	const char *extra[] = { var(j, 0, "RCA_TASK", j->task->path), var(j, 1, "TASK_TMPDIR", j->task->path), var(j, 2, "PWD", judge_project(j)), NULL, NULL }, *defaults[ENV_DEFAULTS + 2];
	const char *term = getenv("TERM");
	size_t n = 0;

	if (!extra[0] || !extra[1] || !extra[2])
		return;
	/* The terminal is the pane's, not the launcher's. */
	if ((j->interactive || agent_read(j->agent) == READ_PTY) && term && isatty(0))
		extra[3] = var(j, 3, "TERM", term);
	for (; n < ENV_DEFAULTS && agent_env(j->agent, n); n++)
		defaults[n] = agent_env(j->agent, n);
	if (agent_read(j->agent) == READ_PTY)
		defaults[n++] = "TERM=dumb"; /* nobody looks on, and nobody has said */
	defaults[n] = NULL;
	j->env = env_load(j->task->fd, extra, defaults);
	j->umask = env_umask(j->task->fd);
}

static struct template_vars
vars(struct job *j)
{
	return (struct template_vars){ .model = manifest_get(j->m, "model"), .session = j->session, .session_file = j->session_file, .dir = j->task->path, .project = judge_project(j), .prompt = j->prompt, .env = env_of, .ctx = j };
}

/* Resumed in the middle of a turn, not with a new prompt after its end. */
static int
cut(const struct job *j)
{
	return *manifest_get(j->m, "reason") && (manifest_num(j->m, "retry_count", 0) > 0 || *manifest_get(j->m, "resume_at"));
}

/* Resume only what is really there. Where that cannot be seen, an id that an earlier attempt brought is believed: the agent says so if it is wrong. */
static void
choose(struct job *j)
{
	struct template_vars v = vars(j);
	int there = agent_session_file(j->agent, &v, j->session_file, sizeof j->session_file);

	if (agent_session(j->agent) == SESSION_NONE || !j->session[0] || (j->interactive && !agent_get(j->agent, "interactive_resume")))
		j->resumed = 0;
	else
		j->resumed = there > 0 || (there < 0 && j->number > 1);
	if (j->resumed && !j->interactive && strcmp(manifest_get(j->m, "session_worked"), j->session))
		j->kind = PROMPT_REPEATED;
	else if (j->resumed)
		j->kind = cut(j) ? PROMPT_CUT : PROMPT_RESUMED;
	else
		j->kind = j->number > 1 ? PROMPT_AGAIN : PROMPT_FRESH;
}

static char **
command_words(struct job *j)
{
	char **argv = NULL;
	size_t n, words = 0, i = 0;

	j->words = file_load(j->task->fd, "command", COMMAND_MAX - 1, &n);
	if (!j->words || !n)
		return NULL;
	for (char *p = j->words; p < j->words + n; p += strlen(p) + 1)
		words++;
	argv = calloc(words + 1, sizeof *argv);
	if (argv)
		for (char *p = j->words; p < j->words + n; p += strlen(p) + 1)
			argv[i++] = p;
	return argv;
}

/* The first prompt goes alone: words that wait already are for the next turn. */
static int
open_input(struct job *j)
{
	int lock = manifest_lock(j->task->fd), in;

	if (lock < 0)
		return -1;
	next_prompt_take(j->task->fd, &j->next);
	if (j->kind == PROMPT_FRESH && j->next.size > 0)
		j->next.there = 0;
	if (agent_prompt(j->agent) == PROMPT_NONE || (j->interactive && j->kind == PROMPT_FRESH))
		in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	else
		in = prompt_input(j->task->fd, j->kind);
	close(lock);
	return in;
}

/* Its input is named to it; standard input is its terminal. */
static int
first_words(struct job *j, char why[WHY])
{
	close(j->in);
	j->in = -1;
	if (!(j->prompt = malloc(INTERACTIVE_WORDS)))
		return err_why(why, "malloc:");
	interactive_words(j->task, j->m, j->kind, j->next.there && j->next.size > 0, j->prompt);
	return 0;
}

static int
prepare_input(struct job *j, char why[WHY])
{
	int none = agent_prompt(j->agent) == PROMPT_NONE, argument = agent_prompt(j->agent) == PROMPT_ARG && !j->interactive, in;

	if (j->interactive)
		none = file_there(j->task->fd, "prompt") == 0;
	if (!none && (j->code = prompt_check(j->task->fd, argument, why)))
		return -1;
	j->code = EX_SYSTEM;
	if ((in = open_input(j)) < 0)
		return err_why(why, "open prompt:");
	j->in = in;
	if (j->interactive)
		return first_words(j, why);
	if (!argument)
		return 0;
	/* With what is said before and after it, it may have become too long. */
	if (!(j->prompt = prompt_argument(in, why))) {
		j->code = errno == E2BIG || errno == EINVAL ? EX_CALLER : EX_SYSTEM;
		return -1;
	}
	close(j->in);
	j->in = -1;
	return 0;
}

/* Marker and next prompt were taken by the agent. */
static void
consume(struct job *j)
{
	j->consumed = 1;
	next_prompt_used(j->task->fd, &j->next);
}

static void
on_started(void *ctx, pid_t pid)
{
	struct job *j = ctx;
	char buf[32], why[WHY];

	snprintf(buf, sizeof buf, "%ld\n", (long)pid);
	file_replace(j->task->fd, "pid", buf, strlen(buf), 0600, FILE_LOOSE);
	buf[strlen(buf) - 1] = 0;
	manifest_change(j->task->fd, (const char *const[]){ "pid", buf, NULL }, why);
	if (agent_prompt(j->agent) == PROMPT_NONE || j->interactive)
		consume(j);
}

static void
on_heard(void *ctx, const struct progress *p)
{
	struct job *j = ctx;
	char why[WHY];

	if (p->session[0] && strcmp(p->session, j->session) && agent_session(j->agent) == SESSION_CAPTURE && !session_store(j->task->fd, p->session)) {
		session_load(j->task->fd, j->session);
		history_add(j->task->fd, "session", (const char *const[]){ "id", j->session, NULL });
	}
	if (j->consumed || !(progress_work(p) || p->ended))
		return;
	/* Only now is it sure that the session holds what it was given (measured: an id, even a session file, may be there before). */
	consume(j);
	if (strcmp(manifest_get(j->m, "session_worked"), j->session))
		manifest_change(j->task->fd, (const char *const[]){ "session_worked", j->session, NULL }, why);
}

/* Words for an interface that takes none on its command line when it is resumed: rca-monitor types them. */
static const char *
to_be_typed(const struct job *j)
{
	return j->interactive && j->resumed && !template_names(agent_get(j->agent, "interactive_resume"), "prompt") ? j->prompt : "";
}

static int
note_start(struct job *j, char why[WHY])
{
	const char *mode = j->resumed ? "resume" : j->kind == PROMPT_AGAIN ? "again" : "fresh";
	char number[32], host[256] = "", now[CLOCK_UTC];

	gethostname(host, sizeof host - 1);
	snprintf(number, sizeof number, "%lld", j->number);
	clock_utc(clock_now(), now);
	snprintf(j->header, sizeof j->header, "--- attempt %lld, %s, %s%s%s\n", j->number, mode, now, j->session[0] ? ", session " : "", j->session);
	if (j->kind == PROMPT_AGAIN && agent_session(j->agent) != SESSION_NONE)
		history_add(j->task->fd, "session_lost", (const char *const[]){ "id", j->session, "because", j->session[0] ? "it is not there" : "it was never told", NULL });
	history_add(j->task->fd, "running", (const char *const[]){ "attempt", number, "mode", mode, "session", j->session, NULL });
	return manifest_change(j->task->fd, (const char *const[]){ "status", "running", "reason", "", "attempt", number, "attempt_at", now, "ran_ms", "", "unbegun", "", "start_failed", "", "quiet_since", "", "host", host, "resume_at", "", "resume_unsure", "", "finished_at", "", "exit_code", "", "term_signal", "", "abandon_reason", "", "abandoned_at", "", "say", to_be_typed(j),
		*manifest_get(j->m, "started_at") ? "attempt" : "started_at", *manifest_get(j->m, "started_at") ? number : now, NULL }, why);
}

/* An interface tells nobody its session: it is known by what this task said in it, or not at all. */
static void
find_session(struct job *j)
{
	struct template_vars v = vars(j);

	if (!j->interactive || j->session[0] || j->number < 2 || agent_session(j->agent) != SESSION_CAPTURE)
		return;
	if (!interactive_session(j->task, j->m, &v, j->session) || session_store(j->task->fd, j->session))
		j->session[0] = '\0';
	else
		history_add(j->task->fd, "session", (const char *const[]){ "id", j->session, "because", "it holds the first words of this task", NULL });
}

static int
prepare(struct job *j, char why[WHY])
{
	char settings[PATH_MAX + 16];
	struct template_vars v;
	int left;

	load_env(j);
	if (!j->env)
		return err_why(why, "read env:");
	session_load(j->task->fd, j->session);
	j->number = manifest_num(j->m, "attempt", 0) + 1;
	find_session(j);
	choose(j);
	/* Not knowing is no better than knowing that some live: never two agents. */
	left = orphans_end(j->task, (long)config_num(&j->conf, j->m, "kill_grace") * 1000);
	if (left < 0 && !(errno == ENOSYS && j->number == 1))
		return err_why(why, "look for an earlier attempt's processes:");
	if (left > 0)
		return err_why(why, "an earlier attempt's processes would not end");
	if (prepare_input(j, why))
		return -1;
	agent_settings_offer(j->task, j->agent, &j->conf, j->m, settings, sizeof settings);
	v = vars(j);
	v.settings = settings;
	if (judge_is_command(j))
		j->argv = command_words(j);
	else if (j->interactive)
		j->argv = agent_argv(j->agent, j->resumed ? "interactive_resume" : "interactive", &v);
	else
		j->argv = agent_argv(j->agent, j->resumed ? "resume" : "start", &v);
	j->began_ms = clock_ms();
	if (!j->argv)
		return err_why(why, "the agent's command line:");
	return note_start(j, why);
}

/* Log, pipe or terminal could not be had. Exec has not happened, and such a want may pass. */
static int
unbegun(const struct job *j, struct outcome *o, char why[WHY])
{
	*o = (struct outcome){ .status = ST_CRASHED, .exit_code = EX_SYSTEM, .unbegun = 1, .start_failed = 1 };
	snprintf(o->reason, sizeof o->reason, "%.250s", why);
	err_warn("%s: %s", j->task->name, why);
	return finish_write(j->task, o, why);
}

static int
run(struct job *j, struct outcome *o, char why[WHY])
{
	struct supervised r = { .task = j->task, .agent = j->agent, .pty = j->interactive || agent_read(j->agent) == READ_PTY };
	long long last;

	if (prepare(j, why))
		return -1;
	r.argv = j->argv;
	r.env = j->env;
	r.umask = j->umask;
	r.dir = judge_project(j);
	r.in = j->in;
	r.engine = manifest_get(j->m, "engine");
	r.max_log = config_num(&j->conf, j->m, "max_log");
	r.linger_ms = (long)config_num(&j->conf, j->m, "linger") * 1000;
	r.background_ms = (long)config_num(&j->conf, j->m, "background_timeout") * 1000;
	r.grace_ms = (long)config_num(&j->conf, j->m, "kill_grace") * 1000;
	r.header = j->header;
	r.started = on_started;
	r.heard = on_heard;
	r.ctx = j;
	progress_load(j->task->fd, &r.base, &last);
	r.whole_session = j->resumed && agent_get(j->agent, "sums") && !strcmp(agent_get(j->agent, "sums"), "session");
	if (supervise_run(&r, why))
		return unbegun(j, o, why);
	return judge_settle(j, &r, o, why);
}

/*
 * A command that was running when its wrapper died: nothing says how far it came, and nothing may run
 * it twice. One that the last attempt could not exec has not begun.
 */
static int
lost_command(const struct job *j)
{
	long long attempt = manifest_num(j->m, "attempt", 0);

	if (!judge_is_command(j) || strcmp(config_get(&j->conf, j->m, "restart"), "never"))
		return 0;
	return attempt > 0 && attempt != manifest_num(j->m, "unbegun", 0) && file_there(j->task->fd, "resume") != 1;
}

/* What is wrong keeps a task from its beginning, not from being carried on. */
static int
settings_good(struct job *j, char why[WHY])
{
	if (!config_load(&j->conf, why) && !config_check_all(j->m, why))
		return 1;
	if (manifest_num(j->m, "attempt", 0) == 0)
		return 0;
	history_add(j->task->fd, "config_wrong", (const char *const[]){ "because", why, NULL });
	return 1;
}

int
attempt_run(const struct task *t, struct manifest *m, struct outcome *o, int *code, char why[WHY])
{
	struct job j = { .task = t, .m = m, .in = -1 };
	int r = -1;

	*code = EX_CALLER;
	if (settings_good(&j, why) && (j.agent = stream_rules_load_checked(manifest_get(m, "agent"), why))) {
		j.interactive = interactive_is(m, j.agent) && !judge_is_command(&j);
		if (lost_command(&j)) {
			orphans_end(t, (long)config_num(&j.conf, m, "kill_grace") * 1000);
			*o = (struct outcome){ .status = ST_FAILED, .exit_code = 1, .reason = "lost" };
			r = finish_write(t, o, why);
		} else {
			j.code = EX_SYSTEM;
			r = run(&j, o, why);
			*code = j.code;
		}
	}
	if (j.in >= 0)
		close(j.in);
	free(j.argv);
	free(j.words);
	free(j.prompt);
	free(j.env);
	for (size_t i = 0; i < sizeof j.vars / sizeof *j.vars; i++)
		free(j.vars[i]);
	agent_free(j.agent);
	config_free(&j.conf);
	return r;
}
