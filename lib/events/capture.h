/*
 * capture - keeps what the rules need of one event while it is read, then says which rules match,
 * and their fields. Memory is fixed; no I/O.
 */
#ifndef EVENTS_CAPTURE_H
#define EVENTS_CAPTURE_H

#include <stddef.h>

#include "agent/rules.h"
#include "json/walk.h"

enum {
	CAPTURE_VALUE = 32 * 1024,  /* bytes kept of a string ... */
	CAPTURE_RAW = 4 * 1024,     /* ... of an object or array */
	CAPTURE_ALL = 256 * 1024,   /* ... of all values of an event */
	CAPTURE_VALUES = 512        /* values of an event; further ones are not seen */
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

/* A field's value. */
struct got {
	const char *s; /* n bytes and a NUL */
	size_t n;
	long long total; /* its length in the event */
	short path;      /* where it comes from; -1 a literal */
	unsigned char each; /* only the element asked for */
};

void capture_start(struct capture *c, const struct rules *r);
/* The next bytes of the event. 0; -1 it is not a JSON object. */
int capture_feed(struct capture *c, const char *s, size_t n);
/* 1 if no rule can match any more, so that the rest of the event need not be read. */
int capture_dead(const struct capture *c);
/* 1 if the event is whole. */
int capture_done(struct capture *c);

/*
 * Iterates over the matches of rule i: *pos and *elem begin as 0 and -1. 1 the rule matches (*elem:
 * which array element, -1: the event as such); 0 no further match. A rule that goes through no
 * array, or through an empty one, is tried once.
 */
int capture_fires(const struct capture *c, int i, int *pos, long *elem);

/*
 * Field f of rule i. 1; 0 it is not there, and g is "". Several values are joined by newlines in
 * the arena: the caller may set c->used back to what it was.
 */
int capture_field(struct capture *c, int i, enum field f, long elem, struct got *g);
/* Field f as a number; -1 if it is not there, or not a number from 0 up. */
double capture_number(struct capture *c, int i, enum field f, long elem);

#endif
