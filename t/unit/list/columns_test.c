/* columns_test - which tasks a person is shown, in which columns and words */
#include "list/columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list/choice.h"

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))
#define SAME(got, want) (!strcmp(got, want) ? (void)0 : fail(__LINE__, got))

enum { NOW = 1795219200, SINCE = 4, WHAT = 8 }; /* Sat 2026-11-21 00:00 */

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "columns_test.c:%d: %s\n", line, what);
	exit(1);
}

static struct entry *
add(struct roster *r, const char *name, enum status s, enum kind k, int ago)
{
	static struct entry *all[64], *some[64];
	struct entry *e = entry_new(name, NULL);

	if (!r->n) {
		r->all = all;
		r->shown = some;
	}
	e->status = s;
	e->kind = k;
	e->done = k == KIND_ENDED;
	e->since = e->created = NOW - ago;
	e->attempt = 1;
	e->bare = strlen("claude-");
	return r->all[r->n++] = e;
}

static void
empty(struct roster *r)
{
	while (r->n)
		free(r->all[--r->n]);
	*r = (struct roster){ .people = 1 };
}

/* The names, without the agent's, each with a blank after it. */
static const char *
shown(struct roster *r)
{
	static char buf[1024];

	*buf = 0;
	choice_make(r);
	for (size_t i = 0; i < r->nshown; i++)
		snprintf(buf + strlen(buf), sizeof buf - strlen(buf), "%s ",
			r->shown[i]->where + r->shown[i]->bare);
	return buf;
}

static void
choice(void)
{
	struct roster r = { .people = 1 };
	struct roster_pattern pattern[] = { { "e*", 0 }, { "x*", 0 }, { "claude-ne[v-x]", 0 } };
	char name[32];

	for (int i = 0; i < 12; i++) {
		snprintf(name, sizeof name, "claude-e%d", i);
		add(&r, name, ST_COMPLETED, KIND_ENDED, 9000 + i);
	}
	add(&r, "claude-new", ST_CREATED, KIND_CREATED, 1);
	add(&r, "claude-run", ST_RUNNING, KIND_LIVING, 5);
	add(&r, "claude-old", ST_RUNNING, KIND_LIVING, 50);
	add(&r, "claude-bad", ST_FAILED, KIND_ATTENTION, 99999);
	SAME(shown(&r), "bad run old new e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 ");
	CHECK(r.hidden == 2 && r.count[KIND_ENDED] == 12 && r.count[KIND_LIVING] == 2);
	r.whole = 1;
	CHECK(strstr(shown(&r), "e9 e10 e11 ") && !r.hidden);
	r.people = r.whole = 0;
	CHECK(!strncmp(shown(&r), "new run old bad e0 ", 19));
	r.want = choice_word("living") | choice_word("failed");
	SAME(shown(&r), "run old bad ");
	r.all[13]->kind = KIND_UNKNOWN;
	SAME(shown(&r), "run old bad ");
	r.want = choice_word("failed");
	SAME(shown(&r), "bad ");
	CHECK(choice_word("broken") && choice_word("ended") && !choice_word("dead"));
	r.want = 0;
	r.patterns = pattern;
	r.npatterns = 3;
	r.all[15]->fixed = 1;
	r.all[0]->other = 1;
	SAME(shown(&r), "new bad e1 e2 e3 e4 e5 e6 e7 e8 e9 e10 e11 ");
	CHECK(pattern[0].hit && !pattern[1].hit && pattern[2].hit);
	r.filter = "1";
	SAME(shown(&r), "e1 e10 e11 ");
	r.filter = "*[02]";
	SAME(shown(&r), "e2 e10 ");
	empty(&r);
}

/* The titles that are shown at a width. */
static const char *
titles(struct roster *r, int width)
{
	static char buf[256];
	struct column c[TABLE_COLUMNS];
	size_t n;
	int sum = 0;

	choice_make(r);
	n = columns_begin(c, r, width, NOW);
	*buf = 0;
	for (size_t i = 0; i < n; i++)
		if (c[i].width) {
			snprintf(buf + strlen(buf), sizeof buf - strlen(buf), "%s ", c[i].title);
			sum += (sum ? TABLE_GAP : 0) + c[i].width;
		}
	CHECK(sum <= width);
	return buf;
}

