/* pane - our standard output: a view that may be slow, stuck or gone without slowing the agent */
#ifndef WRAP_PANE_H
#define WRAP_PANE_H

#include <stddef.h>

struct pane {
	int fd;      /* -1: none, or gone */
	int stalled; /* nothing is written until it takes bytes again */
	int polled;  /* a write may block, so each is small and made after a poll */
};

void pane_open(struct pane *p);
void pane_write(struct pane *p, const void *buf, size_t n);

#endif
