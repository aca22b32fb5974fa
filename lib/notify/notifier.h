/* notifier - gives one notice to one notifier, a program that is ended if it takes too long */
#ifndef NOTIFY_NOTIFIER_H
#define NOTIFY_NOTIFIER_H

#include "base/err.h"
#include "notice/message.h"

struct notifier_run {
	const char *name, *arg; /* the two parts of its line in the config */
	long timeout_ms;
	int leave, wake;        /* set when TERM, INT or HUP, and when CONT came meanwhile */
};

/*
 * Runs it, with box/NAME.json as standard input. selfpipe_catch and process_adopt have been
 * called. 0 delivered; -1 with why: how it ended and what it complained of, in one line.
 */
int notifier_run(struct notifier_run *d, int box, const struct message *m,
	const struct message_text *x, char why[WHY]);

/* Sleeps ms, or until one of those signals has come. */
void notifier_sleep(struct notifier_run *d, long ms);

#endif
