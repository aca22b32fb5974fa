/* manifest - the task's whole state as key=value lines: read, checked, replaced whole under manifest.lock, unknown keys kept */
#ifndef TASK_MANIFEST_H
#define TASK_MANIFEST_H

#include <stddef.h>

#include "base/err.h"

enum { MANIFEST_SIZE = 32768, MANIFEST_KEYS = 128 };

struct manifest {
	char text[MANIFEST_SIZE]; /* what the pairs point into */
	size_t used;
	struct { char *key, *val; } kv[MANIFEST_KEYS];
	int n;
};

/* Reads dir/manifest. -1: why says what is wrong, with its line; errno is the system's, or EINVAL for a manifest that is not one. */
int manifest_read(int dir, struct manifest *m, char why[WHY]);
/* The same from memory: text is copied. */
int manifest_parse(struct manifest *m, const char *text, size_t n, char why[WHY]);

/* "" if there is no such key. */
const char *manifest_get(const struct manifest *m, const char *key);
/* The number a key holds; deflt if it holds none. */
long long manifest_num(const struct manifest *m, const char *key, long long deflt);

/* Sets in memory; val NULL removes. Control characters become spaces. -1: ENOSPC (too many keys or too much text), EINVAL (not a key). */
int manifest_set(struct manifest *m, const char *key, const char *val);

/* Key: [a-z][a-z0-9_]*, value: no control characters. */
int manifest_key_ok(const char *key);

/* Replaces dir/manifest by m, durably; the caller holds manifest.lock or is making the directory. */
int manifest_write(int dir, const struct manifest *m);

/*
 * lock_mutex(manifest.lock), read, set the pairs of kv (key, value, ..., NULL), write, unlock. A pair with a NULL value is "key", "" here: removed.
 * Not to be called while this process holds manifest.lock itself (see manifest_lock). -1 with errno and why.
 */
int manifest_change(int dir, const char *const kv[], char why[WHY]);

/* For changes that look before they write: the mutex, to be closed by the caller. */
int manifest_lock(int dir);

#endif
