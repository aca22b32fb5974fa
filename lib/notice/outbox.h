/*
 * outbox - DIR/outbox: notices that are not yet delivered
 *
 * Whoever has news puts it there, durably, and starts a courier (rca-notify -d), which delivers it while its sender goes on. What has reached every notifier is removed.
 */
#ifndef NOTICE_OUTBOX_H
#define NOTICE_OUTBOX_H

#include "base/err.h"
#include "notice/format.h"
#include "task/config.h"
#include "task/manifest.h"
#include "task/task.h"

/* 1 if the config names a notifier: without one nothing is put, and nobody pays for it. */
int outbox_wanted(const struct config *c);

/*
 * A notice into the outbox: on disk when it returns. The rest of the notice is read from the task. stamp: what tells it from others of this attempt and event ("": there is one alone, and
 * to put it again is to put the same); NULL: one of its own is made. History gets `notice`. 0, the id in id; -1 with why.
 */
int outbox_put(const struct task *t, const struct manifest *m, const struct config *c, enum verdict v, const char *event, const char *text, const char *stamp, char id[NOTICE_ID], char why[WHY]);

/*
 * The news that the task's status is, if it is news (completed, failed, stopped, abandoned, limited, hung) and was not put before: history says so. The config is read anew. To be called
 * once the manifest has the status, again as often as need be, before `done`. detail: what the manifest does not say of it, "". 1: it was put; 0: nothing to tell, nobody to be told, or told
 * before; -1 with why: a disk that stayed full is tried for ten seconds.
 */
int outbox_status(const struct task *t, const char *detail, char why[WHY]);

/* Starts a courier for the task, which outlives us and belongs to no task, or wakes the one there is. 0, -1 with errno. */
int outbox_courier(const struct task *t);

/* 1 if there is something in it; 0. Costs two system calls where there is nothing. */
int outbox_waiting(const struct task *t);

/* For those who empty it: the directory, -1 with errno (ENOENT: nothing was ever put); whether a name in it is a notice's. */
int outbox_open(const struct task *t);
int outbox_notice_name(const char *name);
/* What of our environment a courier and its notifiers get beyond what all do (safe_env.h). */
const char *const *outbox_environment(void);

#endif
