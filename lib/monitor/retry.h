/* retry - how often, after what wait and for how long a task is carried on; changes nothing */
#ifndef MONITOR_RETRY_H
#define MONITOR_RETRY_H

#include "task/config.h"
#include "task/manifest.h"
#include "task/task.h"

/* 0 for a task that may run only once: a command that is not a service. */
int retry_resumes(const struct task *t, const struct manifest *m, const struct config *c);

/* The deadline: seconds of watching after which a task is given up; 0: none. */
long long retry_lasts(const struct task *t, const struct manifest *m, const struct config *c);

struct retry {
	long long retries; /* so far */
	long long steps;   /* of the backoff, which an attempt that went well takes back */
	long long wait_s;  /* before the next retry */
	int over;          /* there is no next retry */
	int well;          /* the last attempt went well, and is not counted yet (the key steady) */
};

/* The next retry of a task whose last attempt ended badly. */
struct retry retry_next(const struct task *t, const struct manifest *m, const struct config *c);

#endif
