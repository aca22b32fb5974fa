/* condition - what rca-wait waits for in a task */
#include "wait/condition.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "agent/agent_file.h"
#include "base/clock.h"
#include "engine/engine.h"
#include "task/queued.h"
#include "wait/line_match.h"

enum {
	READ_SIZE = 65536, LATE_MS = 1000, SCREEN = 65536, ENGINE_MS = 5000,
	PROMPT_MS = 1000 /* for which a prompt must stand; between two looks */
};

/* 0; else the exit code with why: nothing of the task is on a screen. */
static int
has_screen(const struct manifest *m, char why[WHY])
{
	struct agent *a = agent_file_load(manifest_get(m, "agent"), why);
	int headless;

	if (!a)
		return EX_CALLER;
	headless = agent_read(a) == READ_PIPE && !*manifest_get(m, "interactive");
	agent_free(a);
	if (headless)
		err_why(why, "-p: its agent runs headless, without a prompt: wait for its end");
	return headless ? EX_CALLER : 0;
}

int
condition_begin(const struct condition *c, struct condition_watch *w, const struct task *t,
                const struct config *conf, char why[WHY])
{
	const char *regex = c->regex;
	struct manifest m;

	w->log.fd = -1;
	if (c->kind != CONDITION_LINE && c->kind != CONDITION_READY && c->kind != CONDITION_PROMPT)
		return 0;
	if (manifest_read(t->fd, &m, why))
		return manifest_code();
	if (c->kind == CONDITION_PROMPT)
		return has_screen(&m, why);
	if (c->kind == CONDITION_READY)
		regex = config_get(conf, &m, "ready");
	if (c->kind == CONDITION_READY && !*regex) {
		err_why(why, "has no setting ready: give the expression with -r");
		return EX_CALLER;
	}
	if (log_reader_open(&w->log, t->fd, "output.log") ||
	    !(w->match = malloc(sizeof *w->match))) {
		err_why(why, "open output.log:");
		return EX_SYSTEM;
	}
	if (!line_match_init(w->match, regex, c->kind == CONDITION_READY, why))
		return 0;
	free(w->match);
	w->match = NULL;
	return EX_CALLER;
}

void
condition_end(struct condition_watch *w)
{
	log_reader_close(&w->log);
	if (!w->match)
		return;
	line_match_free(w->match);
	free(w->match);
	w->match = NULL;
}

/* Reads to the end even after a match: a new attempt may have begun, which drops it. */
static int
read_lines(struct condition_watch *w)
{
	char buf[READ_SIZE];
	ssize_t n;

	while ((n = log_reader_read(&w->log, buf, sizeof buf)) > 0)
		line_match_feed(w->match, buf, (size_t)n);
	return n < 0 ? -1 : line_match_found(w->match);
}

/* The line must be of the attempt that runs now. */
static int
ready(struct condition_watch *w, const struct liveness *l)
{
	int r = read_lines(w);

	if (r <= 0)
		return r;
	return l->held && l->status == ST_RUNNING &&
	       (!w->match->attempt || w->match->attempt == l->attempt);
}

/*
 * Milliseconds since the task last wrote anything: seen by ourselves, except for the time before
 * we came, which the files tell in whole seconds. Output through a terminal is seen in progress,
 * which may be a second late, because output.log gets a redrawn line only when it stands still: so
 * LATE_MS do not count.
 */
static long long
quiet_ms(const struct task *t, struct condition_watch *w)
{
	int begun = w->watch.runs;
	long long now = stopwatch_ms(&w->watch, LLONG_MAX);
	struct hang_evidence l;

	if (probe_written(t, &w->files, 0))
		w->written_ms = now;
	if (!begun) {
		probe_times(t, 0, &l);
		if (l.last_write && l.now > l.last_write)
			w->written_ms = (l.last_write - l.now) * 1000;
	}
	return now - w->written_ms - LATE_MS;
}

/* As rca-send looks; of a command without a terminal the log is all there is. */
static int
at_prompt(const struct task *t, const struct manifest *m)
{
	int command = !strcmp(manifest_get(m, "agent"), "command");
	char text[SCREEN], why[WHY];
	struct screen s;

	if (!engine_call(manifest_get(m, "engine"), "screen", t->path, NULL, text, sizeof text,
		ENGINE_MS, why))
		screen_read(text, strlen(text), manifest_get(m, "agent"), &s);
	else if (*manifest_get(m, "interactive") || probe_screen(t, m, NULL, &s))
		return 0;
	return s.kind == SCREEN_IDLE || s.kind == SCREEN_ERROR ||
		(command && s.kind == SCREEN_SHELL);
}

/*
 * A prompt is believed once it has stood for PROMPT_MS, as one stands for a moment between a text
 * that was sent and its work. What a program draws is followed by a change of the task's files,
 * except in a registered session.
 */
static int
prompt(struct condition_watch *w, const struct task *t, const struct manifest *m, long *ms)
{
	long long now = clock_ms();
	int is;

	if (now >= w->look_at) {
		is = at_prompt(t, m);
		if (is && w->prompt_at && now - w->prompt_at >= PROMPT_MS)
			return 1;
		if (!is)
			w->prompt_at = 0;
		else if (!w->prompt_at)
			w->prompt_at = now;
		w->look_at = now + PROMPT_MS;
		if (!is && !*manifest_get(m, "adopted"))
			return 0;
	}
	*ms = (long)(w->look_at - now);
	return 0;
}

int
condition_seen(const struct condition *c, struct condition_watch *w, const struct task *t,
               const struct liveness *l, const struct manifest *m, const char **word, long *ms)
{
	long long quiet;

	switch (c->kind) {
	case CONDITION_LINE:
		*word = "matched";
		return read_lines(w);
	case CONDITION_READY:
		*word = "ready";
		return ready(w, l);
	case CONDITION_STATUS:
		*word = status_word(c->status);
		/* A wrapper that was killed leaves "running" behind. */
		return l->status == c->status && (c->status != ST_RUNNING || l->held);
	case CONDITION_IDLE:
		*word = "idle";
		if (!l->held || l->is != LIVENESS_ON || queued_in(m))
			return 0;
		if ((quiet = quiet_ms(t, w)) >= c->idle_s * 1000)
			return 1;
		*ms = (long)(c->idle_s * 1000 - quiet);
		return 0;
	case CONDITION_PROMPT:
		*word = "prompt";
		if (!l->held || l->is != LIVENESS_ON || queued_in(m))
			return 0;
		return prompt(w, t, m, ms);
	case CONDITION_COMPLETED:
		break;
	}
	*word = status_word(ST_COMPLETED);
	return l->is == LIVENESS_OVER && l->status == ST_COMPLETED;
}
