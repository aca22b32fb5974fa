/* payload - reads members of the outermost object while the JSON streams by, each bounded */
#include "hook/payload.h"

#include <stddef.h>
#include <string.h>

#include "base/hash.h"

#define FIELD(name, member) \
	{ name, offsetof(struct payload, member), sizeof ((struct payload *)0)->member }

static const struct field {
	char name[24];
	unsigned short at, size;
} fields[] = {
	FIELD("hook_event_name", event), FIELD("type", type),
	FIELD("session_id", session), FIELD("thread-id", session),
	FIELD("cwd", cwd),
	FIELD("tool_name", tool),
	FIELD("notification_type", notice),
	FIELD("source", kind), FIELD("reason", kind),
	FIELD("stop_reason", stop),
	FIELD("error", error),
	FIELD("error_details", details),
	FIELD("message", message),
	FIELD("last_assistant_message", said), FIELD("last-assistant-message", said),
	FIELD("is_interrupt", interrupt),
};

static int
is_key(const char *s, size_t n, const char *name)
{
	return strlen(name) == n && !memcmp(name, s, n);
}

static int
on_key(void *ctx, const char *s, size_t n)
{
	struct payload_reader *r = ctx;

	r->to = NULL;
	r->list = s && (is_key(s, n, "background_tasks") || is_key(s, n, "session_crons"));
	if (r->list)
		return 1;
	for (size_t i = 0; s && i < sizeof fields / sizeof *fields; i++) {
		const struct field *f = &fields[i];

		if (!is_key(s, n, f->name))
			continue;
		r->to = (char *)r->p + f->at;
		r->room = f->size - 1;
		r->n = 0;
		r->error = r->to == r->p->error;
		return 1;
	}
	return 0;
}

static int
on_begin(void *ctx, enum json_type t, const char *at)
{
	struct payload_reader *r = ctx;
	int container = t == JSON_OBJECT || t == JSON_ARRAY;

	(void)at;
	if (!r->root)
		return r->root = t == JSON_OBJECT;
	if (r->list == 2) {
		r->p->background += t == JSON_OBJECT;
		return 0;
	}
	if (r->list) {
		r->list = t == JSON_ARRAY ? 2 : 0;
		return r->list;
	}
	if (container || t == JSON_NULL || !r->to)
		return 0;
	memset(r->to, 0, r->room); /* a key may come twice: the last one counts */
	return 1;
}

static void
on_data(void *ctx, const char *s, size_t n)
{
	struct payload_reader *r = ctx;

	if (!r->to)
		return;
	if (r->error)
		r->p->failure = hash_add(r->p->failure, s, n);
	for (size_t i = 0; i < n && r->n < r->room; i++)
		if (s[i])
			r->to[r->n++] = s[i];
}

static void
on_end(void *ctx, const char *past)
{
	struct payload_reader *r = ctx;

	(void)past;
	r->list = 0; /* what stands in the list is skipped, so this is the list's own end */
}

void
payload_begin(struct payload_reader *r, struct payload *p)
{
	static const struct json_ops ops = { on_key, on_begin, on_data, on_end };

	memset(p, 0, sizeof *p);
	p->hash = p->failure = HASH_START;
	memset(r, 0, sizeof *r);
	r->p = p;
	parser_start(&r->json, &ops, r);
}

void
payload_feed(struct payload_reader *r, const char *s, size_t n)
{
	r->p->hash = hash_add(r->p->hash, s, n);
	for (size_t i = 0; i < n && r->nraw < sizeof r->p->raw - 1; i++)
		if (s[i])
			r->p->raw[r->nraw++] = s[i];
	parser_feed(&r->json, s, n);
}

/* Other characters could be taken for an option, a path or two words. */
static void
clean(char *s)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

	for (; *s; s++)
		if (!strchr(plain, *s))
			*s = '_';
}

void
payload_end(struct payload_reader *r)
{
	struct payload *p = r->p;

	p->whole = parser_done(&r->json) && r->root;
	if (!*p->event)
		memcpy(p->event, p->type, sizeof p->event);
	clean(p->event);
	clean(p->session);
	clean(p->tool);
	clean(p->notice);
	clean(p->kind);
	clean(p->stop);
	p->failure = hash_add(p->failure, p->tool, strlen(p->tool));
}
