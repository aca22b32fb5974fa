/* model - asks the triage model for a verdict */
#include "triage/model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "file/file.h"
#include "proc/run.h"
#include "task/env.h"
#include "text/strip.h"
#include "triage/answer.h"

enum { WORDS = 64, ANSWER = 65536, COMPLAINT = 4096, GRACE_MS = 1000 };

struct call {
	char question[QUESTION_SIZE], answer[ANSWER], complaint[COMPLAINT], command[4097];
	char *argv[WORDS + 1];
	char **launched, **env;
};

static int
put(void *ctx, const char *s, size_t n)
{
	return file_write_all(*(int *)ctx, s, n);
}

/* Errors are dropped: no program reads this file. */
static void
keep_answer(const struct call *c, int dir, const char *event, int code, const char *why)
{
	char head[WHY + 512], now[CLOCK_UTC];
	const char *const parts[] = { head, c->answer, "\n", c->complaint, "\n" };
	int fd = file_open(dir, "triage.log", 0600), r = 0;
	struct strip strip;

	if (fd < 0)
		return;
	snprintf(head, sizeof head, "%s %s event=%s exit=%d %s\n", clock_utc(clock_now(), now),
	         c->argv[0] ? c->argv[0] : "", event, code, why);
	strip_init(&strip);
	for (size_t i = 0; !r && i < sizeof parts / sizeof *parts; i++)
		r = strip_feed(&strip, parts[i], strlen(parts[i]), put, &fd);
	if (r || strip_flush(&strip, put, &fd))
		file_abort(dir, "triage.log", fd);
	else
		file_commit(dir, "triage.log", fd, FILE_LOOSE);
}

/* 0; -1 as model_ask. The command is split at blanks: no quoting, no shell. */
static int
ask(struct call *c, const struct task *t, const struct facts *f, int keep, struct judgement *j,
    char why[WHY])
{
	static const char *const extra[] = { "RCA_TASK=", "RCA_NO_HOOKS=1", NULL }, *const none[1];
	struct run r = {
		.spawn = {
			.argv = c->argv, .dir = t->path, .fd = { -1, -1, -1 },
			.group = SPAWN_SESSION
		},
		.input = c->question, .out = c->answer, .out_size = sizeof c->answer, .enough = 1,
		.err = c->complaint, .err_size = sizeof c->complaint,
		.on_signal = run_until_signal, .grace_ms = GRACE_MS
	};
	char wrong[ANSWER_WHY], *rest = NULL;
	enum verdict v;
	int code;

	for (int i = 0; i < WORDS; i++)
		if (!(c->argv[i] = strtok_r(i ? NULL : c->command, " \t", &rest)))
			break;
	/* An agent hides its keys from its hooks, and so from us: those of the launch are added. */
	c->launched = env_load(t->fd, none, none);
	if (c->launched)
		r.spawn.env = c->env = env_load(-1, extra, (const char *const *)c->launched);
	if (!c->env)
		return err_why(why, "environment for the model:");
	r.input_size = question_write(&f->q, c->question);
	r.ms = (long)config_num(&f->conf, &f->m, "triage_timeout") * 1000;
	*why = 0;
	code = run_tree(&r, why);
	if (code < 0 && errno == EINTR)
		return -1;
	/* A model that says too much was ended by run_tree: its exit code means nothing. */
	if (code > 0 && r.out_len < sizeof c->answer - 1)
		err_why(why, "the model failed: %.200s: exit code %d", c->argv[0], code);
	v = answer_read(c->answer, r.out_len, wrong);
	if (!*why)
		snprintf(why, WHY, "%s", wrong);
	verdict_rules_model(v, why, j);
	if (keep)
		keep_answer(c, t->fd, f->event, code, why);
	return 0;
}

int
model_ask(const struct task *t, const struct facts *f, int keep, struct judgement *j,
          char why[WHY])
{
	const char *command = config_get(&f->conf, NULL, "triage");
	struct call *c;
	int r;

	if (!strcmp(command, "none")) {
		verdict_rules_model(ESCALATE, "no model is configured", j);
		return 0;
	}
	if (!(c = calloc(1, sizeof *c)))
		return err_why(why, "ask the model:");
	snprintf(c->command, sizeof c->command, "%s", command);
	r = ask(c, t, f, keep, j, why);
	free(c->env);
	free(c->launched);
	free(c);
	return r;
}
