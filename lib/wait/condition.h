/* condition - what may be waited for in a task: a line, a status, silence */
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

enum condition_kind { CONDITION_COMPLETED, CONDITION_LINE, CONDITION_READY, CONDITION_IDLE, CONDITION_STATUS };

struct line_match;

struct condition {
	enum condition_kind kind;
	const char *regex;  /* CONDITION_LINE */
	enum status status; /* CONDITION_STATUS */
	long long idle_s;   /* CONDITION_IDLE */
};

/* How far one task has been looked at. */
struct condition_watch {
	struct log_reader log;
	struct line_match *match; /* NULL: no line is looked for */
	struct stopwatch watch;
	struct probe_files files;
	long long written_ms; /* by the watch; below 0: so long before we came */
};

/* 0; else the exit code with why: the expression is none, the task has none, the log cannot be opened. *g is zero before. End it with condition_end. */
int condition_begin(const struct condition *s, struct condition_watch *g, const struct task *t, const struct config *c, char why[WHY]);
void condition_end(struct condition_watch *g);

/*
 * After liveness_look: 1 it is there, *word says what; 0 not; -1 with errno. For silence, *ms is how long to wait until it may have come, if nothing is written; else it stays as it is.
 */
int condition_seen(const struct condition *s, struct condition_watch *g, const struct task *t, const struct liveness *l, const char **word, long *ms);

#endif
