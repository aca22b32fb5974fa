/* spool - the notices in an outbox as files: what waits, who was told, what is given up */
#ifndef NOTICE_SPOOL_H
#define NOTICE_SPOOL_H

#include "notice/message.h"
#include "task/config.h"
#include "task/task.h"

enum { SPOOL_KEY = 96 };

/* Zeros at first; the caller frees message at last. */
struct spool {
	struct message *message;
	int n, room;
};

/* Names a notifier's line of the config in file names, without secrets that it may hold. */
void spool_key(const char *notifier, char key[SPOOL_KEY]);

/*
 * Reads the notices that the notifier of key was not told of (NULL: all) into *s, in the order of
 * delivery. A file that is not a notice is given up. 0, -1 with why.
 */
int spool_load(struct spool *s, const struct task *t, int box, const char *key, char why[WHY]);

/*
 * Records that the notifier of key was told, and removes the notice once all that c names were.
 * 0, -1 with why.
 */
int spool_mark_told(const struct config *c, int box, const struct message *m, const char *key,
	char why[WHY]);

/*
 * Gives the notice up: moves it into outbox/dead; manifest and history say so. 0, also if another
 * process did it; -1 with why.
 */
int spool_give_up(const struct task *t, int box, const char *name, const char *id,
	const char *because, char why[WHY]);

/*
 * 1 if a notice waits for a notifier that no deliverer serves now, or if none is configured; else
 * 0, after two system calls if there never was a notice.
 */
int spool_unattended(const struct task *t);

/* Removes notices that all notifiers of c were told of, and records of notices that are gone. */
void spool_sweep(const struct config *c, int box);

/* Corrects the manifest's `undelivered` after somebody has emptied outbox/dead. */
void spool_recount(const struct task *t, int box);

#endif
