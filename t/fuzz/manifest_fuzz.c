/* manifest_fuzz - a manifest that parses is written back as it was; any value becomes one line */
#include "fuzz.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "task/manifest.h"

static void
same(const struct manifest *a, const struct manifest *b)
{
	HOLDS(a->n == b->n);
	for (int i = 0; i < a->n; i++)
		HOLDS(!strcmp(a->kv[i].key, b->kv[i].key) && !strcmp(a->kv[i].val, b->kv[i].val));
}

static void
through_disk(const struct manifest *m)
{
	static struct manifest back;
	char why[WHY];

	if (manifest_write(fuzz_dir(), m)) {
		HOLDS(errno == ENOSPC || errno == EFBIG);
		return;
	}
	HOLDS(!manifest_read(fuzz_dir(), &back, why));
	same(m, &back);
}

/* Sets keys to values: pairs of strings of the input. */
static void
change(struct manifest *m, const char *s, size_t n)
{
	const char *end = s + n;

	for (int i = 0; s < end && i < 2 * MANIFEST_KEYS; i++) {
		const char *key = s, *val;
		int had, r;

		if ((s += strlen(s) + 1) > end)
			break;
		val = s;
		if (s >= end)
			break;
		s += strlen(s) + 1;
		had = m->n;
		r = manifest_set(m, key, *val == '-' ? NULL : val);
		HOLDS(r == 0 || errno == EINVAL || errno == ENOSPC);
		HOLDS(r == 0 || m->n == had);
		HOLDS(r || *val != '-' || !*manifest_get(m, key));
		HOLDS(r || *val == '-' || strlen(manifest_get(m, key)) == strlen(val));
		HOLDS(manifest_key_ok(key) || r == -1);
	}
}

static int
complete(const struct manifest *m)
{
	static const char *const needed[] = { "version", "task_name", "agent", "project_dir",
		"status" };
	int n = 0;

	for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
		for (int k = 0; k < m->n; k++)
			n += !strcmp(m->kv[k].key, needed[i]);
	return n == 5;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct manifest m;
	char why[WHY] = "", *s = fuzz_string(data, n), *changes = memchr(s, 0, n);
	size_t len = changes ? (size_t)(changes - s) : n;

	if (!manifest_parse(&m, s, len, why)) {
		HOLDS(complete(&m) && m.n <= MANIFEST_KEYS);
		through_disk(&m);
		if (changes)
			change(&m, changes + 1, n - len - 1);
		if (complete(&m))
			through_disk(&m);
	} else {
		HOLDS(*why && !strchr(why, '\n'));
	}
	/* manifest_read accepts what manifest_parse does. */
	fuzz_file("manifest", data, n);
	HOLDS((manifest_read(fuzz_dir(), &m, why) == 0) == (manifest_parse(&m, s, n, why) == 0));
	free(s);
	return 0;
}
