/*
 * interactive - an agent in its own interface
 *
 * Which conversation is ours is never guessed from its age: the first words hold the task's path and the time it was made, and a file that
 * has them between quotation marks that are not escaped is one in which they were said, not one that tells of them.
 */
#include "wrap/interactive.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/template.h"
#include "base/clock.h"
#include "file/file.h"
#include "json/quote.h"

enum { PIECE = 1 << 18, QUOTED = INTERACTIVE_WORDS * (QUOTE_CHAR - 1) + 2, ID_BACK = 512, UUID = 36, DAY_S = 86400 };

/* Where an agent keeps its conversations; the id is in the file's name, or stands before the words and begins so. */
static const struct place {
	const char *agent, *path, *id;
} places[] = {
	{"codex", "{CODEX_HOME}/sessions/*/*/*/rollout-*.jsonl", NULL},
	{"codex", "{HOME}/.codex/sessions/*/*/*/rollout-*.jsonl", NULL},
	{"opencode", "{XDG_DATA_HOME}/opencode/opencode.db*", "ses_"},
	{"opencode", "{HOME}/.local/share/opencode/opencode.db*", "ses_"},
};

int
interactive_is(const struct manifest *m, const struct agent *a)
{
	return *manifest_get(m, "interactive") && agent_get(a, "interactive");
}

static void
words(const struct task *t, const struct manifest *m, const char *file, char buf[INTERACTIVE_WORDS])
{
	snprintf(buf, INTERACTIVE_WORDS, "Read %s/%s and do what it says (task of %s).", t->path, file, manifest_get(m, "created_at"));
}

void
interactive_words(const struct task *t, const struct manifest *m, enum prompt_kind kind, int next, char buf[INTERACTIVE_WORDS])
{
	buf[0] = '\0';
	if (file_there(t->fd, "prompt") == 1 || (next && kind != PROMPT_FRESH))
		words(t, m, kind == PROMPT_FRESH ? "prompt" : "input", buf);
}

/* The id that stands last in the n bytes before the words. */
static int
id_before(const char *s, size_t n, const char *begin, char id[SESSION_ID])
{
	size_t k = strlen(begin), len = k;
	const char *p = s + n;

	if (n < k)
		return 0;
	for (p -= k; memcmp(p, begin, k) != 0; p--)
		if (p == s)
			return 0;
	while (p + len < s + n && len < SESSION_ID - 1 && strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", p[len]) && p[len])
		len++;
	memcpy(id, p, len);
	id[len] = '\0';
	return len > k;
}

static const char *
find(const char *s, size_t n, const char *what, size_t k)
{
	const char *end = s + n;

	while ((size_t)(end - s) >= k && (s = memchr(s, *what, (size_t)(end - s) - k + 1)) != NULL) {
		if (!memcmp(s, what, k))
			return s;
		s++;
	}
	return NULL;
}

/* 1 if the file holds the words; *id is what stands before them. */
static int
search(int fd, const char *quoted, size_t k, const char *begin, char id[SESSION_ID])
{
	size_t have = 0, keep = k + ID_BACK;
	char *buf = malloc(PIECE + keep);
	const char *p = NULL;
	ssize_t n;

	while (buf && !p && (n = read(fd, buf + have, PIECE)) > 0) {
		have += (size_t)n;
		p = find(buf, have, quoted, k);
		while (p && begin && !id_before(p - buf > ID_BACK ? p - ID_BACK : buf, p - buf > ID_BACK ? ID_BACK : (size_t)(p - buf), begin, id))
			p = find(p + 1, have - (size_t)(p + 1 - buf), quoted, k);
		if (!p && have > keep) {
			memmove(buf, buf + have - keep, keep);
			have = keep;
		}
	}
	free(buf);
	return p != NULL;
}

static int
id_in_name(const char *path, char id[SESSION_ID])
{
	size_t n = strlen(path), tail = strlen(".jsonl");

	if (n < UUID + tail)
		return 0;
	snprintf(id, SESSION_ID, "%.*s", UUID, path + n - tail - UUID);
	return 1;
}

static int
look_in(const char *path, const char *begin, long long since, const char *quoted, size_t k, char id[SESSION_ID])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK), yes = 0;
	struct stat st;

	if (fd < 0)
		return 0;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && (long long)st.st_mtime >= since)
		yes = search(fd, quoted, k, begin, id) && (begin || id_in_name(path, id));
	close(fd);
	return yes;
}

int
interactive_session(const struct task *t, const struct manifest *m, const struct template_vars *v, char id[SESSION_ID])
{
	char pattern[4096], said[INTERACTIVE_WORDS], quoted[QUOTED], one[SESSION_ID];
	long long since = clock_parse(manifest_get(m, "created_at")) - DAY_S; /* a clock may have been set back */
	const char *const files[] = { "input", "prompt" };
	int found = 0;

	/* Last begun anew, it was told of `input`; so that comes first. */
	for (size_t f = 0; f < 2 && !found; f++) {
		size_t k;

		words(t, m, files[f], said);
		k = (size_t)quote_string(said, quoted, sizeof quoted);
		for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
			const struct place *p = &places[i];
			glob_t g;

			if (strcmp(p->agent, manifest_get(m, "agent")) || template_path(p->path, v, 1, pattern, sizeof pattern) || glob(pattern, 0, NULL, &g))
				continue;
			for (size_t n = 0; n < g.gl_pathc; n++)
				if (look_in(g.gl_pathv[n], p->id, since, quoted, k, one) && !(found && !strcmp(one, id)) && found++ == 0)
					memcpy(id, one, sizeof one);
			globfree(&g);
		}
	}
	return found == 1;
}
