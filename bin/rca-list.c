/* rca-list [TASK...] - a table of tasks: for a person, for a program, as JSON, or live */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "list/columns.h"
#include "list/entry.h"
#include "list/live.h"
#include "list/roster.h"
#include "proc/inherit.h"
#include "proc/spawn.h"
#include "text/report.h"

enum { COLUMNS_DEFAULT = 80, WIDEST = 2000 };

static void
usage(void)
{
	fprintf(stderr, "usage: rca-list [-jwV] [-s status]... [task ...]\n");
	exit(EX_CALLER);
}

static unsigned
parse_status(const char *word)
{
	for (enum status s = 0; s <= ST_LAST; s++)
		if (!strcmp(word, entry_status(s)))
			return 1U << s;
	err_die(EX_CALLER, "-s %s: no such status (see rca(7))", word);
}

static int
terminal_width(void)
{
	const char *env = getenv("COLUMNS");
	struct winsize w;

	if (!ioctl(1, TIOCGWINSZ, &w) && w.ws_col > 0)
		return w.ws_col;
	return env && atoi(env) > 0 ? atoi(env) : COLUMNS_DEFAULT;
}

static void
tell(struct list *l, const struct entry *it, const struct details *k)
{
	const struct manifest *m = &l->m;
	char buf[CLOCK_UTC], name[PATH_MAX];
	struct report a;

	report_begin(&a, stdout, 1);
	report_put(&a, "task", entry_name(it, name));
	report_put(&a, "status", entry_status(it->status));
	if (it->status == ST_LAST) {
		report_put(&a, "error", k->line);
		report_end(&a);
		return;
	}
	report_put(&a, "health", health_word(k->health));
	report_put(&a, "rests_on", k->rests_on);
	if (k->held)
		report_num(&a, "silent_s", k->silent_s);
	if (*k->elsewhere)
		report_put(&a, "elsewhere", *k->elsewhere == '?' ? "unknown" : k->elsewhere);
	if (k->last_event) {
		report_put(&a, "last_event_at", clock_utc(k->last_event, buf));
		report_put(&a, "phase", progress_phase_word(k->p.phase));
		report_num(&a, "open_tools", k->p.open_tools);
		report_num(&a, "background", k->p.background);
		report_put(&a, "tool", k->p.tool);
		report_num(&a, "turns", k->p.turns);
		report_num(&a, "tokens_in", k->p.tokens_in);
		report_num(&a, "tokens_out", k->p.tokens_out);
		printf(",\"cost_usd\":%.4f", k->p.cost_usd);
	}
	report_put(&a, "text", k->line);
	for (int i = 0; i < m->n; i++)
		if (strcmp(m->kv[i].key, "status"))
			report_put(&a, m->kv[i].key, m->kv[i].val);
	report_end(&a);
}

/* Tab-separated, for programs. */
static void
record(const struct entry *it, const struct details *k, long long now)
{
	char buf[COLUMNS_CELL];

	for (size_t i = 0; i < columns_count(COLUMNS_TABLE); i++) {
		if (i)
			putchar('\t');
		fputs(columns_word(COLUMNS_TABLE, i, 1, it, k, now, buf), stdout);
	}
	putchar('\n');
}

/* One line, or (it NULL) the headings. */
static void
line(const struct column *c, int colour, const struct entry *it, const struct details *k, long long now)
{
	char buf[COLUMNS_CELL], cell[TABLE_BYTES(WIDEST)];
	size_t last = columns_count(COLUMNS_TABLE);

	while (last > 0 && !c[last - 1].width)
		last--;
	for (size_t i = 0, col = 0; i < last; i++) {
		enum ink ink = !colour ? INK_PLAIN : it ? columns_ink(COLUMNS_TABLE, i, it, k) : INK_BOLD;
		size_t len;

		if (!c[i].width)
			continue;
		len = table_cell(cell, sizeof cell, it ? columns_word(COLUMNS_TABLE, i, 0, it, k, now, buf) : c[i].title, c[i].width < WIDEST ? c[i].width : WIDEST, c[i].right);
		while (i == last - 1 && len > 0 && cell[len - 1] == ' ')
			cell[--len] = 0;
		printf("%*s%s%s%s", col++ ? TABLE_GAP : 0, "", table_sgr(ink), cell, ink ? "\033[m" : "");
	}
	putchar('\n');
}

static int
widest_name(const struct roster *r)
{
	char buf[PATH_MAX];
	int widest = 0;

	for (size_t i = 0; i < r->nshown; i++) {
		int w = table_width(entry_name(r->shown[i], buf));

		widest = w > widest ? w : widest;
	}
	return widest;
}

static int
wants_colour(void)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	return isatty(1) && !(no && *no) && term && strcmp(term, "dumb");
}

/* Each as it is looked at: nothing is kept of what was printed. 1 if there was any. */
static int
print(struct roster *r, int json)
{
	int tty = isatty(1), colour = wants_colour(), any = 0;
	struct column c[TABLE_COLUMNS];
	long long now = clock_now();
	struct details k;

	if (tty && !json) {
		columns_begin(c, COLUMNS_TABLE, widest_name(r), terminal_width());
		line(c, colour, NULL, NULL, now);
	}
	for (size_t i = 0; i < r->nshown; i++) {
		struct entry *it = r->shown[i];

		if (!details_look(r->l, it, json, &k) || !roster_wants(r, it))
			continue;
		any = 1;
		if (json)
			tell(r->l, it, &k);
		else if (tty)
			line(c, colour, it, &k, now);
		else
			record(it, &k, now);
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

/* What ended us is what our caller sees. */
static void
watch(struct roster *r)
{
	char why[WHY];
	int sig = live_run(r, wants_colour(), why);

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

	inherit_reset(INHERIT_ANSWERS);
	err_setprog(argv[0]);
	which_set_self(argv[0]);
	while ((c = getopt(argc, argv, "js:wV")) != -1)
		switch (c) {
		case 'j': json = 1; break;
		case 's': r.want |= parse_status(optarg); break;
		case 'w': live = 1; break;
		case 'V': err_version();
		default: usage();
		}
	if (json && live)
		usage();
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
