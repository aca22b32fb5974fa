/* message - a notice read back from the outbox */
#include "notice/message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "file/file.h"
#include "json/parser.h"
#include "task/status.h"

/* Where the members of the object go; those of no interest, and all below, are skipped. */
struct stream_rules {
	const char *keys[9];
	char *dst[9];
	size_t size[9], n;
	int depth, at;
};

static int
key(void *ctx, const char *s, size_t n)
{
	struct stream_rules *r = ctx;

	for (r->at = 0; r->at < 9; r->at++)
		if (s && strlen(r->keys[r->at]) == n && !memcmp(r->keys[r->at], s, n))
			break;
	r->n = 0;
	return r->at < 9;
}

static int
begin(void *ctx, enum json_type t, const char *at)
{
	struct stream_rules *r = ctx;

	(void)at;
	if (r->depth)
		return t == JSON_STRING;
	r->depth = t == JSON_OBJECT;
	return r->depth;
}

static void
data(void *ctx, const char *s, size_t n)
{
	struct stream_rules *r = ctx;
	size_t room = r->size[r->at] - 1 - r->n;

	n = n < room ? n : room;
	memcpy(r->dst[r->at] + r->n, s, n);
	r->n += n;
	r->dst[r->at][r->n] = 0;
}

static void
end(void *ctx, const char *past)
{
	(void)ctx, (void)past;
}

/* A NUL would end a variable of the environment in its middle. */
static void
no_control(struct stream_rules *r)
{
	for (int i = 0; i < 9; i++)
		for (char *p = r->dst[i]; p < r->dst[i] + strlen(r->dst[i]); p++)
			if ((unsigned char)*p < ' ' && *p != '\n' && *p != '\t')
				*p = ' ';
}

static int
parse(struct message *l, struct message_text *x, size_t n)
{
	static const struct json_ops ops = { key, begin, data, end };
	struct stream_rules r = { .keys = { "id", "event", "task", "status", "verdict", "line", "text", "dir", "cwd" }, .dst = { l->id, l->event, l->task, l->status, l->verdict, x->line, x->text, x->dir, x->cwd },
		.size = { NOTICE_ID, NOTICE_ID, NOTICE_ID, NOTICE_ID, NOTICE_ID, NOTICE_LINE, NOTICE_TEXT, PATH_MAX, PATH_MAX } };
	struct json j;

	for (int i = 0; i < 9; i++)
		*r.dst[i] = 0;
	parser_start(&j, &ops, &r);
	if (parser_feed(&j, x->json, n) || !parser_done(&j) || !r.depth)
		return -1;
	no_control(&r);
	return *l->id && *x->line && verdict_parse(l->verdict) != VERDICT_LAST ? 0 : -1;
}

int
message_read(int box, const char *name, struct message *l, struct message_text *x, char why[WHY])
{
	char file[MESSAGE_NAME + 8];
	struct stat st;
	enum status s;
	ssize_t n;

	if (name != l->name)
		snprintf(l->name, sizeof l->name, "%s", name);
	snprintf(file, sizeof file, "%s.json", l->name);
	if (fstatat(box, file, &st, AT_SYMLINK_NOFOLLOW) || (n = file_read(box, file, x->json, sizeof x->json)) < 0)
		return err_why(why, "outbox/%s:", file);
	l->since = st.st_mtim;
	while (n > 0 && x->json[n - 1] == '\n')
		x->json[--n] = 0;
	if (strlen(x->json) != (size_t)n || parse(l, x, (size_t)n)) {
		errno = EINVAL;
		return err_why(why, "outbox/%s: not a notice", file);
	}
	s = status_parse(l->event);
	l->urgent = verdict_parse(l->verdict) == ESCALATE || status_terminal(s) || s == ST_ABANDONED;
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
