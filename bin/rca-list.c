/* rca-list [TASK...] - a table of tasks: for a person, for a program, as JSON, or live */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "list/choice.h"
#include "list/columns.h"
#include "list/entry.h"
#include "list/live.h"
#include "list/roster.h"
#include "proc/tool.h"
#include "proc/pty.h"
#include "text/report.h"
#include "text/strip.h"

enum { COLUMNS_DEFAULT = 80, WIDEST = 2000 };

static const char help[] =
	"usage: rca-list [-ahjwV] [-A agent] [-d dir] [-H host]... [-s status]...\n"
	"       [task ...]\n"
	"\n"
	"A table of tasks.\n"
	"\n"
	"  -a                on a terminal all that ended, not only the last ten\n"
	"  -A agent          only tasks of this agent\n"
	"  -d dir            only tasks whose project is this directory, or below it\n"
	"  -H host           the tasks of this host, over ssh; \".\" is this one; may be\n"
	"                    repeated\n"
	"  -j                one JSON object a line\n"
	"  -s status         only tasks with this status, or that need attention, are\n"
	"                    living, or ended; may be repeated\n"
	"  -w                watch: a table that stays up to date, with keys\n";

static unsigned
parse_status(const char *word)
{
	unsigned bit = choice_word(word);

	if (!bit)
		err_die(EX_CALLER, "-s %s: no such status: there are%s broken attention living "
			"ended", word, status_all());
	return bit;
}

/* "." is this host. */
static void
parse_host(struct roster *r, const char *host)
{
	static struct remote remotes[REMOTE_HOSTS];
	char clean[256];
	int here = !strcmp(host, ".");

	oneline(clean, sizeof clean, host, strlen(host));
	if (!*host || *host == '-' || strcmp(clean, host) != 0 || strchr(host, ' '))
		err_die(EX_CALLER, "-H: not a host");
	if (r->nremotes == REMOTE_HOSTS)
		err_die(EX_CALLER, "-H %s: more than %d hosts", host, REMOTE_HOSTS);
	r->away = !here && (!r->here || r->away);
	r->here = ".";
	r->remotes = remotes;
	if (!here)
		remotes[r->nremotes++].host = host;
}

