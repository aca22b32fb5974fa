/* act - what the keys of the live screen do to the tasks */
#include "list/act.h"

#include <stdio.h>
#include <string.h>

#include "proc/which.h"
#include "text/strip.h"

enum { CTRL_C = 3, CTRL_L = 12, CTRL_Z = 26, INTERRUPTED = 130 };

/*
 * Shows its input; $1 is "+F" for what still grows. The pager is not a child of a shell where that
 * can be: that one stops with it. less must not leave at once where all fits, as LESS=-F has it.
 */
static const char pager_script[] =
	"p=${PAGER:-less}\n"
	"command -v \"${p%% *}\" >/dev/null || p=\n"
	"LESS=\"${LESS-} -+F $1\"\n"
	"export LESS\n"
	"case $p in\n"
	"'') ;;\n"
	"*[!A-Za-z0-9_./+\\ -]*) exec sh -c \"$p\" ;;\n"
	"*) exec $p ;;\n"
	"esac\n"
	"trap 'exit 0' INT\n"
	"cat\n"
	"printf 'Enter goes back '\n"
	"read -r _ </dev/tty\n";

/* Of the task that is acted on. */
static void
say(struct act *a, const char *text)
{
	snprintf(a->v->message, WHY, "%.400s: %.100s", a->v->target, text);
}

/* What a program said that has ended, or that could not be started. */
static void
say_end(struct act *a, const char *name, int code, const char *said)
{
	char *message = a->v->message;

	if (*said)
		oneline(message, WHY, said, strlen(said));
	else if (code > 0 && code != INTERRUPTED)
		snprintf(message, WHY, code > 128 ? "%s: ended by signal %d" : "%s: exit code %d",
		         name, code > 128 ? code - 128 : code);
}

/* Another program of this installation becomes argv[0]. */
static int
own(struct act *a, const char *name, char *argv[], char path[PATH_MAX])
{
	char rel[64];

	snprintf(rel, sizeof rel, "bin/%s", name);
	argv[0] = path;
	if (!which_own(rel, path, PATH_MAX))
		return 0;
	snprintf(a->v->message, WHY, "%s: not found: build or install it", name);
	return -1;
}

static int
show(struct act *a, const char *name, char *const argv[], char *const feed[], char why[WHY])
{
	struct view *v = a->v;
	char said[WHY] = "";
	int code = program_show(&v->c, name, argv, feed, &a->sig, said);

	say_end(a, name, code, said);
	act_reap(a);
	return a->sig ? 0 : view_fit(v, canvas_enter(&v->c), why);
}

/* The selected task as it is now; its path is in a->path. NULL: none, or broken, which is said. */
static struct entry *
selected(struct act *a, struct details *d)
{
	struct list *l = a->v->r->l;
	struct entry *e = view_selected(a->v);

	if (!e)
		return NULL;
	entry_path(l, e, a->path);
	entry_name(e, a->v->target);
	if (details_read(l, e, 1, d) && e->status < ST_LAST)
		return e;
	say(a, "broken or gone");
	return NULL;
}

static int
is_over(const struct entry *e, const struct details *d)
{
	return e->done || (e->status == ST_ABANDONED && !d->held);
}

static int
show_log(struct act *a, char why[WHY])
{
	char *follow[] = { NULL, (char *)"-f", a->path, NULL };
	char path[PATH_MAX], *argv[] = { (char *)"sh", (char *)"-c", (char *)pager_script,
		(char *)"sh", (char *)"+F", NULL }, *print[] = { NULL, a->path, NULL };
	struct details d;
	struct entry *e = selected(a, &d);
	int rests = e && (is_over(e, &d) || e->status == ST_CREATED);
	char **log = rests ? print : follow;

	if (!e || own(a, "rca-log", log, path))
		return 0;
	if (rests)
		argv[4] = (char *)"";
	return show(a, "rca-log", argv, log, why);
}

static int
attach(struct act *a, int typing, char why[WHY])
{
	char path[PATH_MAX], *look[] = { NULL, a->path, NULL };
	char *type[] = { NULL, (char *)"-w", a->path, NULL }, **argv = typing ? type : look;
	struct details d;
	struct entry *e = selected(a, &d);

	if (!e)
		return 0;
	if (is_over(e, &d))
		return show_log(a, why);
	return own(a, "rca-attach", argv, path) ? 0 : show(a, "rca-attach", argv, NULL, why);
}

