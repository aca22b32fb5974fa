/* notifier - one notice to one notifier: a program with a bound on its time, ended with all it started */
#ifndef NOTIFY_NOTIFIER_H
#define NOTIFY_NOTIFIER_H

#include "base/err.h"
#include "notice/message.h"

struct notifier_run {
	const char *name, *arg; /* of the notifier, out of its line in the config */
	long timeout_ms;
	int leave, wake;        /* set when TERM (or INT, HUP), CONT came meanwhile */
};

/* Runs it. 0: it has delivered; -1 with why, one line: how it ended, and what it complained of. selfpipe_catch and snapshot_adopt have been called. box: for the object on its standard input. */
int notifier_run(struct notifier_run *d, int box, const struct message *l, const struct message_text *x, char why[WHY]);

/* Sleeps up to ms, or until one of those signals has come. */
void notifier_sleep(struct notifier_run *d, long ms);

#endif
