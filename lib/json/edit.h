/* edit - adds an item to a JSON text, or removes one, and leaves all other bytes as they were */
#ifndef JSON_EDIT_H
#define JSON_EDIT_H

#include <stddef.h>

#include "json/cursor.h"

enum { EDIT_BLANKS = 256 };

/* A checked text, allocated, with a NUL behind it. Each change makes all cursors into it stale. */
struct text {
	char *s;
	size_t n;
};

/* An item's place in its object or array, and its neighbours; ->at NULL: there is none. */
struct item_place {
	struct cursor in, at, before, after;
};

int edit_blank(char c);

/* The member of that name, or without a name the last item. 1; 0 none; -1 several. */
int edit_find(const struct cursor *in, const char *name, struct cursor *found);

/* Copies the blanks before an item, as a string; none if they do not fit. Returns its length. */
size_t edit_lead(const struct cursor *it, char buf[EDIT_BLANKS]);

/* The next three: 0; -1 with errno. Replaces what is between from and to, which point into t. */
int edit_splice(struct text *t, const char *from, const char *to, const char *put);

/*
 * Adds an item at the end, laid out as the one before it. In an empty object or array it follows
 * the bracket; in an empty root it stands on a line of its own.
 */
int edit_append(struct text *t, const struct cursor *in, int root, const char *item);

/* Removes an item with its comma and blanks: the reverse of edit_append. */
int edit_cut(struct text *t, const struct item_place *s, int root);

#endif
