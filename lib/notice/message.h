/* message - a notice read back from the outbox, for whoever delivers it */
#ifndef NOTICE_MESSAGE_H
#define NOTICE_MESSAGE_H

#include <time.h>

#include "base/err.h"
#include "base/system.h"
#include "notice/format.h"

enum { MESSAGE_NAME = 128 };

struct message {
	char name[MESSAGE_NAME];  /* of its file, without ".json" */
	struct timespec since;   /* when it was put */
	int urgent;              /* the end of a task, or what cannot wait: goes first */
	char id[NOTICE_ID], event[NOTICE_ID], task[NOTICE_ID], status[NOTICE_ID], verdict[NOTICE_ID];
};

/* All that a notifier is told. */
struct message_text {
	char json[NOTICE_JSON]; /* the object, without its newline */
	char line[NOTICE_LINE], text[NOTICE_TEXT], dir[PATH_MAX], cwd[PATH_MAX];
};

/* Reads box/name.json (name may be l's own) into l, and what is longer into *x. 0; -1 with why: errno ENOENT it is gone, else it cannot be read, or is none. */
int message_read(int box, const char *name, struct message *l, struct message_text *x, char why[WHY]);

/* For qsort: the urgent first, then the oldest. */
int message_order(const void *a, const void *b);

#endif
