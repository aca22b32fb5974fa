/* message - a notice read back from the outbox */
#include "notice/message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "file/file.h"
#include "json/cursor.h"
#include "task/status.h"

/* A notifier gets the text in its environment. */
static void
blank_controls(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' && *s != '\n' && *s != '\t')
			*s = ' ';
}

/* Copies the members that are of interest. -1: not a notice of ours. */
static int
parse(struct message *m, struct message_text *x, size_t n)
{
	const struct {
		const char *key;
		char *dst;
		size_t size;
	} members[] = {
		{ "id", m->id, NOTICE_ID }, { "event", m->event, NOTICE_ID },
		{ "task", m->task, NOTICE_ID }, { "status", m->status, NOTICE_ID },
		{ "verdict", m->verdict, NOTICE_ID }, { "line", x->line, NOTICE_LINE },
		{ "text", x->text, NOTICE_TEXT }, { "dir", x->dir, PATH_MAX },
		{ "cwd", x->cwd, PATH_MAX },
	};
	const size_t count = sizeof members / sizeof *members;
	struct cursor root, it = { NULL, NULL, NULL, NULL };
	int line;

	for (size_t i = 0; i < count; i++)
		*members[i].dst = '\0';
	if (cursor_read(x->json, n, &root, &line) || *root.at != '{')
		return -1;
	while (cursor_next(&root, &it))
		for (size_t i = 0; i < count && *it.at == '"'; i++) {
			if (!cursor_is(it.key, it.key_end, members[i].key))
				continue;
			if (cursor_decode(it.at, it.end, members[i].dst, members[i].size) < 0)
				return -1;
			blank_controls(members[i].dst);
		}
	return *m->id && *x->line && verdict_parse(m->verdict) != VERDICT_LAST ? 0 : -1;
}

int
message_read(int box, const char *name, struct message *m, struct message_text *x, char why[WHY])
{
	char file[MESSAGE_NAME + 8];
	struct stat st;
	enum status s;
	ssize_t n;

	if (name != m->name)
		snprintf(m->name, sizeof m->name, "%s", name);
	snprintf(file, sizeof file, "%s.json", m->name);
	if (fstatat(box, file, &st, AT_SYMLINK_NOFOLLOW) ||
		(n = file_read(box, file, x->json, sizeof x->json)) < 0)
		return err_why(why, "outbox/%s:", file);
	m->since = st.st_mtim;
	while (n > 0 && x->json[n - 1] == '\n')
		x->json[--n] = 0;
	if (strlen(x->json) != (size_t)n || parse(m, x, (size_t)n)) {
		errno = EINVAL;
		return err_why(why, "outbox/%s: not a notice", file);
	}
	s = status_parse(m->event);
	m->urgent = status_terminal(s) || s == ST_ABANDONED ||
		verdict_parse(m->verdict) == ESCALATE;
	return 0;
}

int
message_order(const void *a, const void *b)
{
	const struct message *x = a, *y = b;

	if (x->urgent != y->urgent)
		return y->urgent - x->urgent;
	if (x->since.tv_sec != y->since.tv_sec)
		return x->since.tv_sec < y->since.tv_sec ? -1 : 1;
	if (x->since.tv_nsec != y->since.tv_nsec)
		return x->since.tv_nsec < y->since.tv_nsec ? -1 : 1;
	return strcmp(x->name, y->name);
}
