/* queue - a task that waits in its engine, or for a slot */
#include "monitor/queue.h"

#include <stdio.h>
#include <string.h>

#include "base/pairs.h"
#include "engine/about.h"
#include "engine/alive.h"
#include "monitor/abandon.h"
#include "monitor/deadline.h"
#include "task/history.h"
#include "task/queued.h"

enum { ENGINE_MS = 20000, FIRST_MS = 1000, KEEP_MS = 300000 };

/* No process of it runs yet, so no attempt has failed. */
static void
queued(struct monitor *mo, const char *what)
{
	char reason[QUEUED_REASON];

	queued_reason(what, reason);
	if (queued_in(&mo->m) && !strcmp(monitor_get(mo, "reason"), reason))
		return;
	if (!monitor_turn(mo, manifest_status(&mo->m), 1,
		PAIRS("status", "launching", "reason", reason)))
		return;
	history_add(mo->t.fd, "queued", PAIRS("because", what));
	monitor_say(mo, "launching", reason);
}

/* A time limit, a preemption, a lost node: not the agent's fault, so no retry is spent on it. */
static void
ended(struct monitor *mo, const char *because)
{
	char reason[WHY];

	mo->engine_ended = 1;
	snprintf(reason, sizeof reason, "ended by %s: %s", monitor_get(mo, "engine"), because);
	if (!strcmp(monitor_get(mo, "reason"), reason))
		return;
	monitor_change(mo, PAIRS("reason", reason));
	history_add(mo->t.fd, "engine_ended", PAIRS("because", because));
	monitor_say(mo, "ended by its engine", because);
}

/*
 * Looks get rarer, since a controller serves many. After a look that found the task queued, the
 * time does not count for the deadline.
 */
static int
pause_for(struct monitor *mo, int free_of_charge)
{
	long long began = deadline_ms(mo), base = monitor_num(mo, "base") * 1000;
	long long ms = FIRST_MS << (mo->queue_looks < 10 ? mo->queue_looks++ : 10);

	monitor_pause(mo, ms < base ? ms : base);
	if (free_of_charge)
		deadline_excuse(mo, began);
	return abandon_deadline(mo);
}

int
queue_look(struct monitor *mo, int *has)
{
	const char *engine = monitor_get(mo, "engine");
	char reason[ALIVE_REASON];
	struct about about;
	enum alive a;

	mo->engine_ended = *has = 0;
	/* Each time, since rca-launch may have taken another engine. */
	about = about_engine(engine, mo->t.path);
	if (!about.tells)
		return MONITOR_ON;
	a = alive_ask(engine, mo->t.path, "", ENGINE_MS, reason);
	monitor_unseen(mo, a == ALIVE_UNKNOWN && about.remote, reason);
	/* An engine that cannot be asked now may run it on another host. */
	*has = a == ALIVE_QUEUED || a == ALIVE_RUNNING || a == ALIVE_CLOSED ||
		(a == ALIVE_UNKNOWN && about.remote);
	if (a == ALIVE_CLOSED)
		return monitor_session_closed(mo) ? MONITOR_ON : pause_for(mo, 0);
	if (*monitor_get(mo, "engine_ended") && !strcmp(monitor_get(mo, "reason"), "terminated"))
		mo->engine_ended = 1; /* rca-wrap has asked while it was ended */
	else if (a == ALIVE_GONE && *reason)
		ended(mo, reason);
	if (a == ALIVE_QUEUED)
		queued(mo, reason);
	if (*has)
		return pause_for(mo, a == ALIVE_QUEUED);
	mo->queue_looks = 0;
	return MONITOR_ON;
}

void
queue_slept(struct monitor *mo, long long began, int over)
{
	mo->queued_ms += deadline_ms(mo) - began;
	if (!over && mo->queued_ms < KEEP_MS)
		return;
	deadline_excuse(mo, deadline_ms(mo) - mo->queued_ms);
	mo->queued_ms = 0;
}
