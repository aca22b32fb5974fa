/* walk - one pass over a JSON object that hands out the values of a set of paths */
#ifndef JSON_WALK_H
#define JSON_WALK_H

#include <stddef.h>
#include <stdint.h>

#include "json/parser.h"
#include "json/path.h"

struct walk_ops {
	/*
	 * A value begins that a path names. elem: its element of the outermost array on the way to
	 * it, or -1. Returns a handle >= 0, or -1 if it is not wanted.
	 */
	int (*open)(void *ctx, int path, long elem, enum json_type t);
	/*
	 * A string decoded, a number or word as it stands, an object or array raw. Several handles
	 * are open at once only where one value lies within another.
	 */
	void (*data)(void *ctx, int handle, const char *s, size_t n);
	void (*close)(void *ctx, int handle);
};

struct walk {
	struct json json;
	const struct path *paths;
	const struct walk_ops *ops;
	void *ctx;
	uint64_t alive;              /* users that still count; the owner may clear bits any time */
	/* Of each open object or array, from 1 on: */
	short node[JSON_DEPTH + 1];
	short array[JSON_DEPTH + 1]; /* depth of the outermost array around or at it; 0 none */
	long index[JSON_DEPTH + 1];  /* its elements so far */
	int raw[JSON_DEPTH + 1];     /* its handle; -1 none */
	const char *from[JSON_DEPTH + 1]; /* its first byte not yet handed out */
	int depth, nraw, object;
	short next;                  /* node of the member whose key was just read */
	int scalar;                  /* handle of the open string, number or word; -1 none */
};

void walk_start(struct walk *w, const struct path *p, uint64_t alive, const struct walk_ops *ops,
	void *ctx);

/* The next bytes. 0; -1 once it is not JSON. */
int walk_feed(struct walk *w, const char *s, size_t n);

/* After the last byte: 1 if it was one whole object, else 0. */
int walk_done(struct walk *w);

#endif
