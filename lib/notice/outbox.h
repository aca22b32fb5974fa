/*
 * outbox - DIR/outbox: notices that are not yet delivered
 *
 * A tool with news puts a notice there, durably, and starts a deliverer (rca-notify -d) in the
 * background. A notice that has reached every notifier is removed.
 */
#ifndef NOTICE_OUTBOX_H
#define NOTICE_OUTBOX_H

#include "base/err.h"
#include "notice/format.h"
#include "task/config.h"
#include "task/manifest.h"
#include "task/task.h"

/* 1 if the config names a notifier; without one nothing is put into an outbox. */
int outbox_wanted(const struct config *c);

/*
 * Puts a notice into the outbox, on disk when it returns, and `notice` into history. The task gives
 * the rest of the notice. stamp tells it from others of this attempt and event: "" if there can be
 * only one, so that putting it again replaces it; NULL makes a unique one. 0 with id; -1 with why.
 */
int outbox_put(const struct task *t, const struct manifest *m, const struct config *c,
	enum verdict v, const char *event, const char *text, const char *stamp, char id[NOTICE_ID],
	char why[WHY]);

/*
 * Puts a notice of the task's status if it is one to tell (completed, failed, stopped, abandoned,
 * limited, hung) and history does not have it yet. Call it once the manifest has the status, and
 * again if need be, before `done`. detail: what the manifest does not say of it, or "". 1 it was
 * put; 0 nothing or nobody to tell; -1 with why, after ten seconds if the disk stays full.
 */
int outbox_status(const struct task *t, const char *detail, char why[WHY]);

/* Starts a deliverer, which outlives us, or wakes the one that runs. 0, -1 with errno. */
int outbox_deliver(const struct task *t);

/* 1 if a notice waits, else 0. Costs one system call if there never was one. */
int outbox_waiting(const struct task *t);

/* The directory's descriptor; -1 with errno (ENOENT: nothing was ever put). */
int outbox_open(const struct task *t);

/*
 * Calls f with each name in box that ends in suffix, without it, until f does not return 0; f may
 * remove the file. What f returned last; -1 with errno.
 */
int outbox_each(int box, const char *suffix, int (*f)(void *ctx, const char *name), void *ctx);

#endif
