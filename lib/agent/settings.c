/*
 * settings - puts our hooks into the text of an agent's settings file, and takes them out
 *
 * Each change is one splice; the text is parsed anew for the next. A list or object that we made
 * has a blank after its bracket; one that was empty before got its first item without. So it is
 * known later which brackets to take out.
 */
#include "agent/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/hook_entry.h"
#include "json/edit.h"

enum { UNIT = 16 };

static const char claude_events[][20] = {
	"SessionStart", "SessionEnd", "Stop", "StopFailure", "PostToolUseFailure",
	"Notification", ""
};
static const char codex_events[][20] = { "SessionStart", "SessionEnd", "Stop", "" };

/* The layout of members: line end, their indent, what a level adds. All empty: on one line. */
struct style {
	const char *nl;
	char base[EDIT_BLANKS], unit[UNIT];
};

/* The layout of the member beside. */
static void
look(const struct cursor *root, const struct cursor *beside, struct style *st)
{
	struct cursor first = { .at = NULL };
	char buf[EDIT_BLANKS];
	const char *nl;

	*st = (struct style){ .nl = " " };
	if (beside->at) {
		edit_lead(beside, buf);
		if (!(nl = strrchr(buf, '\n')))
			return;
		snprintf(st->base, sizeof st->base, "%s", nl + 1);
		st->nl = nl > buf && nl[-1] == '\r' ? "\r\n" : "\n";
	} else {
		st->nl = "\n";
		snprintf(st->base, sizeof st->base, "  ");
	}
	snprintf(st->unit, sizeof st->unit, "  ");
	if (cursor_next(root, &first) && edit_lead(&first, buf) && (nl = strrchr(buf, '\n')) &&
		nl[1] && strlen(nl + 1) < sizeof st->unit)
		memcpy(st->unit, nl + 1, strlen(nl + 1) + 1);
}

/* The first item of the list for which which() is true. */
static int
pick(const struct cursor *in, int (*which)(const struct cursor *, struct item_place *),
	struct item_place *s, struct item_place *inner)
{
	struct cursor it = { .at = NULL }, before = it;

	*s = (struct item_place){ .in = *in };
	while (*in->at == '[' && cursor_next(in, &it)) {
		if (which(&it, inner)) {
			s->at = it;
			s->before = before;
			s->after = it;
			if (!cursor_next(in, &s->after))
				s->after.at = NULL;
			return 1;
		}
		before = it;
	}
	return 0;
}

static int
is_ours(const struct cursor *it, struct item_place *unused)
{
	(void)unused;
	return hook_entry_ours(it);
}

/* Whether the group holds a hook of ours, which is then at hook_at. */
static int
holds_ours(const struct cursor *group, struct item_place *hook_at)
{
	struct cursor hooks;

	return *group->at == '{' && edit_find(group, "hooks", &hooks) == 1 &&
		pick(&hooks, is_ours, hook_at, NULL);
}

static int
wrong(char why[WHY], const char *what)
{
	return err_why(why, "%s: not of the form of settings, left alone", what);
}

/* Whether a comment begins in that line. */
static int
comments(const char *s, int line)
{
	while (s && --line > 0)
		if ((s = strchr(s, '\n')))
			s++;
	for (; s && *s && *s != '\n'; s++)
		if (*s == '/' && (s[1] == '/' || s[1] == '*'))
			return 1;
	return 0;
}

/* Parses the root and its hooks (->at NULL: it has none). 0; -1 with why. */
static int
read_all(const struct text *t, struct cursor *root, struct cursor *hooks, char why[WHY])
{
	int line = 0;

	*hooks = (struct cursor){ .at = NULL };
	if (cursor_read(t->s, t->n, root, &line))
		return err_why(why, "line %d: not JSON%s, left alone", line,
			comments(t->s, line) ? " (it has comments)" : "");
	if (*root->at != '{')
		return wrong(why, "not an object");
	if (edit_find(root, "hooks", hooks) < 0)
		return wrong(why, "\"hooks\" occurs twice");
	if (hooks->at && *hooks->at != '{')
		return wrong(why, "\"hooks\" is not an object");
	return 0;
}

/* An entry can be added if each event has a list, or nothing. */
static int
check_events(const struct cursor *hooks, const char (*events)[20], char why[WHY])
{
	struct cursor list;
	char what[160];

	for (; hooks->at && **events; events++) {
		int n = edit_find(hooks, *events, &list);

		snprintf(what, sizeof what, "\"%s\" %s", *events,
			n < 0 ? "occurs twice" : "is not a list");
		if (n < 0 || (n > 0 && *list.at != '['))
			return wrong(why, what);
	}
	return 0;
}

static int
copy(struct text *t, const char *in, size_t n, char why[WHY])
{
	t->n = n;
	t->s = n <= SETTINGS_MAX ? malloc(n + 1) : NULL;
	if (!t->s)
		return n <= SETTINGS_MAX ? err_why(why, "malloc:") :
			err_why(why, "larger than %d bytes: left alone", SETTINGS_MAX);
	memcpy(t->s, in, n);
	t->s[n] = '\0';
	return 0;
}

