/*
 * trust - whether a place is ours alone: nobody else can put something there, or another place in its place
 *
 * Asked of each directory on the way, also by where symlinks lead: a directory above may be another
 * user's only if that is root, and others may write it only if it is sticky, as /tmp is.
 */
#ifndef BASE_TRUST_H
#define BASE_TRUST_H

#include "base/err.h"

enum trust_as {
	TRUST_OURS,   /* a directory that belongs to us and that nobody else can write */
	TRUST_SHARED, /* one in which what is ours stays ours: others may write it if it is sticky */
	TRUST_DATA    /* a file or directory of ours or of root, that others cannot write */
};

/* 0, also if nothing is there yet, but then what is above it is looked at; -1 with why. */
int trust_path(const char *path, enum trust_as as, char why[WHY]);

#endif
