/* edit - an item put into a JSON text, or taken out, with all other bytes as they were; places are cursor.h's, and stale after each change; no I/O */
#ifndef JSON_EDIT_H
#define JSON_EDIT_H

#include <stddef.h>

#include "json/cursor.h"

enum { EDIT_BLANKS = 256 };

/* A checked text, allocated, with a NUL behind it. */
struct text {
	char *s;
	size_t n;
};

/* Where an item is in its object or list, and its neighbours; ->at NULL: none. */
struct item_place {
	struct cursor in, at, before, after;
};

int edit_blank(char c);

/* The member of that name: 1, 0 none, -1 several (found is the last). Without a name: the last item. */
int edit_find(const struct cursor *in, const char *name, struct cursor *found);

/* The blanks before an item, as a string; its length. None if there are EDIT_BLANKS or more. */
size_t edit_lead(const struct cursor *it, char buf[EDIT_BLANKS]);

/* put for what is between from and to, which point into t. 0, -1 with errno; so are the next two. */
int edit_splice(struct text *t, const char *from, const char *to, const char *put);

/* Puts an item at the end, laid out as the one before it. In an empty list it stands right behind the bracket; in an empty text (root), on a line of its own. */
int edit_append(struct text *t, const struct cursor *in, int root, const char *item);

/* Takes an item out, with the comma and the blanks that came with it: undoes the above. */
int edit_cut(struct text *t, const struct item_place *s, int root);

#endif
