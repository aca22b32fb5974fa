/* history - DIR/history: a line an event, appended, never rewritten */
#include "task/history.h"

#include "base/buf.h"
#include "base/clock.h"
#include "file/file.h"

enum { LINE = 4096, VALUE = 1000 };

/* The bytes of the control character at s (C0, DEL, or C1 in UTF-8); 0 it is another one. */
static int
control(const char *s)
{
	unsigned char c = (unsigned char)*s, next = (unsigned char)(c ? s[1] : 0);

	return c < ' ' || c == 0x7f ? 1 : c == 0xc2 && next >= 0x80 && next < 0xa0 ? 2 : 0;
}

static void
value(struct buf *b, const char *v)
{
	int plain = 1;

	for (const char *p = v; *p; p++)
		plain &= *p != ' ' && *p != '"' && *p != '\\' && !control(p);
	if (!plain)
		buf_put(b, "\"", 1);
	for (int i = 0; *v && i < VALUE; i++, v++) {
		if (*v == '"' || *v == '\\')
			buf_put(b, "\\", 1);
		buf_put(b, control(v) ? " " : v, 1);
		v += control(v) == 2;
	}
	if (!plain)
		buf_put(b, "\"", 1);
}

int
history_add(int dir, const char *event, const char *const kv[])
{
	char now[CLOCK_UTC], line[LINE];
	struct buf b = { line, sizeof line - 1, 0, 0 }; /* the newline always fits */

	buf_printf(&b, "%s %s", clock_utc(clock_now(), now), event);
	for (; kv && *kv; kv += 2) {
		if (!*kv[1])
			continue;
		buf_printf(&b, " %s=", kv[0]);
		value(&b, kv[1]);
	}
	line[b.n++] = '\n';
	return file_append(dir, "history", line, b.n);
}
