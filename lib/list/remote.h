/* remote - the tasks of other hosts, as rca-list -j names them over there */
#ifndef LIST_REMOTE_H
#define LIST_REMOTE_H

#include <sys/types.h>

#include "base/err.h"

enum { REMOTE_HOSTS = 32 };

/* Begins as zeros, but for host. */
struct remote {
	const char *host;
	pid_t pid;     /* of its rca-at; -1: not started, or over */
	int out;
	char why[WHY]; /* "": it has answered */
};

/* Asks n hosts, side by side. Who cannot be asked has a why. */
void remote_ask(struct remote *h, size_t n);

/*
 * Waits for the answer. take gets each task as lines key=value, without controls: the keys that
 * rca-list -j has of its own, and those of the manifest. If it does not return 0, or the host is
 * late, fails or talks nonsense, h->why says so.
 */
void remote_hear(struct remote *h, int (*take)(void *ctx, const char *host, const char *text),
	void *ctx);

#endif
