/*
 * manifest - the task's whole state as key=value lines
 *
 * It is replaced whole, so a reader needs no lock; a writer holds manifest.lock from its read to its rename, so that no change of another is lost.
 */
#include "task/manifest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file/file.h"
#include "proc/lock.h"

/* For whoever has written one, as was done for older tools. */
#define BY_HAND "; rca-mktask makes a task, its manifest is not written by hand"

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
		return bad(why, number, "key is there twice");
	if (m->n == MANIFEST_KEYS)
		return bad(why, number, "too many keys");
	m->kv[m->n].key = line;
	m->kv[m->n].val = eq + 1;
	m->n++;
	return 0;
}

/* A manifest that was cut, in whatever way, lacks the end of its last line or one of these. */
static int
complete(const struct manifest *m, char why[WHY])
{
	static const char *const needed[] = { "version", "task_name", "agent", "project_dir", "status" };

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
		err_why(why, "read manifest:");
		errno = errno == ERR_NOT_REGULAR ? EINVAL : errno;
		return -1;
	}
	m->used = (size_t)n;
	return split(m, why);
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

/* Old text stays where it is: only the pairs are written, and a manifest in memory does not live long. */
static char *
keep(struct manifest *m, const char *s)
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
			memmove(&m->kv[i], &m->kv[i + 1], (size_t)(--m->n - i) * sizeof m->kv[0]);
		return 0;
	}
	if (i >= 0 && !strcmp(m->kv[i].val, val))
		return 0;
	if ((i < 0 && (m->n == MANIFEST_KEYS || !(k = keep(m, key)))) || !(v = keep(m, val))) {
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
	size_t n = 0;

	for (int i = 0; i < m->n; i++) {
		int r = snprintf(out + n, sizeof out - n, "%s=%s\n", m->kv[i].key, m->kv[i].val);

		if (r < 0 || (size_t)r >= sizeof out - n) {
			errno = ENOSPC;
			return -1;
		}
		n += (size_t)r;
	}
	return file_replace(dir, "manifest", out, n, 0600, FILE_FULL);
}

int
manifest_lock(int dir)
{
	return lock_mutex(dir, "manifest.lock");
}

int
manifest_change(int dir, const char *const kv[], char why[WHY])
{
	struct manifest m;
	int lock = manifest_lock(dir), r, saved;

	if (lock < 0)
		return err_why(why, "lock manifest:");
	r = manifest_read(dir, &m, why);
	for (; !r && *kv; kv += 2)
		if ((r = manifest_set(&m, kv[0], *kv[1] ? kv[1] : NULL)))
			err_why(why, "manifest: set %s:", kv[0]);
	if (!r && (r = manifest_write(dir, &m)))
		err_why(why, "replace manifest:");
	saved = errno;
	close(lock);
	errno = saved;
	return r;
}
