/* message - a notice read back from the outbox, for delivery */
#ifndef NOTICE_MESSAGE_H
#define NOTICE_MESSAGE_H

#include <limits.h>
#include <time.h>

#include "base/err.h"
#include "notice/format.h"

enum { MESSAGE_NAME = 128 };

struct message {
	char name[MESSAGE_NAME]; /* its file's, without ".json" */
	struct timespec since;   /* when it was put into the outbox */
	int urgent;              /* ESCALATE or the end of a task: goes first */
	char id[NOTICE_ID], event[NOTICE_ID], task[NOTICE_ID], status[NOTICE_ID];
	char verdict[NOTICE_ID];
};

/* The long parts, for a notifier. */
struct message_text {
	char json[NOTICE_JSON]; /* the object, without its newline */
	char line[NOTICE_LINE], text[NOTICE_TEXT], dir[PATH_MAX], cwd[PATH_MAX];
};

/*
 * Reads box/name.json into *m and *x; name may be m->name. 0; -1 with why and errno: ENOENT if it
 * is gone, EINVAL if it is not a notice, else it could not be read.
 */
int message_read(int box, const char *name, struct message *m, struct message_text *x,
	char why[WHY]);

/* For qsort: urgent ones first, then the oldest. */
int message_order(const void *a, const void *b);

#endif
