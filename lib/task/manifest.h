/* manifest - DIR/manifest: a task's state as key=value lines; unknown keys are kept */
#ifndef TASK_MANIFEST_H
#define TASK_MANIFEST_H

#include <stddef.h>

#include "base/err.h"
#include "task/status.h"

enum { MANIFEST_SIZE = 32768, MANIFEST_KEYS = 128 };

struct manifest {
	char text[MANIFEST_SIZE]; /* what the pairs point into */
	size_t used;
	struct { char *key, *val; } kv[MANIFEST_KEYS];
	int n;
};

/*
 * Reads dir/manifest, and what dir/done says of the end (done.h). 0; -1 with errno (EINVAL or
 * EFBIG: it is broken) and why, which names the wrong line.
 */
int manifest_read(int dir, struct manifest *m, char why[WHY]);
/* The exit code for a manifest_read that failed, by errno: EX_GONE, EX_CALLER or EX_SYSTEM. */
int manifest_code(void);
/* The same as manifest_read for text in memory, which is copied. */
int manifest_parse(struct manifest *m, const char *text, size_t n, char why[WHY]);

/* "" if there is no such key. */
const char *manifest_get(const struct manifest *m, const char *key);
/* deflt if there is no such key, or its value is not a number. */
long long manifest_num(const struct manifest *m, const char *key, long long deflt);
/* The status; ST_LAST if the word is unknown. */
enum status manifest_status(const struct manifest *m);

/*
 * Sets key in memory; val NULL removes it. Control characters become spaces. 0; -1 with errno:
 * ENOSPC (too many keys, or too much text), EINVAL (not a key).
 */
int manifest_set(struct manifest *m, const char *key, const char *val);

/* 1 if key is [a-z][a-z0-9_]* of at most 64 bytes. */
int manifest_key_ok(const char *key);

/*
 * Replaces dir/manifest by m, durably. The caller holds manifest.lock, or is making the directory.
 * 0, -1 with errno.
 */
int manifest_write(int dir, const struct manifest *m);

/*
 * Under manifest.lock: reads, sets the pairs of kv (key, value, ..., NULL; a value of "" removes
 * the key), writes. The caller must not hold manifest.lock. 0, -1 with why.
 */
int manifest_change(int dir, const char *const kv[], char why[WHY]);

/*
 * manifest_change, but only if the status is still `from` (ST_LAST: any that is not terminal) and,
 * with unattended, nobody holds DIR/lock. A wrapper takes DIR/lock before it writes its first
 * status, and writes its last one before it lets go; so `running` while DIR/lock is free was
 * written by a dead one. m becomes what was read, or written. 1 changed, 0 somebody else was
 * first, -1 with why.
 */
int manifest_turn(int dir, struct manifest *m, enum status from, int unattended,
	const char *const kv[], char why[WHY]);

/* Takes manifest.lock. The descriptor, for the caller to close; -1 with errno. */
int manifest_lock(int dir);

#endif