static int
finish(struct text *t, int failed, char **out, size_t *len)
{
	if (failed) {
		free(t->s);
		return -1;
	}
	*out = t->s;
	*len = t->n;
	return 0;
}

/* "Stop": [ group ], laid out. */
static int
member(char *buf, size_t size, const struct style *st, const char *event, const char *entry,
	int deeper)
{
	const char *more = deeper ? st->unit : "";

	return snprintf(buf, size, "\"%s\": [%s%s%s%s{ \"hooks\": [%s] }%s%s%s]", event, st->nl,
		st->base, more, st->unit, entry, st->nl, st->base, more);
}

/* Adds "hooks" with all events. */
static int
add_hooks(struct text *t, const struct cursor *root, const char (*events)[20], const char *entry)
{
	size_t size = (ENTRY_TEXT + 8 * EDIT_BLANKS) * 8, n;
	char *buf = malloc(size);
	struct cursor last;
	struct style st;
	int r;

	if (!buf)
		return -1;
	edit_find(root, NULL, &last);
	look(root, &last, &st);
	n = (size_t)sprintf(buf, "\"hooks\": {");
	for (int i = 0; *events[i]; i++) {
		n += (size_t)sprintf(buf + n, "%s%s%s%s", i ? "," : "", st.nl, st.base, st.unit);
		n += (size_t)member(buf + n, size - n, &st, events[i], entry, 1);
	}
	sprintf(buf + n, "%s%s}", st.nl, st.base);
	r = edit_append(t, root, 1, buf);
	free(buf);
	return r;
}

static int
add_event(struct text *t, const struct cursor *root, const struct cursor *hooks, const char *event,
	const char *entry)
{
	size_t size = ENTRY_TEXT + 8 * EDIT_BLANKS;
	char *buf = malloc(size);
	struct cursor list, last;
	struct item_place group, one;
	struct style st = { .nl = " " };
	int r = 0;

	if (!buf)
		return -1;
	if (!edit_find(hooks, event, &list)) {
		if (edit_find(hooks, NULL, &last))
			look(root, &last, &st);
		member(buf, size, &st, event, entry, 0);
		r = edit_append(t, hooks, 0, buf);
	} else if (!pick(&list, holds_ours, &group, &one)) {
		snprintf(buf, size, "{ \"hooks\": [%s] }", entry);
		r = edit_append(t, &list, 0, buf);
	} else {
		struct cursor command;
		const char *same = strstr(entry, "\"command\": \"") + strlen("\"command\": ");

		edit_find(&one.at, "command", &command);
		if (strncmp(command.at, same, (size_t)(command.end - command.at)))
			r = edit_splice(t, one.at.at, one.at.end, entry);
	}
	free(buf);
	return r;
}

int
settings_add(const char *in, size_t n, enum settings_kind kind, const char *path, char **out,
	size_t *len, char why[WHY])
{
	const char (*events)[20] = kind == SETTINGS_CLAUDE ? claude_events : codex_events;
	char entry[ENTRY_TEXT];
	struct cursor root, hooks;
	struct text t;
	int r = 0;

	if (hook_entry_text(kind, path, entry, why) || copy(&t, in, n, why))
		return -1;
	for (int i = 0; !r && *events[i]; i++) {
		r = read_all(&t, &root, &hooks, why) || check_events(&hooks, events, why) ? -1 : 0;
		if (!r && (r = hooks.at ? add_event(&t, &root, &hooks, events[i], entry)
			: add_hooks(&t, &root, events, entry)))
			err_why(why, "malloc:");
	}
	return finish(&t, r, out, len);
}

/* Takes out a hook of ours, with the group, list and object made for it. 0; 1 none left; -1. */
static int
take_out(struct text *t, const struct cursor *root, const struct cursor *hooks)
{
	struct cursor it = { .at = NULL }, before = it;
	struct item_place group, one;

	for (; cursor_next(hooks, &it); before = it) {
		struct item_place event = { .in = *hooks, .at = it, .before = before, .after = it };
		struct item_place all = { .in = *root };

		if (!pick(&it, holds_ours, &group, &one))
			continue;
		if (one.before.at || one.after.at)
			return edit_cut(t, &one, 0);
		if (group.before.at || group.after.at || !edit_blank(it.at[1]))
			return edit_cut(t, &group, 0);
		if (!cursor_next(hooks, &event.after))
			event.after.at = NULL;
		if (event.before.at || event.after.at || !edit_blank(hooks->at[1]))
			return edit_cut(t, &event, 0);
		while (cursor_next(root, &all.at) && all.at.at != hooks->at)
			all.before = all.at;
		all.after = all.at;
		if (!cursor_next(root, &all.after))
			all.after.at = NULL;
		return edit_cut(t, &all, 1);
	}
	return 1;
}

int
settings_remove(const char *in, size_t n, char **out, size_t *len, char why[WHY])
{
	struct cursor root, hooks;
	struct text t;
	int r;

	if (copy(&t, in, n, why))
		return -1;
	do {
		r = read_all(&t, &root, &hooks, why);
		if (!r && (r = hooks.at ? take_out(&t, &root, &hooks) : 1) < 0)
			err_why(why, "malloc:");
	} while (!r);
	return finish(&t, r < 0, out, len);
}
