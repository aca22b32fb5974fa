/* inspect - one look at a living task: its files, its screen, its processes */
#ifndef MONITOR_INSPECT_H
#define MONITOR_INSPECT_H

#include <sys/types.h>

#include "base/err.h"
#include "base/stopwatch.h"
#include "engine/screen.h"
#include "probe/hang.h"
#include "probe/probe.h"

struct monitor;

/* What is remembered from look to look; zeros at first. Times are seconds of watch. */
struct inspect {
	struct hang hang;
	int busy;          /* history says why this silence is not a hang */
	int waiting;       /* looks in a row that saw a question */
	char asked[256];   /* the question that was reported, without digits: some count down */
	struct stopwatch watch;
	struct probe_files files;
	long long looked;  /* the last look at the files ... */
	long long written; /* ... and the last change seen in them */
	long long note_at; /* when last_checked_at is written next */
	char pane[80];     /* pane_state as written */
};

enum inspect_finding {
	INSPECT_WELL,
	INSPECT_ASKS, /* a new question, seen twice in a row and still unanswered: screen */
	INSPECT_HUNG  /* silent, without a sign of work: look */
};

/* What the finding rests on. */
struct finding {
	struct screen screen;
	struct hang_evidence look;
};

/*
 * Looks, notes in history and manifest what is new, and answers the questions that it can
 * (dialog.h). holder: of DIR/lock, LOCK_ELSEWHERE, or 0 for a registered session. why: what could
 * not be looked at, or not be noted; "" if nothing.
 */
enum inspect_finding inspect(struct monitor *mo, pid_t holder, struct finding *f, char why[WHY]);

/* Seconds until the next look is of use. */
long long inspect_next(struct monitor *mo, pid_t holder);

/* Another attempt begins: only the screen is remembered. */
void inspect_afresh(struct inspect *k);

#endif
