/* rca-list [TASK...] - a table of tasks: for a person, for a program, as JSON, or live */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "list/columns.h"
#include "list/entry.h"
#include "list/live.h"
#include "list/roster.h"
#include "proc/tool.h"
#include "proc/pty.h"
#include "text/report.h"

enum { COLUMNS_DEFAULT = 80, WIDEST = 2000 };

static const char help[] =
	"usage: rca-list [-hjwV] [-s status]... [task ...]\n"
	"\n"
	"A table of tasks.\n"
	"\n"
	"  -j                one JSON object a line\n"
	"  -s status         only tasks with this status; may be repeated\n"
	"  -w                watch: a table that stays up to date, with keys\n";

static unsigned
parse_status(const char *word)
{
	for (enum status s = 0; s <= ST_LAST; s++)
		if (!strcmp(word, entry_status(s)))
			return 1U << s;
	err_die(EX_CALLER, "-s %s: no such status: there are%s broken", word, status_all());
}

static int
terminal_width(void)
{
	const char *env = getenv("COLUMNS");
	int width = (int)pty_columns(1);

	if (!width)
		width = env && atoi(env) > 0 ? atoi(env) : COLUMNS_DEFAULT;
	return width < WIDEST ? width : WIDEST;
}

static void
print_json(struct list *l, const struct entry *e, const struct details *d)
{
	const struct manifest *m = &l->m;
	char buf[CLOCK_UTC], name[PATH_MAX];
	struct report a;

	report_begin(&a, stdout, 1);
	report_put(&a, "task", entry_name(e, name));
	report_put(&a, "status", entry_status(e->status));
	if (e->status == ST_LAST) {
		report_put(&a, "error", d->line);
		report_end(&a);
		return;
	}
	report_put(&a, "health", health_word(d->health));
	report_put(&a, "rests_on", d->rests_on);
	if (d->held)
		report_num(&a, "silent_s", d->silent_s);
	if (*d->elsewhere)
		report_put(&a, "elsewhere", *d->elsewhere == '?' ? "unknown" : d->elsewhere);
	if (d->last_event) {
		report_put(&a, "last_event_at", clock_utc(d->last_event, buf));
		report_put(&a, "phase", progress_phase_word(d->p.phase));
		report_num(&a, "open_tools", d->p.open_tools);
		report_num(&a, "background", d->p.background);
		report_put(&a, "tool", d->p.tool);
		report_num(&a, "turns", d->p.turns);
		report_num(&a, "tokens_in", d->p.tokens_in);
		report_num(&a, "tokens_out", d->p.tokens_out);
		printf(",\"cost_usd\":%.4f", d->p.cost_usd);
	}
	report_put(&a, "text", d->line);
	for (int i = 0; i < m->n; i++)
		if (strcmp(m->kv[i].key, "status"))
			report_put(&a, m->kv[i].key, m->kv[i].val);
	report_end(&a);
}

static void
print_tabs(const struct entry *e, const struct details *d, long long now)
{
	char buf[COLUMNS_CELL];

	for (size_t i = 0; i < columns_count(COLUMNS_TABLE); i++) {
		if (i)
			putchar('\t');
		fputs(columns_word(COLUMNS_TABLE, i, 1, e, d, now, buf), stdout);
	}
	putchar('\n');
}

/* e NULL: the headings. */
static void
print_line(const struct column *c, size_t n, int colour, const struct entry *e,
           const struct details *d, long long now)
{
	char buf[COLUMNS_CELL], cell[TABLE_BYTES(WIDEST)];

	for (size_t i = 0, col = 0; i < n; i++) {
		const char *word = c[i].title;
		enum ink ink = INK_BOLD;
		size_t len;

		if (!c[i].width)
			continue;
		if (e) {
			word = columns_word(COLUMNS_TABLE, i, 0, e, d, now, buf);
			ink = columns_ink(COLUMNS_TABLE, i, e, d);
		}
		if (!colour)
			ink = INK_PLAIN;
		len = table_cell(cell, sizeof cell, word, c[i].width, c[i].right);
		while (i == n - 1 && len > 0 && cell[len - 1] == ' ')
			cell[--len] = 0;
		printf("%*s%s%s%s", col++ ? TABLE_GAP : 0, "", table_sgr(ink), cell,
		       ink ? "\033[m" : "");
	}
	putchar('\n');
}

/* Prints each task as soon as it is read, and keeps nothing of it. 1 if there was any. */
static int
print(struct roster *r, int json)
{
	int tty = isatty(1), colour = table_colour(), any = 0;
	struct column c[TABLE_COLUMNS];
	long long now = clock_now();
	struct details d;
	size_t n = 0;

	if (tty && !json) {
		n = columns_begin(c, COLUMNS_TABLE, roster_widest(r), terminal_width());
		print_line(c, n, colour, NULL, NULL, now);
	}
	for (size_t i = 0; i < r->nshown; i++) {
		struct entry *e = r->shown[i];

		if (!details_read(r->l, e, json, &d) || !roster_wants(r, e))
			continue;
		any = 1;
		if (json)
			print_json(r->l, e, &d);
		else if (tty)
			print_line(c, n, colour, e, &d, now);
		else
			print_tabs(e, &d, now);
	}
	return any;
}

static int
name_all(struct roster *r, char **args)
{
	char why[WHY];
	int code = EX_YES;

	for (; *args; args++) {
		int bad = roster_name(r, *args, why);

		if (bad)
			err_warn("%s", why);
		if (bad > code)
			code = bad;
	}
	return code;
}

/* A signal that ended the screen ends this process, too, so that the caller sees it. */
static void
watch(struct roster *r)
{
	char why[WHY];
	int sig = live_run(r, table_colour(), why);

	if (sig < 0)
		err_die(errno == ENOTTY ? EX_CALLER : EX_SYSTEM, "-w: %s", why);
	if (sig > 0) {
		signal(sig, SIG_DFL);
		raise(sig);
	}
}

int
main(int argc, char **argv)
{
	int json = 0, live = 0, code, any, c;
	struct roster r = { .want = 0 };
	struct list l;
	char why[WHY];

	tool_begin(INHERIT_ANSWERS, argv, help);
	while ((c = tool_option(argc, argv, TOOL_OPERANDS)) != -1)
		switch (c) {
		case 'j': json = 1; break;
		case 's': r.want |= parse_status(optarg); break;
		case 'w': live = 1; break;
		}
	if (json && live)
		tool_usage();
	if (entry_open(&l, why))
		err_die(EX_CALLER, "%s", why);
	r.l = &l;
	code = name_all(&r, argv + optind);
	if (live && !code) {
		watch(&r);
	} else if (!live) {
		if (roster_look(&r, why))
			err_die(EX_SYSTEM, "%s", why);
		any = print(&r, json);
		if (!any && !code && (r.want || r.named))
			code = EX_NO;
	}
	roster_free(&r);
	entry_close(&l);
	err_flush();
	return code;
}
