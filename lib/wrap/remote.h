/*
 * remote - what a wrapper does for those who cannot reach it: on another host, in another container
 *
 * They cannot signal it, so now and then it looks for the files in which they ask for an end; and
 * for a monitor that cannot see its processes it says how a silent agent is (vitals.h). Beside a
 * monitor of its own host, which sees and signals it, it looks seldom: an idle task hardly wakes.
 */
#ifndef WRAP_REMOTE_H
#define WRAP_REMOTE_H

#include "engine/stop_signal.h"
#include "task/task.h"

struct remote {
	const struct task *task;
	long look_ms;    /* between two looks; ten times that beside a monitor */
	long vitals_ms;  /* between two writes of DIR/vitals; 0: silence means nothing */
	int moved;       /* the caller sets it when the agent has written something */
	long long due;   /* clock_ms of the next look */
};

/* An attempt begins: removes what an earlier one has left. The caller has set the first three. */
void remote_begin(struct remote *r);
/* If a look is due: what is asked for, as by a signal. */
enum stop_signal remote_look(struct remote *r, long long now);
void remote_end(const struct remote *r);

#endif
