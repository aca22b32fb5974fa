/* condition - what may be waited for in a task: a line, a status, silence */
#include "wait/condition.h"

#include <limits.h>
#include <stdlib.h>

#include "wait/line_match.h"

enum { READ_SIZE = 65536, LATE_MS = 1000 };

int
condition_begin(const struct condition *s, struct condition_watch *g, const struct task *t, const struct config *c, char why[WHY])
{
	const char *regex = s->regex;
	struct manifest m;

	g->log.fd = -1;
	if (s->kind != CONDITION_LINE && s->kind != CONDITION_READY)
		return 0;
	if (manifest_read(t->fd, &m, why))
		return manifest_code();
	if (s->kind == CONDITION_READY)
		regex = config_get(c, &m, "ready");
	if (s->kind == CONDITION_READY && !*regex) {
		err_why(why, "has no setting ready: give the expression with -r");
		return EX_CALLER;
	}
	if (log_reader_open(&g->log, t->fd, "output.log") || !(g->match = malloc(sizeof *g->match))) {
		err_why(why, "open output.log:");
		return EX_SYSTEM;
	}
	if (!line_match_init(g->match, regex, s->kind == CONDITION_READY, why))
		return 0;
	free(g->match);
	g->match = NULL;
	return EX_CALLER;
}

void
condition_end(struct condition_watch *g)
{
	log_reader_close(&g->log);
	if (!g->match)
		return;
	line_match_free(g->match);
	free(g->match);
	g->match = NULL;
}

/* All that has come since is read, for a new attempt may have begun. */
static int
line(struct condition_watch *g)
{
	char buf[READ_SIZE];
	ssize_t n;

	while ((n = log_reader_read(&g->log, buf, sizeof buf)) > 0)
		line_match_feed(g->match, buf, (size_t)n);
	return n < 0 ? -1 : line_match_found(g->match);
}

/* What an attempt said that has died, or gave way to one that has not begun to write, does not count. */
static int
ready(struct condition_watch *g, const struct liveness *l)
{
	int r = line(g);

	if (r <= 0)
		return r;
	return l->held && l->status == ST_RUNNING && (!g->match->attempt || g->match->attempt == l->attempt);
}

/*
 * Milliseconds since it last wrote anything. We see that by ourselves; only what was before we came is
 * told by the files' times, in whole seconds. What comes through a terminal is told by progress, since
 * output.log gets a line that is being redrawn only when it stands still; and progress may be a second
 * behind, so that the first second is none.
 */
static long long
quiet_ms(const struct task *t, struct condition_watch *g)
{
	int first = !g->watch.runs;
	long long now = stopwatch_ms(&g->watch, LLONG_MAX);
	struct hang_evidence l;

	if (probe_written(t, &g->files, 0))
		g->written_ms = now;
	if (first) {
		probe_times(t, 0, &l);
		if (l.last_write && l.now > l.last_write)
			g->written_ms = (l.last_write - l.now) * 1000;
	}
	return now - g->written_ms - LATE_MS;
}

int
condition_seen(const struct condition *s, struct condition_watch *g, const struct task *t, const struct liveness *l, const char **word, long *ms)
{
	long long quiet;

	switch (s->kind) {
	case CONDITION_LINE:
		*word = "matched";
		return line(g);
	case CONDITION_READY:
		*word = "ready";
		return ready(g, l);
	case CONDITION_STATUS:
		*word = status_word(s->status);
		/* A wrapper that was killed leaves the word behind. */
		return l->status == s->status && (s->status != ST_RUNNING || l->held);
	case CONDITION_IDLE:
		*word = "idle";
		if (!l->held || l->is != LIVENESS_ON)
			return 0;
		if ((quiet = quiet_ms(t, g)) >= s->idle_s * 1000)
			return 1;
		*ms = (long)(s->idle_s * 1000 - quiet);
		return 0;
	case CONDITION_COMPLETED:
		break;
	}
	*word = status_word(ST_COMPLETED);
	return l->is == LIVENESS_OVER && l->status == ST_COMPLETED;
}
