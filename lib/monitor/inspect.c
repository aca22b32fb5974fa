/* inspect - one look at a task that lives */
#include "monitor/inspect.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "file/file.h"
#include "monitor/dialog.h"
#include "probe/probe.h"
#include "proc/lock.h"
#include "task/history.h"

enum {
	NOTE_S = 300,
	LATE_MS = 10000 /* what a look may take besides the base interval */
};

/* By the watch, in seconds. */
static long long
time_of(struct inspect *k, const struct inspected *p)
{
	return stopwatch_ms(&k->watch, 2 * config_num(p->conf, p->m, "base") * 1000 + LATE_MS) / 1000;
}

/*
 * What is seen to have been written was written since the last look. When, the files' times tell, if
 * they tell the truth; if they do not, they are wrong by less than what is called silence. 1 if anything was.
 */
static int
look_at_files(struct inspect *k, const struct inspected *p, const struct hang_rule *rule, long long now)
{
	long long ago = now - k->looked;
	struct hang_evidence l;

	k->looked = now;
	if (!probe_written(p->t, &k->files, 1))
		return 0;
	probe_times(p->t, 1, &l);
	if (ago > l.now - l.last_write)
		ago = l.now - l.last_write;
	if (ago >= rule->silence_s)
		ago = rule->silence_s > 0 ? rule->silence_s - 1 : 0;
	k->written = now - ago;
	return 1;
}

static void
note(const struct inspected *p, const char *key, const char *val, char why[WHY])
{
	char inner[WHY];

	if (manifest_change(p->t->fd, (const char *const[]){ key, val, NULL }, inner))
		err_why(why, "cannot write the manifest: %s", inner);
}

/* None stands there, or what was said since has answered it: the next one is another, though it may have the same words. */
static void
forget_question(struct inspect *k)
{
	k->waiting = 0;
	k->asked[0] = '\0';
}

/* 1: it is another than the last. */
static int
new_question(struct inspect *k, const char *line)
{
	char words[sizeof k->asked];
	size_t n = 0;

	for (; *line && n < sizeof words - 1; line++)
		if (*line < '0' || *line > '9')
			words[n++] = *line;
	words[n] = '\0';
	if (!strcmp(words, k->asked))
		return 0;
	memcpy(k->asked, words, n + 1);
	return 1;
}

/* 1: a question that nobody has answered, for the second time in a row. */
static int
look_at_screen(struct inspect *k, const struct inspected *p, struct screen *s, char why[WHY])
{
	int interactive = *manifest_get(p->m, "interactive") != 0;
	char state[80];

	if (probe_screen(p->t, p->m, p->agent, s)) {
		forget_question(k);
		return 0;
	}
	snprintf(state, sizeof state, "%s%s%s", screen_word(s->kind), s->what[0] ? ":" : "", s->what);
	if (strcmp(state, k->pane)) {
		forget_question(k);
		snprintf(k->pane, sizeof k->pane, "%s", state);
		note(p, "pane_state", state, why);
		history_add(p->t->fd, "pane", (const char *const[]){ "state", state, "line", s->line, NULL });
	}
	if (s->kind == SCREEN_WAITING)
		k->waiting++;
	else
		forget_question(k);
	if (s->kind == SCREEN_IDLE && interactive)
		dialog_say(p->t, p->m);
	if ((k->waiting == 1 || k->waiting == 2) && interactive && !*manifest_get(p->m, "adopted") && dialog_answer(p->t, p->m))
		return 0;
	return k->waiting >= 2 && new_question(k, s->line);
}

/* What a silence rests on that is no hang, once. */
static void
note_busy(struct inspect *k, const struct inspected *p, const struct hang_evidence *l, long long used)
{
	char cpu[32], tools[32], background[32];

	if (k->busy)
		return;
	k->busy = 1;
	snprintf(cpu, sizeof cpu, "%lld", used);
	snprintf(tools, sizeof tools, "%d", l->tools);
	snprintf(background, sizeof background, "%d", l->background);
	history_add(p->t->fd, "busy", (const char *const[]){ "cpu_ms", cpu, "open_tools", tools, "background", l->background ? background : "", NULL });
}

/* Costs a walk over all processes only when it is silent. */
static int
is_hung(struct inspect *k, const struct inspected *p, const struct hang_rule *rule, long long now, struct hang_evidence *l, char why[WHY])
{
	long long before = k->hang.cpu_ms;
	enum hang_finding verdict;
	char since[CLOCK_UTC];

	*l = (struct hang_evidence){ .now = now, .last_write = k->written, .asleep_s = k->watch.asleep_ms / 1000 };
	if (probe_look(p->t, p->agent, p->holder, hang_wants_cpu(&k->hang, rule, now, k->written), l)) {
		err_why(why, "cannot look at the processes:");
		return 0;
	}
	verdict = hang_step(&k->hang, rule, l);
	if (k->hang.quiet != (*manifest_get(p->m, "quiet_since") != 0))
		note(p, "quiet_since", k->hang.quiet ? clock_utc(clock_now() - (now - k->written), since) : "", why);
	switch (verdict) {
	case HANG_BEGUN:
		k->busy = 0;
		history_add(p->t->fd, "quiet", NULL);
		return 0;
	case HANG_BUSY:
		note_busy(k, p, l, l->cpu_ms - before);
		return 0;
	case HANG_HUNG:
		return 1;
	default:
		return 0;
	}
}

enum inspect_finding
inspect(struct inspect *k, const struct inspected *p, struct finding *f, char why[WHY])
{
	struct hang_rule rule = probe_rule(p->conf, p->m, p->agent);
	long long now = time_of(k, p);
	char at[CLOCK_UTC];
	int wrote;

	*why = '\0';
	wrote = look_at_files(k, p, &rule, now);
	if (now >= k->note_at) {
		note(p, "last_checked_at", clock_utc(clock_now(), at), why);
		k->note_at = now + NOTE_S;
	}
	/* An interface may never be still; opencode's is not. */
	if (!*manifest_get(p->m, "interactive") && wrote) /* it has gone on since */
		forget_question(k);
	if (!*manifest_get(p->m, "interactive") && now - k->written < config_num(p->conf, p->m, "base"))
		forget_question(k);
	else if (look_at_screen(k, p, &f->screen, why))
		return INSPECT_ASKS;
	/* Whose processes cannot be seen from here is not called hung. */
	if (p->holder == LOCK_ELSEWHERE || !rule.silence_s || *manifest_get(p->m, "adopted") || file_there(p->t->fd, "done") == 1)
		return INSPECT_WELL;
	return is_hung(k, p, &rule, now, &f->look, why) ? INSPECT_HUNG : INSPECT_WELL;
}

long long
inspect_next(struct inspect *k, const struct inspected *p)
{
	struct hang_rule rule = probe_rule(p->conf, p->m, p->agent);

	/* From the first moment on. */
	if (!k->watch.runs)
		look_at_files(k, p, &rule, time_of(k, p));
	return hang_next(&k->hang, &rule, time_of(k, p), config_num(p->conf, p->m, "base"));
}

void
inspect_afresh(struct inspect *k)
{
	memset(&k->hang, 0, sizeof k->hang);
	forget_question(k);
	k->watch.asleep_ms = 0;
}
