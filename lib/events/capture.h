/* capture - what an agent's rules need of one event, kept while the event is read; then: which rules match, and their fields. Memory is fixed; no I/O */
#ifndef EVENTS_CAPTURE_H
#define EVENTS_CAPTURE_H

#include <stddef.h>

#include "agent/rules.h"
#include "json/walk.h"

enum {
	CAPTURE_VALUE = 32 * 1024,  /* bytes kept of a string ... */
	CAPTURE_RAW = 4 * 1024,     /* ... of an object or array */
	CAPTURE_ALL = 256 * 1024,   /* ... of all values of an event */
	CAPTURE_VALUES = 512        /* how many, those after are not seen */
};

struct value {
	short path;
	unsigned char type;
	int elem;
	unsigned off, len, room; /* in the arena; a NUL follows */
	long long total;         /* its length in the event */
};

struct capture {
	struct walk walk;
	const struct rules *rules;
	int n;
	size_t used;
	struct value v[CAPTURE_VALUES];
	char arena[CAPTURE_ALL];
};

/* A field's value: n bytes at s, NUL-terminated; total: as long as it was in the event; path: where it came from, -1 a literal. */
struct got {
	const char *s;
	size_t n;
	long long total;
	short path;
	unsigned char each; /* only the element asked for */
};

void capture_start(struct capture *c, const struct rules *r);
/* The next bytes of the event; -1: it is no JSON object. */
int capture_feed(struct capture *c, const char *s, size_t n);
/* 1 once no rule can match any more: the rest of the event need not be read. */
int capture_dead(const struct capture *c);
/* 1 if the event is whole. */
int capture_done(struct capture *c);

/*
 * The firings of rule i, one by one: *pos and *elem begin as 0 and -1. 1 it fires (for *elem, -1: for the event as such), 0 no more.
 * A rule that goes through no array, or through one with nothing in it, is looked at once.
 */
int capture_fires(const struct capture *c, int i, int *pos, long *elem);

/* Field f of rule i; 0 if it is not there. Joined values live until capture_drop(c, mark) with the mark taken before. */
int capture_field(struct capture *c, int i, enum field f, long elem, struct got *g);
size_t capture_mark(const struct capture *c);
void capture_drop(struct capture *c, size_t mark);
/* The same as a number, never negative; -1 if it is not there or no number. */
double capture_number(struct capture *c, int i, enum field f, long elem);

#endif
