/* condition - what may be waited for in a task: a line, a status, silence */
#ifndef WAIT_CONDITION_H
#define WAIT_CONDITION_H

#include "base/err.h"
#include "base/stopwatch.h"
#include "file/log_reader.h"
#include "probe/probe.h"
#include "task/config.h"
#include "task/liveness.h"
#include "task/manifest.h"
#include "task/status.h"
#include "task/task.h"

enum sign_kind { SIGN_COMPLETED, SIGN_LINE, SIGN_READY, SIGN_IDLE, SIGN_STATUS };

struct match;

struct sign {
	enum sign_kind kind;
	const char *regex;  /* SIGN_LINE */
	enum status status; /* SIGN_STATUS */
	long long idle_s;   /* SIGN_IDLE */
};

/* How far one task has been looked at. */
struct sight {
	struct trail log;
	struct match *match; /* NULL: no line is looked for */
	struct stopwatch watch;
	struct vitals_files files;
	long long written_ms; /* by the watch; below 0: so long before we came */
};

/* 0; else the exit code with why: the expression is none, the task has none, the log cannot be opened. *g is zero before. End it with condition_end. */
int condition_begin(const struct sign *s, struct sight *g, const struct task *t, const struct conf *c, char why[WHY]);
void condition_end(struct sight *g);

/*
 * After liveness_look: 1 it is there, *word says what; 0 not; -1 with errno. For silence, *ms is how long to wait until it may have come, if nothing is written; else it stays as it is.
 */
int condition_seen(const struct sign *s, struct sight *g, const struct task *t, const struct life *l, const char **word, long *ms);

#endif
