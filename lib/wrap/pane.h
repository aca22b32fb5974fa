/* pane - what the person sees: our standard output, a view that may be slow, stuck or gone without the agent noticing */
#ifndef WRAP_PANE_H
#define WRAP_PANE_H

#include <stddef.h>

struct pane {
	int fd;      /* -1: none, or gone */
	int stalled; /* nothing is written until it takes something again */
	int asks;    /* a write may block: only a little, and only after a look */
};

void pane_open(struct pane *p, int fd);
void pane_write(struct pane *p, const void *buf, size_t n);

#endif
