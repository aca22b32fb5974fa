/* walk - one pass over a JSON object for a set of paths: what they name is handed out as it comes, all else is skipped */
#ifndef JSON_WALK_H
#define JSON_WALK_H

#include <stddef.h>
#include <stdint.h>

#include "json/parser.h"
#include "json/path.h"

/*
 * open: a value begins that a path names. elem: which element of the outermost array on the way to it, -1 none. Returns a handle >= 0, or -1: not wanted.
 * data: of that handle: a string decoded, a number or word as it stands, an object or array raw. Several handles are open at once only where one value lies within another.
 * close: it is complete.
 */
struct walk_ops {
	int (*open)(void *ctx, int path, long elem, enum json_type t);
	void (*data)(void *ctx, int handle, const char *s, size_t n);
	void (*close)(void *ctx, int handle);
};

struct walk {
	struct json json;
	const struct path *paths;
	const struct walk_ops *ops;
	void *ctx;
	uint64_t alive;                  /* users of paths that still matter; the owner may take bits away at any time */
	short node[JSON_DEPTH + 1];      /* of each open object or array, from 1 on; ... */
	short array[JSON_DEPTH + 1];     /* ... depth of the outermost array around or at it, 0 none */
	long index[JSON_DEPTH + 1];      /* ... its elements so far */
	int raw[JSON_DEPTH + 1];         /* ... its handle, -1 none */
	const char *from[JSON_DEPTH + 1];/* ... first byte of it not yet handed out */
	int depth, nraw, object;
	short next;                      /* node of the member whose key was just read */
	int scalar;                      /* handle of the string, number or word that is open; -1 none */
};

void walk_start(struct walk *w, const struct path *p, uint64_t alive, const struct walk_ops *ops, void *ctx);
/* The next bytes of the object. 0, -1: this is no JSON object. */
int walk_feed(struct walk *w, const char *s, size_t n);
/* No more bytes. 1 if it was a whole object, 0 if not. */
int walk_done(struct walk *w);

#endif