/* Opens the foot for a question about the selected task. */
static void
ask(struct act *a, enum view_foot foot)
{
	struct details d;
	struct entry *e = selected(a, &d);

	if (!e)
		return;
	if (foot == FOOT_STOP && e->done) {
		say(a, "has ended already");
		return;
	}
	a->v->foot = foot;
	a->v->typed = (struct typing){ .n = 0 };
	keyboard_forget(&a->v->c.keyboard);
}

static void
start(struct act *a, const char *name, char *argv[], const char *doing, const char *done)
{
	struct act_job *j = a->job;
	char path[PATH_MAX], why[WHY];

	while (j < a->job + ACT_JOBS && j->p.pid)
		j++;
	if (j == a->job + ACT_JOBS) {
		say(a, "not now: wait until the others are done");
		return;
	}
	if (!own(a, name, argv, path)) {
		say(a, doing);
		snprintf(j->done, sizeof j->done, "%.400s: %s", a->v->target, done);
		if (program_start(&j->p, name, argv, why))
			say(a, why);
	}
	argv[0] = NULL;
}

void
act_reap(struct act *a)
{
	char said[WHY];
	int code;

	for (struct act_job *j = a->job; j < a->job + ACT_JOBS; j++)
		if (j->p.pid && program_ended(&j->p, &code, said)) {
			say_end(a, j->p.name, code, !code ? j->done : said);
			a->v->stale = 1;
		}
}

/* The text goes as it is, as one argument. */
static void
send(struct act *a)
{
	char *argv[] = { NULL, a->path, a->v->typed.text, NULL };

	if (a->v->typed.n)
		start(a, "rca-send", argv, "sending", "sent");
}

static int
set_filter(struct act *a, const char *text, char why[WHY])
{
	snprintf(a->v->filter, sizeof a->v->filter, "%s", text);
	return view_look(a->v, why);
}

/* A key while the foot asks. */
static int
answer(struct act *a, int key, char why[WHY])
{
	char *reap[] = { NULL, (char *)"-k", a->path, NULL };
	struct view *v = a->v;
	enum view_foot foot = v->foot;
	enum typing_is is;

	if (foot == FOOT_STOP) {
		v->foot = FOOT_KEYS;
		if (key == 'y' || key == 'Y')
			start(a, "rca-reap", reap, "stopping", "stopped");
		return 0;
	}
	is = typing_key(&v->typed, key);
	if (is != TYPING_OPEN)
		v->foot = FOOT_KEYS;
	if (foot == FOOT_FILTER)
		return set_filter(a, is == TYPING_LEFT ? "" : v->typed.text, why);
	if (is == TYPING_DONE)
		send(a);
	return 0;
}

static void
select_by(struct view *v, int key)
{
	size_t page = view_height(v) > 1 ? view_height(v) - 1 : 1, at = v->sel;

	switch (key) {
	case 'j':
	case KEY_DOWN: at++; break;
	case 'k':
	case KEY_UP: at -= at > 0; break;
	case KEY_PAGE_DOWN: at += page; break;
	case KEY_PAGE_UP: at -= at < page ? at : page; break;
	case 'g':
	case KEY_HOME: at = 0; break;
	case 'G':
	case KEY_END: at = (size_t)-1; break;
	default: return;
	}
	view_pick(v, at);
}

int
act_key(struct act *a, int key, char why[WHY])
{
	struct view *v = a->v;

	v->stale = 1;
	if (v->foot != FOOT_KEYS)
		return answer(a, key, why);
	v->message[0] = 0;
	if (v->help) {
		v->help = 0;
		return 0;
	}
	switch (key) {
	case 'q':
	case CTRL_C: a->leave = 1; break;
	case '\r':
	case '\n': return attach(a, 0, why);
	case 'w': return attach(a, 1, why);
	case 'l': return show_log(a, why);
	case 's': ask(a, FOOT_SEND); break;
	case 'x': ask(a, FOOT_STOP); break;
	case '/':
		v->foot = FOOT_FILTER;
		v->typed.n = (size_t)snprintf(v->typed.text, TYPING_SIZE, "%s", v->filter);
		break;
	case 'a':
		v->r->whole = !v->r->whole;
		return view_look(v, why);
	case KEY_ESCAPE: return set_filter(a, "", why);
	case '?': v->help = 1; break;
	case CTRL_L: return view_fit(v, canvas_again(&v->c), why);
	case CTRL_Z: a->suspend = 1; break;
	default: select_by(v, key);
	}
	return 0;
}
