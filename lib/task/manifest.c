/*
 * manifest - DIR/manifest: a task's state as key=value lines
 *
 * The file is replaced whole, so a reader needs no lock. A writer holds manifest.lock from its read
 * to its rename, so that no change of another writer is lost.
 */
#include "task/manifest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "file/file.h"
#include "file/regular.h"
#include "proc/lock.h"
#include "task/done.h"

/* Older tools were given manifests written by hand. */
#define BY_HAND "; rca-mktask makes tasks; do not write a manifest by hand"

int
manifest_key_ok(const char *key)
{
	size_t n = strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return n > 0 && n <= 64 && !key[n] && key[0] >= 'a' && key[0] <= 'z';
}

static int
find(const struct manifest *m, const char *key)
{
	for (int i = 0; i < m->n; i++)
		if (!strcmp(m->kv[i].key, key))
			return i;
	return -1;
}

static int
bad(char why[WHY], int line, const char *what)
{
	err_why(why, "manifest line %d: %s" BY_HAND, line, what);
	errno = EINVAL;
	return -1;
}

static int
add_line(struct manifest *m, char *line, int number, char why[WHY])
{
	char *eq = strchr(line, '=');

	if (!eq)
		return bad(why, number, "no '='");
	*eq = 0;
	if (!manifest_key_ok(line))
		return bad(why, number, "not a key");
	for (const char *p = eq + 1; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return bad(why, number, "control character");
	if (find(m, line) >= 0)
		return bad(why, number, "this key occurs twice");
	if (m->n == MANIFEST_KEYS)
		return bad(why, number, "too many keys");
	m->kv[m->n].key = line;
	m->kv[m->n].val = eq + 1;
	m->n++;
	return 0;
}

/* A manifest that was cut short lacks the end of its last line, or one of these keys. */
static int
complete(const struct manifest *m, char why[WHY])
{
	static const char *const needed[] = {
		"version", "task_name", "agent", "project_dir", "status"
	};

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		if (find(m, needed[i]) < 0) {
			err_why(why, "manifest: no key %s (cut?)" BY_HAND, needed[i]);
			errno = EINVAL;
			return -1;
		}
	return 0;
}

static int
split(struct manifest *m, char why[WHY])
{
	char *p = m->text;

	m->n = 0;
	if (memchr(m->text, 0, m->used))
		return bad(why, 1, "NUL byte");
	for (int line = 1; *p; line++) {
		char *nl = strchr(p, '\n');

		if (!nl)
			return bad(why, line, "cut in the middle");
		*nl = 0;
		if (add_line(m, p, line, why))
			return -1;
		p = nl + 1;
	}
	return complete(m, why);
}

int
manifest_parse(struct manifest *m, const char *text, size_t n, char why[WHY])
{
	if (n >= sizeof m->text) {
		errno = EFBIG;
		return err_why(why, "manifest: larger than %zu bytes", sizeof m->text);
	}
	memcpy(m->text, text, n);
	m->text[n] = 0;
	m->used = n;
	return split(m, why);
}

int
manifest_read(int dir, struct manifest *m, char why[WHY])
{
	ssize_t n = file_read(dir, "manifest", m->text, sizeof m->text);

	if (n < 0) {
		err_why(why, errno == ENOENT ? "the task is gone" : "read manifest:");
		errno = errno == ERR_NOT_REGULAR ? EINVAL : errno;
		return -1;
	}
	m->used = (size_t)n;
	if (split(m, why))
		return -1;
	done_believe(dir, m);
	return 0;
}

int
manifest_code(void)
{
	if (errno == ENOENT)
		return EX_GONE;
	return errno == EINVAL || errno == EFBIG ? EX_CALLER : EX_SYSTEM;
}

const char *
manifest_get(const struct manifest *m, const char *key)
{
	int i = find(m, key);

	return i < 0 ? "" : m->kv[i].val;
}

long long
manifest_num(const struct manifest *m, const char *key, long long deflt)
{
	const char *s = manifest_get(m, key);
	char *end;
	long long v;

	errno = 0;
	v = strtoll(s, &end, 10);
	return *s && !*end && !errno ? v : deflt;
}

enum status
manifest_status(const struct manifest *m)
{
	return status_parse(manifest_get(m, "status"));
}

/* Adds s to the text. A replaced value stays there unused: a manifest in memory is short-lived. */
static char *
add_text(struct manifest *m, const char *s)
{
	size_t n = strlen(s) + 1;
	char *p = m->text + m->used;

	if (n > sizeof m->text - m->used - 1)
		return NULL;
	for (size_t i = 0; i < n; i++)
		p[i] = s[i] && ((unsigned char)s[i] < ' ' || s[i] == 0x7f) ? ' ' : s[i];
	m->used += n;
	return p;
}

int
manifest_set(struct manifest *m, const char *key, const char *val)
{
	int i = find(m, key);
	char *k = NULL, *v;

	if (!manifest_key_ok(key)) {
		errno = EINVAL;
		return -1;
	}
	if (!val) {
		if (i >= 0)
			memmove(&m->kv[i], &m->kv[i + 1],
				(size_t)(--m->n - i) * sizeof m->kv[0]);
		return 0;
	}
	if (i >= 0 && !strcmp(m->kv[i].val, val))
		return 0;
	if ((i < 0 && (m->n == MANIFEST_KEYS || !(k = add_text(m, key)))) ||
		!(v = add_text(m, val))) {
		errno = ENOSPC;
		return -1;
	}
	if (i < 0) {
		i = m->n++;
		m->kv[i].key = k;
	}
	m->kv[i].val = v;
	return 0;
}

int
manifest_write(int dir, const struct manifest *m)
{
	char out[MANIFEST_SIZE];
	struct buf b = { out, sizeof out, 0, 0 };

	for (int i = 0; i < m->n; i++)
		buf_printf(&b, "%s=%s\n", m->kv[i].key, m->kv[i].val);
	if (!b.cut)
		return file_replace(dir, "manifest", out, b.n, 0600, FILE_FULL);
	errno = ENOSPC;
	return -1;
}

/* What another host wrote under the lock is what is read now. */
int
manifest_lock(int dir)
{
	int lock = lock_mutex(dir, "manifest.lock");

	if (lock >= 0)
		regular_anew(dir, "manifest");
	return lock;
}

/* The caller holds manifest.lock, and has read m. */
static int
write_pairs(int dir, struct manifest *m, const char *const kv[], char why[WHY])
{
	for (; *kv; kv += 2)
		if (manifest_set(m, kv[0], *kv[1] ? kv[1] : NULL))
			return err_why(why, "manifest: set %s:", kv[0]);
	return manifest_write(dir, m) ? err_why(why, "write manifest:") : 0;
}

int
manifest_change(int dir, const char *const kv[], char why[WHY])
{
	struct manifest m;
	int lock = manifest_lock(dir), r;

	if (lock < 0)
		return err_why(why, "lock manifest.lock:");
	r = manifest_read(dir, &m, why) ? -1 : write_pairs(dir, &m, kv, why);
	close(lock);
	return r;
}

int
manifest_turn(int dir, struct manifest *m, enum status from, int unattended,
	const char *const kv[], char why[WHY])
{
	int lock = manifest_lock(dir), r = 0;
	enum status now;

	if (lock < 0)
		return err_why(why, "lock manifest.lock:");
	if (manifest_read(dir, m, why)) {
		close(lock);
		return -1;
	}
	now = manifest_status(m);
	if ((from == ST_LAST ? !status_terminal(now) : now == from) &&
		!(unattended && lock_held(dir, "lock")))
		r = write_pairs(dir, m, kv, why) ? -1 : 1;
	close(lock);
	return r;
}
