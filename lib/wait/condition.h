/* condition - what rca-wait waits for in a task: a line, a status, silence, a prompt */
#ifndef WAIT_CONDITION_H
#define WAIT_CONDITION_H

#include "base/err.h"
#include "base/stopwatch.h"
#include "file/log_reader.h"
#include "probe/probe.h"
#include "task/config.h"
#include "task/liveness.h"
#include "task/status.h"
#include "task/task.h"

enum condition_kind {
	CONDITION_COMPLETED, CONDITION_LINE, CONDITION_READY, CONDITION_IDLE, CONDITION_STATUS,
	CONDITION_PROMPT
};

struct line_match;

struct condition {
	enum condition_kind kind;
	const char *regex;  /* CONDITION_LINE */
	enum status status; /* CONDITION_STATUS */
	long long idle_s;   /* CONDITION_IDLE */
};

/* What has been seen of one task. */
struct condition_watch {
	struct log_reader log;
	struct line_match *match; /* NULL: the condition is not a line */
	struct stopwatch watch;
	struct probe_files files;
	long long written_ms; /* by `watch`; negative: before it began */
	/* Times of clock_ms; 0: none. */
	long long look_at;    /* not looked at the screen before */
	long long prompt_at;  /* a prompt is there since */
};

/* w begins as zeros, and is freed by condition_end. 0; else the exit code with why. */
int condition_begin(const struct condition *c, struct condition_watch *w, const struct task *t,
                    const struct config *conf, char why[WHY]);
void condition_end(struct condition_watch *w);

/*
 * After liveness_look, of which m is the manifest. 1 if the condition is met, 0 if not, -1 with
 * errno; *word names it. *ms becomes the time until it is to be called again even if nothing
 * changes: for silence that is still too short, and for a screen.
 */
int condition_seen(const struct condition *c, struct condition_watch *w, const struct task *t,
                   const struct liveness *l, const struct manifest *m, const char **word, long *ms);

#endif
