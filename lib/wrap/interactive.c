/*
 * interactive - an agent in its own interface
 *
 * A conversation is never chosen by its age. The first words contain the task's path and creation
 * time. A file in which they stand between unescaped quotation marks holds them as a message; where
 * the marks are escaped, the message only quotes them.
 */
#include "wrap/interactive.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "file/file.h"
#include "file/regular.h"
#include "json/quote.h"

enum { PIECE = 1 << 18, QUOTED = INTERACTIVE_WORDS * (QUOTE_CHAR - 1) + 2, ID_BACK = 512, UUID = 36,
	DAY_S = 86400 };

/*
 * Where an agent keeps its conversations. The session id is in the file's name, or (id is not NULL)
 * it stands before the words and begins with these letters.
 */
static const struct place {
	const char *agent, *path, *id;
} places[] = {
	{"codex", "{CODEX_HOME}/sessions/*/*/*/rollout-*.jsonl", NULL},
	{"codex", "{HOME}/.codex/sessions/*/*/*/rollout-*.jsonl", NULL},
	{"opencode", "{XDG_DATA_HOME}/opencode/opencode.db*", "ses_"},
	{"opencode", "{HOME}/.local/share/opencode/opencode.db*", "ses_"},
};

struct search {
	const char *id;         /* of the place */
	char quoted[QUOTED];    /* the words */
	size_t n;
	long long since;        /* older files are left out */
};

int
interactive_is(const struct manifest *m, const struct agent *a)
{
	return *manifest_get(m, "interactive") && agent_get(a, "interactive");
}

static void
words(const struct task *t, const struct manifest *m, const char *file, char buf[INTERACTIVE_WORDS])
{
	snprintf(buf, INTERACTIVE_WORDS, "Read %s/%s and do what it says (task of %s).", t->path,
		file, manifest_get(m, "created_at"));
}

void
interactive_words(const struct task *t, const struct manifest *m, enum prompt_kind kind, int next,
	char buf[INTERACTIVE_WORDS])
{
	buf[0] = '\0';
	if (file_there(t->fd, "prompt") == 1 || (next && kind != PROMPT_FRESH))
		words(t, m, kind == PROMPT_FRESH ? "prompt" : "input", buf);
}

/* The last id in the n bytes before the words. */
static int
id_before(const char *s, size_t n, const char *begin, char id[SESSION_ID])
{
	static const char alnum[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	size_t k = strlen(begin), len = k;
	const char *p = s + n;

	if (n < k)
		return 0;
	for (p -= k; memcmp(p, begin, k) != 0; p--)
		if (p == s)
			return 0;
	while (p + len < s + n && len < SESSION_ID - 1 && p[len] && strchr(alnum, p[len]))
		len++;
	memcpy(id, p, len);
	id[len] = '\0';
	return len > k;
}

static const char *
find(const char *s, const char *end, const struct search *w)
{
	while ((size_t)(end - s) >= w->n
		&& (s = memchr(s, '"', (size_t)(end - s) - w->n + 1)) != NULL) {
		if (!memcmp(s, w->quoted, w->n))
			return s;
		s++;
	}
	return NULL;
}

/* 1 if the file holds the words; with the id before them, where the place has it there. */
static int
search(int fd, const struct search *w, char id[SESSION_ID])
{
	size_t have = 0, keep = w->n + ID_BACK;
	char *buf = malloc(PIECE + keep);
	const char *p = NULL;
	ssize_t n;

	while (buf && !p && (n = read(fd, buf + have, PIECE)) > 0) {
		have += (size_t)n;
		for (p = find(buf, buf + have, w); p && w->id; p = find(p + 1, buf + have, w)) {
			size_t back = p - buf > ID_BACK ? ID_BACK : (size_t)(p - buf);

			if (id_before(p - back, back, w->id, id))
				break;
		}
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
search_file(const char *path, const struct search *w, char id[SESSION_ID])
{
	int fd = regular_open(AT_FDCWD, path, O_RDONLY), found = 0;
	struct stat st;

	if (fd < 0)
		return 0;
	if (!fstat(fd, &st) && (long long)st.st_mtime >= w->since)
		found = search(fd, w, id) && (w->id || id_in_name(path, id));
	close(fd);
	return found;
}

/* Adds the conversations of one place with other ids than *id to *found; the first goes into id. */
static void
search_place(const char *path, const struct template_vars *v, const struct search *w,
	char id[SESSION_ID], int *found)
{
	char pattern[4096], one[SESSION_ID];
	glob_t g;

	if (template_path(path, v, 1, pattern, sizeof pattern) || glob(pattern, 0, NULL, &g))
		return;
	for (size_t n = 0; n < g.gl_pathc; n++)
		if (search_file(g.gl_pathv[n], w, one) && !(*found && !strcmp(one, id))
			&& (*found)++ == 0)
			memcpy(id, one, sizeof one);
	globfree(&g);
}

int
interactive_session(const struct task *t, const struct manifest *m, const struct template_vars *v,
	char id[SESSION_ID])
{
	/* An agent that was started anew has been told of `input`, so that comes first. */
	const char *const files[] = { "input", "prompt" };
	struct search w = { .n = 0 };
	char said[INTERACTIVE_WORDS];
	int found = 0;

	/* The clock may have been set back. */
	w.since = clock_parse(manifest_get(m, "created_at")) - DAY_S;
	for (size_t f = 0; f < 2 && !found; f++) {
		words(t, m, files[f], said);
		w.n = (size_t)quote_string(said, w.quoted, sizeof w.quoted);
		for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
			w.id = places[i].id;
			if (!strcmp(places[i].agent, manifest_get(m, "agent")))
				search_place(places[i].path, v, &w, id, &found);
		}
	}
	return found == 1;
}
