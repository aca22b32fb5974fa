/* spool - the notices in an outbox as files: which there are, who has been told of each, where they go in the end */
#ifndef NOTICE_SPOOL_H
#define NOTICE_SPOOL_H

#include "notice/message.h"
#include "task/config.h"
#include "task/task.h"

enum { SPOOL_KEY = 96 };

struct spool {
	struct message *l;
	int n, room;
};

/* Reads the notices of box that key has not been told of (NULL: all), in the order in which they go, into b (zeros at first; free b->l at last). What is broken is buried. 0, -1 with why. */
int spool_fill(struct spool *b, const struct task *t, int box, const char *key, char why[WHY]);

/* Short, and tells nothing of what may be secret in the line. */
void spool_key(const char *notifier, char key[SPOOL_KEY]);

/* Notes that key has been told; removes the notice if that makes it all whom c names. 0, -1 with why. */
int spool_told(const struct config *c, int box, const struct message *l, const char *key, char why[WHY]);

/* Nobody will be told: into outbox/dead; manifest and history say so. 0 (also if another did it), -1 with why. */
int spool_bury(const struct task *t, int box, const char *name, const char *id, const char *because, char why[WHY]);

/* 1 if there is a notice and a notifier that has not been told of it, and no courier that sees to that; also one that nobody is there for. 0 else: two system calls where there is no notice. */
int spool_unattended(const struct task *t);

/* Removes what all whom c names have been told of, and what was written of notices that are gone. */
void spool_sweep(const struct config *c, int box);

/* The manifest's `undelivered` is put right if somebody has emptied outbox/dead. */
void spool_recount(const struct task *t, int box);

#endif
