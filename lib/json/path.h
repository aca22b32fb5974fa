/* path - places in a JSON object ("message.content[].text"), kept as a tree so that one pass over an object serves them all */
#ifndef JSON_PATH_H
#define JSON_PATH_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Where a value is. array: [] is in the path, and this is the (first) array whose elements are told apart; 0: none, or [*], where all there is counts. */
struct ref {
	short path, array;
};

/* A place that some path goes through. Numbers are indices, -1 none. */
struct node {
	const char *key;
	size_t len;
	short child, next, elem;
	short path;       /* a path ends here */
	uint64_t users; /* that want this or something below */
};

struct path {
	struct node *nodes; /* 0 is the object itself */
	uint64_t *users;  /* by path */
	int nnodes, npaths;
	int room[2];
};

/* Reads a path at *s, which must live as long as p, for the users in mask, and steps over it. 0; -1 with why. */
int path_add(struct path *p, char **s, uint64_t mask, struct ref *ref, char why[WHY]);
void path_free(struct path *p);

/* The member `key` of node at, or its elements (key NULL): a node, or -1. */
int path_step(const struct path *p, int at, const char *key, size_t len);

/* Room for one more in the array a, of which there is room for *room and n are used; NULL if there is no memory. */
void *path_grow(void *a, int *room, int n, size_t size);

#endif
