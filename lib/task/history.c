/* history - one line an event, appended whole, never rewritten */
#include "task/history.h"

#include "base/clock.h"
#include "file/file.h"

enum { LINE = 4096, VALUE = 1000 };

struct line {
	char buf[LINE];
	size_t n;
};

static void
put(struct line *l, char c)
{
	if (l->n < sizeof l->buf - 1) /* the newline always fits */
		l->buf[l->n++] = c;
}

static void
puts_(struct line *l, const char *s)
{
	while (*s)
		put(l, *s++);
}

/* How many bytes of a control character stand at s: C0, DEL, C1 in UTF-8; 0: none. */
static int
control(const char *s)
{
	unsigned char c = (unsigned char)*s, next = (unsigned char)(c ? s[1] : 0);

	return c < ' ' || c == 0x7f ? 1 : c == 0xc2 && next >= 0x80 && next < 0xa0 ? 2 : 0;
}

static void
value(struct line *l, const char *v)
{
	int plain = 1;

	for (const char *p = v; *p; p++)
		plain &= *p != ' ' && *p != '"' && *p != '\\' && !control(p);
	if (!plain)
		put(l, '"');
	for (int i = 0; *v && i < VALUE; i++, v++) {
		if (*v == '"' || *v == '\\')
			put(l, '\\');
		put(l, control(v) ? ' ' : *v);
		v += control(v) == 2;
	}
	if (!plain)
		put(l, '"');
}

int
history_add(int dir, const char *event, const char *const kv[])
{
	char now[CLOCK_UTC];
	struct line l;

	l.n = 0;
	puts_(&l, clock_utc(clock_now(), now));
	put(&l, ' ');
	puts_(&l, event);
	for (; kv && *kv; kv += 2) {
		if (!*kv[1])
			continue;
		put(&l, ' ');
		puts_(&l, kv[0]);
		put(&l, '=');
		value(&l, kv[1]);
	}
	l.buf[l.n++] = '\n';
	return file_append(dir, "history", l.buf, l.n);
}
