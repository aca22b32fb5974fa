/* act - what the keys of the live screen do to the tasks */
#ifndef LIST_ACT_H
#define LIST_ACT_H

#include "list/program.h"
#include "list/view.h"

enum { ACT_JOBS = 8 };

struct act {
	struct view *v;
	struct act_job {
		struct program p;
		char done[WHY]; /* said if it succeeds */
	} job[ACT_JOBS];
	char path[PATH_MAX]; /* of the task that the foot asks about */
	int sig, leave, suspend; /* for the caller; sig: the signal that asked for the end */
};

/* 0; -1 with why: the terminal cannot be drawn on any more. */
int act_key(struct act *a, int key, char why[WHY]);

/* After SIGCHLD: what was stopped, sent or could not be is said in the foot. */
void act_reap(struct act *a);

#endif