static const char *
parse_dir(const char *dir, int elsewhere, char path[PATH_MAX])
{
	if (elsewhere && *dir != '/')
		err_die(EX_CALLER, "-d %s: with -H an absolute path", dir);
	if (elsewhere)
		return dir;
	if (!realpath(dir, path))
		err_die(EX_CALLER, "-d %s:", dir);
	return path;
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
print_said(const struct manifest *m, const struct details *d, struct report *a)
{
	for (int i = 0; i < m->n; i++)
		if (!strcmp(m->kv[i].key, "cost_usd"))
			report_money(a, "cost_usd", d->p.cost_usd);
		else
			report_put(a, m->kv[i].key, m->kv[i].val);
	report_end(a);
}

static void
print_json(struct list *l, const struct entry *e, const struct details *d)
{
	const struct manifest *m = &l->m;
	char name[PATH_MAX];
	struct report a;

	report_begin(&a, stdout, 1);
	if (e->at)
		report_put(&a, "at", e->at);
	if (e->said && e->status < ST_LAST) {
		print_said(m, d, &a);
		return;
	}
	report_put(&a, "task", entry_name(e, name));
	report_put(&a, "status", entry_status(e->status));
	report_put(&a, "kind", entry_kind(e->kind));
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
	progress_report(&d->p, d->last_event, &a);
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

	for (size_t i = 0; i < COLUMNS_FIELDS; i++) {
		if (i)
			putchar('\t');
		fputs(columns_field(i, e, d, now, buf), stdout);
	}
	if (e->at)
		printf("\t%s", e->at);
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
			word = columns_word(i, e, d, now, buf);
			ink = columns_ink(i, e);
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

/* For a person. 1 if there was any task. */
static int
print_table(struct roster *r)
{
	int colour = table_colour(), width = terminal_width();
	struct column c[TABLE_COLUMNS];
	long long now = clock_now();
	char total[512], cell[TABLE_BYTES(WIDEST)];
	struct details d;
	size_t n;

	columns_total(r, "-a", total, sizeof total);
	if (!r->nshown) {
		puts(total);
		return 0;
	}
	n = columns_begin(c, r, width, now);
	print_line(c, n, colour, NULL, NULL, now);
	for (size_t i = 0; i < r->nshown; i++)
		if (details_read(r->l, r->shown[i], 0, &d))
			print_line(c, n, colour, r->shown[i], &d, now);
	n = table_cell(cell, sizeof cell, total, width, 0);
	while (n > 0 && cell[n - 1] == ' ')
		cell[--n] = 0;
	puts(cell);
	return 1;
}

/* Prints each task as soon as it is read, and keeps nothing of it. 1 if there was any. */
static int
print(struct roster *r, int json)
{
	long long now = clock_now();
	struct details d;
	int any = 0;

	for (size_t i = 0; i < r->nshown; i++) {
		struct entry *e = r->shown[i];

		if (!details_read(r->l, e, json, &d) || !choice_wants(r, e))
			continue;
		any = 1;
		if (json)
			print_json(r->l, e, &d);
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

/* Of hosts that failed. 0, or the exit code if no other was asked. */
static int
complain(const struct roster *r)
{
	size_t bad = 0;

	for (size_t i = 0; i < r->nremotes; i++)
		if (*r->remotes[i].why) {
			err_warn("%s: %s", r->remotes[i].host, r->remotes[i].why);
			bad++;
		}
	return r->away && bad == r->nremotes ? EX_SYSTEM : EX_YES;
}

/* Of a pattern that matches no task. 0, or the exit code. */
static int
unmatched(const struct roster *r)
{
	int code = EX_YES;

	for (size_t i = 0; i < r->npatterns; i++)
		if (!r->patterns[i].hit) {
			err_warn("%s: matches no task", r->patterns[i].text);
			code = EX_GONE;
		}
	return code;
}

int
main(int argc, char **argv)
{
	int json = 0, live = 0, code, any, c;
	struct roster r = { .want = 0 };
	struct list l = { .agent = NULL };
	char why[WHY], dir[PATH_MAX];

	tool_begin(INHERIT_ANSWERS, argv, help);
	while ((c = tool_option(argc, argv, TOOL_OPERANDS)) != -1)
		switch (c) {
		case 'a': r.whole = 1; break;
		case 'A': l.agent = optarg; break;
		case 'd': l.project = optarg; break;
		case 'H': parse_host(&r, optarg); break;
		case 'j': json = 1; break;
		case 's': r.want |= parse_status(optarg); break;
		case 'w': live = 1; break;
		}
	if (json && live)
		tool_usage();
	if (live && r.here)
		err_die(EX_CALLER, "-w: for one host alone: rca at HOST list -w");
	if (l.project)
		l.project = parse_dir(l.project, r.here != NULL, dir);
	if (entry_open(&l, why))
		err_die(EX_CALLER, "%s", why);
	r.l = &l;
	r.people = live || (isatty(1) && !json);
	code = name_all(&r, argv + optind);
	if (roster_look(&r, why))
		err_die(EX_SYSTEM, "%s", why);
	if ((c = unmatched(&r)) > code)
		code = c;
	if ((c = complain(&r)) > code)
		code = c;
	if (live && !code) {
		watch(&r);
	} else if (!live) {
		any = r.people ? print_table(&r) : print(&r, json);
		if (!any && !code && (r.want || r.named || r.npatterns || l.agent || l.project))
			code = EX_NO;
	}
	roster_free(&r);
	entry_close(&l);
	err_flush();
	return code;
}