static void
columns(void)
{
	struct roster r = { .people = 1 };
	struct entry *e = add(&r, "claude-one", ST_RUNNING, KIND_LIVING, 5), *f;

	SAME(titles(&r, 100), "TASK STATUS SINCE WHAT ");
	e->attempt = 2;
	e->cost = 0.5;
	SAME(titles(&r, 100), "TASK STATUS SINCE TRY COST WHAT ");
	f = add(&r, "claude-two", ST_COMPLETED, KIND_ENDED, 99999);
	f->cost = 0.5;
	f->attempt = 0;
	SAME(titles(&r, 100), "TASK STATUS SINCE TRY WHAT ");
	e->tokens = 1000;
	f->cost = 2;
	f->kind = KIND_ATTENTION;
	SAME(titles(&r, 100), " TASK STATUS SINCE TRY TOKENS COST WHAT ");
	for (int width = 100, before = 999; width > 0; width--) {
		int n = (int)strlen(titles(&r, width));

		CHECK(n <= before);
		before = n;
	}
	SAME(titles(&r, 78), " TASK STATUS SINCE COST WHAT ");
	SAME(titles(&r, 60), " TASK STATUS WHAT ");
	SAME(titles(&r, 40), " TASK STATUS WHAT ");
	r.all[0]->at = "somebody@a.very.long.name.example.org";
	SAME(titles(&r, 60), " HOST TASK STATUS WHAT ");
	empty(&r);
}

static void
words(void)
{
	struct roster r = { .people = 1 };
	struct entry *e = add(&r, "claude-one", ST_RUNNING, KIND_ATTENTION, 59);
	struct details d = { .line = "said this", .held = 1, .silent_s = 700 };
	char buf[COLUMNS_CELL];

	SAME(columns_word(0, e, &d, NOW, buf), "!");
	SAME(columns_word(SINCE, e, &d, NOW, buf), "59 s ago");
	SAME(columns_word(SINCE, e, &d, NOW + 3600, buf), "Fri 23:59");
	SAME(columns_word(WHAT, e, &d, NOW, buf), "said this");
	d.health = HEALTH_STALE;
	strcpy(d.elsewhere, "host");
	SAME(columns_word(WHAT, e, &d, NOW, buf), "(silent for 11 min; on host) said this");
	d.health = HEALTH_WAITING;
	d.elsewhere[0] = 0;
	SAME(columns_word(WHAT, e, &d, NOW, buf), "(waits for input) said this");
	d = (struct details){ .health = HEALTH_LOST, .line = "" };
	strcpy(e->note, "signal:9");
	SAME(columns_word(WHAT, e, &d, NOW, buf), "(nobody carries it on; signal:9)");
	e->status = ST_ABANDONED;
	SAME(columns_word(WHAT, e, &d, NOW, buf), "(signal:9)");
	d.health = HEALTH_OK;
	e->status = ST_LIMITED;
	e->resume_at = NOW + 840;
	strcpy(e->note, "until 2026-11-21T00:14:00Z; 1 notice undelivered");
	SAME(columns_word(WHAT, e, &d, NOW, buf),
		"(resumes 00:14, in 14 min; 1 notice undelivered)");
	d.held = 1;
	d.p.phase = PHASE_TOOL;
	strcpy(d.p.tool, "shell: make");
	e->status = ST_RUNNING;
	*e->note = 0;
	SAME(columns_word(WHAT, e, &d, NOW, buf), "shell: make");
	SAME(columns_field(7, e, &d, NOW, buf), "-");
	SAME(columns_field(3, e, &d, NOW, buf), "59");
	empty(&r);
}

static void
total(void)
{
	struct roster r = { .n = 93, .nshown = 13, .hidden = 40, .tokens = 1234567, .cost = 12.3,
		.count = { [KIND_ATTENTION] = 1, [KIND_LIVING] = 2, [KIND_ENDED] = 50 } };
	char buf[256];

	SAME(columns_total(&r, "-a", buf, sizeof buf),
		"1 needs somebody, 2 living, 10 ended, 40 more: -a; 1.2M tokens, $12.30");
	r = (struct roster){ .n = 4, .nshown = 4, .cost = 0.001,
		.count = { [KIND_ATTENTION] = 3, [KIND_CREATED] = 1 } };
	SAME(columns_total(&r, "-a", buf, sizeof buf), "3 need somebody, 1 created; <$0.01");
	r = (struct roster){ .n = 1, .nshown = 1, .count = { [KIND_ENDED] = 1 }, .tokens = 9999 };
	SAME(columns_total(&r, "-a", buf, sizeof buf), "1 ended; 9999 tokens");
	SAME(columns_total(&(struct roster){ .n = 0 }, "-a", buf, sizeof buf),
		"no tasks yet; the first: rca run -a claude -n fix -p prompt.txt");
	SAME(columns_total(&(struct roster){ .n = 1 }, "-a", buf, sizeof buf), "no task matches");
}

int
main(void)
{
	setenv("TZ", "UTC0", 1);
	choice();
	columns();
	words();
	total();
	puts("columns: ok");
	return 0;
}
