/* inspect - one look, now and then, at a task that lives: its screen, its silence; notes what is new, and says what somebody has to act on */
#ifndef MONITOR_INSPECT_H
#define MONITOR_INSPECT_H

#include <sys/types.h>

#include "agent/agent.h"
#include "base/err.h"
#include "base/stopwatch.h"
#include "engine/screen.h"
#include "probe/hang.h"
#include "probe/probe.h"
#include "task/config.h"
#include "task/manifest.h"
#include "task/task.h"

/* What is remembered from look to look; zeros at first. */
struct inspect {
	struct hang hang;
	int busy;         /* history has why this silence is no hang */
	int waiting;      /* looks in a row that saw a question */
	char asked[256];  /* the one that was told while it stands there, less its digits: some count down */
	struct stopwatch watch;
	struct probe_files files;
	long long looked;  /* by the watch: the files were looked at */
	long long written; /* ... and something was written */
	long long note_at; /* ... and last_checked_at is due */
	char pane[80];    /* pane_state as written */
};

/* Whom it looks at. */
struct inspected {
	const struct task *t;
	const struct manifest *m;
	const struct config *conf;
	const struct agent *agent;
	pid_t holder;     /* of its lock; 0: by its mark only; LOCK_ELSEWHERE (lock.h) */
};

enum inspect_finding {
	INSPECT_WELL,
	INSPECT_ASKS,     /* a question, seen twice in a row, that nobody has answered, and not said before: screen */
	INSPECT_HUNG      /* silent, see hang: look */
};

/* What it rests on. */
struct finding {
	struct screen screen;
	struct hang_evidence look;
};

/* One that it answers itself (dialog.h) is none. What could not be looked at, or noted, is in why; "" else. */
enum inspect_finding inspect(struct inspect *k, const struct inspected *p, struct finding *f, char why[WHY]);

/* Seconds until the next one is of use. */
long long inspect_next(struct inspect *k, const struct inspected *p);

/* Another attempt begins: only the screen is remembered. */
void inspect_afresh(struct inspect *k);

#endif
