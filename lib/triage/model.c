/* model - asks the triage model how a task stands */
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

struct talk {
	char question[QUESTION_SIZE], answer[ANSWER], complaint[COMPLAINT], command[4097];
	char *argv[WORDS + 1];
	char **launched, **env;
};

static int
put(void *ctx, const char *s, size_t n)
{
	return file_write_all(*(int *)ctx, s, n);
}

/* What this cannot write is not missed by any program. */
static void
keep_answer(int dir, const struct talk *k, const char *event, int code, const char *why)
{
	char head[WHY + 512], now[CLOCK_UTC];
	const char *const parts[] = { head, k->answer, "\n", k->complaint, "\n" };
	int fd = file_open(dir, "triage.log", 0600), r = 0;
	struct strip strip;

	if (fd < 0)
		return;
	snprintf(head, sizeof head, "%s %s event=%s exit=%d %s\n", clock_utc(clock_now(), now), k->argv[0] ? k->argv[0] : "", event, code, why);
	strip_init(&strip);
	for (size_t i = 0; !r && i < sizeof parts / sizeof *parts; i++)
		r = strip_feed(&strip, parts[i], strlen(parts[i]), put, &fd);
	if (r || strip_flush(&strip, put, &fd))
		file_abort(dir, "triage.log", fd);
	else
		file_commit(dir, "triage.log", fd, FILE_LOOSE);
}

/* Ours, and what is not in it of the environment that the task was launched with: an agent hides its keys from its hooks, and so from us. 0, -1 with errno. */
static int
environment(struct talk *k, const struct task *t)
{
	const char *const extra[] = { "RCA_TASK=", "RCA_NO_HOOKS=1", NULL }, *const none[] = { NULL };

	k->launched = env_load(t->fd, none, none);
	k->env = k->launched ? env_load(-1, extra, (const char *const *)k->launched) : NULL;
	return k->env ? 0 : -1;
}

/* 0; -1 as model_ask. Words end at blanks: there is no quoting, and no shell. */
static int
talk(struct talk *k, const struct task *t, const struct facts *d, int keep, struct triage_says *s, char why[WHY])
{
	struct run r = { .spawn = { .argv = k->argv, .dir = t->path, .fd = { -1, -1, -1 }, .group = SPAWN_SESSION },
		.input = k->question, .out = k->answer, .out_size = sizeof k->answer, .enough = 1,
		.err = k->complaint, .err_size = sizeof k->complaint, .on_signal = run_until_signal, .grace_ms = GRACE_MS };
	char verdict[ANSWER_WHY], *rest = NULL;
	enum verdict v;
	int code;

	for (int i = 0; i < WORDS && (k->argv[i] = strtok_r(i ? NULL : k->command, " \t", &rest)); i++)
		;
	if (environment(k, t))
		return err_why(why, "environment for the model:");
	r.spawn.env = k->env;
	r.input_size = question_write(&d->q, k->question);
	r.ms = (long)config_num(&d->conf, &d->m, "triage_timeout") * 1000;
	*why = 0;
	code = run_tree(&r, why);
	if (code < 0 && errno == EINTR)
		return -1;
	if (code > 0 && r.out_len < sizeof k->answer - 1) /* one that says too much was ended by us */
		err_why(why, "the model failed: %.200s: exit code %d", k->argv[0], code);
	v = answer_read(k->answer, r.out_len, verdict);
	verdict_rules_model(v, *why ? why : verdict, s);
	if (keep)
		keep_answer(t->fd, k, d->event, code, *why ? why : verdict);
	return 0;
}

int
model_ask(const struct task *t, const struct facts *d, int keep, struct triage_says *s, char why[WHY])
{
	struct talk *k = calloc(1, sizeof *k);
	int r;

	if (!k)
		return err_why(why, "ask the model:");
	snprintf(k->command, sizeof k->command, "%s", config_get(&d->conf, NULL, "triage"));
	if (!strcmp(k->command, "none")) {
		verdict_rules_model(ESCALATE, "no model is configured", s);
		r = 0;
	} else {
		r = talk(k, t, d, keep, s, why);
	}
	free(k->env);
	free(k->launched);
	free(k);
	return r;
}
