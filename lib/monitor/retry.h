/* retry - how long and how often a task is carried on: deadline, retries, backoff; looks at its files, changes nothing */
#ifndef MONITOR_RETRY_H
#define MONITOR_RETRY_H

#include "task/config.h"
#include "task/manifest.h"
#include "task/task.h"

/* A command that is to run on, whatever ends it. */
int retry_service(const struct task *t, const struct manifest *m, const struct config *c);

/* 0 if a task may only run once: a command that is no service. */
int retry_resumes(const struct task *t, const struct manifest *m, const struct config *c);

/* For how many seconds, from when it was first watched, a task is carried on at most; 0: without end. */
long long retry_lasts(const struct task *t, const struct manifest *m, const struct config *c);

struct retry {
	long long retries; /* so many lie behind us */
	long long steps;   /* ... and so many steps of the backoff, which work takes back */
	long long wait_s;  /* before the next */
	int over;          /* there is no next */
	int well;          /* the last attempt was, and is not counted yet (the key steady) */
};

/* The next retry of a task whose last attempt has ended badly. */
struct retry retry_next(const struct task *t, const struct manifest *m, const struct config *c);

#endif
