/* path - places in a JSON object ("message.content[].text"), as a tree that one pass follows */
#ifndef JSON_PATH_H
#define JSON_PATH_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/*
 * The place of a value. array: the node of the first [] in the path, whose elements are told
 * apart; 0 if there is none, or [*], where all elements count as one place.
 */
struct ref {
	short path, array;
};

/* A step that some path takes. Numbers are indices; -1 means none. */
struct node {
	const char *key;
	size_t len;
	short child, next, elem;
	short path;     /* the path that ends here */
	uint64_t users; /* those who want this or something below it */
};

struct path {
	struct node *nodes; /* 0 is the object itself */
	uint64_t *users;    /* by path */
	int nnodes, npaths;
	int room[2];
};

/*
 * Reads a path at *s for the users in mask and moves *s behind it. The text must live as long as p.
 * 0; -1 with why.
 */
int path_add(struct path *p, char **s, uint64_t mask, struct ref *ref, char why[WHY]);
void path_free(struct path *p);

/* The node of the member `key` of node at, or of its elements (key NULL); -1: no path has it. */
int path_step(const struct path *p, int at, const char *key, size_t len);

/* Makes room for one more item in the array a, which holds n of *room. NULL: no memory. */
void *path_grow(void *a, int *room, int n, size_t size);

#endif
