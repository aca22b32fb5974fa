/*
 * trust - whether another user could write a path, or put something else in its place
 *
 * Each directory above the path is looked at too, also where symlinks lead: it must belong to us
 * or to root, and others may write it only if it is sticky, as /tmp is.
 */
#ifndef BASE_TRUST_H
#define BASE_TRUST_H

#include "base/err.h"

enum trust_as {
	TRUST_OURS,   /* a directory: ours, and nobody else can write it */
	TRUST_SHARED, /* a directory: others may write it if it is sticky */
	TRUST_DATA    /* a file or directory: ours or root's, and nobody else can write it */
};

/* 0; -1 with why. Where nothing is there yet, what is above it counts. */
int trust_path(const char *path, enum trust_as as, char why[WHY]);

#endif
