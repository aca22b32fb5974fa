/* inspect - one look at a living task */
#include "monitor/inspect.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/pairs.h"
#include "file/file.h"
#include "monitor/dialog.h"
#include "monitor/monitor.h"
#include "proc/lock.h"
#include "task/history.h"

/* LATE_MS: what a look may take besides the base interval. */
enum { NOTE_S = 300, LATE_MS = 10000 };

static long long
watch_s(struct monitor *mo)
{
	return stopwatch_ms(&mo->inspect.watch,
		2 * monitor_num(mo, "base") * 1000 + LATE_MS) / 1000;
}

/*
 * Sees whether anything was written since the last look: 1 if so. The times of the files say when,
 * if they are right. A wrong one, after a change of the clock, shifts `written` by less than a
 * silence; of another host's clock nothing is known.
 */
static int
look_at_files(struct monitor *mo, pid_t holder, const struct hang_rule *rule, long long now)
{
	struct inspect *k = &mo->inspect;
	long long ago = now - k->looked;
	struct hang_evidence l;

	k->looked = now;
	if (!probe_written(&mo->t, &k->files, 1))
		return 0;
	probe_times(&mo->t, 1, &l);
	if (holder == LOCK_ELSEWHERE)
		ago = 0;
	if (ago > l.now - l.last_write)
		ago = l.now - l.last_write;
	if (ago >= rule->silence_s)
		ago = rule->silence_s > 0 ? rule->silence_s - 1 : 0;
	k->written = now - ago;
	return 1;
}

static void
note(const struct monitor *mo, const char *key, const char *val, char why[WHY])
{
	char inner[WHY];

	if (manifest_change(mo->t.fd, PAIRS(key, val), inner))
		err_why(why, "cannot write the manifest: %s", inner);
}

/* The question is gone or answered. The next one is new, even with the same words. */
static void
forget_question(struct inspect *k)
{
	k->waiting = 0;
	k->asked[0] = '\0';
}

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

/* 1: a new question, still unanswered, for the second time in a row. */
static int
look_at_screen(struct monitor *mo, struct screen *s, char why[WHY])
{
	struct inspect *k = &mo->inspect;
	int interactive = *monitor_get(mo, "interactive") != 0;
	char state[80];

	if (probe_screen(&mo->t, &mo->m, mo->agent, s)) {
		forget_question(k);
		return 0;
	}
	snprintf(state, sizeof state, "%s%s%s", screen_word(s->kind), s->what[0] ? ":" : "",
		s->what);
	if (strcmp(state, k->pane)) {
		forget_question(k);
		snprintf(k->pane, sizeof k->pane, "%s", state);
		note(mo, "pane_state", state, why);
		history_add(mo->t.fd, "pane", PAIRS("state", state, "line", s->line));
	}
	if (s->kind == SCREEN_WAITING)
		k->waiting++;
	else
		forget_question(k);
	if (s->kind == SCREEN_IDLE && interactive)
		dialog_say(&mo->t, &mo->m);
	if ((k->waiting == 1 || k->waiting == 2) && interactive && !*monitor_get(mo, "adopted")
		&& dialog_answer(&mo->t, &mo->m))
		return 0;
	return k->waiting >= 2 && new_question(k, s->line);
}

/* Says once in history why this silence is not a hang. */
static void
note_busy(struct monitor *mo, const struct hang_evidence *l, long long used_ms)
{
	if (mo->inspect.busy)
		return;
	mo->inspect.busy = 1;
	history_add(mo->t.fd, "busy", PAIRS("cpu_ms", PAIRS_NUMBER(used_ms),
		"open_tools", PAIRS_NUMBER(l->tools),
		"background", l->background ? PAIRS_NUMBER(l->background) : ""));
}

/* Walks over all processes, but only when the task is silent. */
static int
is_hung(struct monitor *mo, pid_t holder, const struct hang_rule *rule, long long now,
	struct hang_evidence *l, char why[WHY])
{
	struct inspect *k = &mo->inspect;
	long long before = k->hang.cpu_ms;
	enum hang_finding found;

	*l = (struct hang_evidence){
		.now = now, .last_write = k->written, .asleep_s = k->watch.asleep_ms / 1000
	};
	if (hang_wants_cpu(&k->hang, rule, now, k->written) &&
		probe_tree(&mo->t, mo->agent, holder, l)) {
		/* Its wrapper does not say how they are, so it is not called hung. */
		if (holder == LOCK_ELSEWHERE)
			k->hang.quiet = 0;
		else
			err_why(why, "cannot look at the processes:");
		return 0;
	}
	found = hang_step(&k->hang, rule, l);
	if (k->hang.quiet != (*monitor_get(mo, "quiet_since") != 0))
		note(mo, "quiet_since",
			k->hang.quiet ? PAIRS_TIME(clock_now() - (now - k->written)) : "", why);
	if (found == HANG_BEGUN) {
		k->busy = 0;
		history_add(mo->t.fd, "quiet", NULL);
	} else if (found == HANG_BUSY) {
		note_busy(mo, l, l->cpu_ms - before);
	}
	return found == HANG_HUNG;
}

enum inspect_finding
inspect(struct monitor *mo, pid_t holder, struct finding *f, char why[WHY])
{
	struct inspect *k = &mo->inspect;
	struct hang_rule rule = probe_rule(&mo->conf, &mo->m, mo->agent);
	long long now = watch_s(mo);
	int interactive = *monitor_get(mo, "interactive") != 0, wrote, fresh;

	*why = '\0';
	wrote = look_at_files(mo, holder, &rule, now);
	if (now >= k->note_at) {
		note(mo, "last_checked_at", PAIRS_TIME(clock_now()), why);
		k->note_at = now + NOTE_S;
	}
	/*
	 * Output answers a question, but not of an interface, which may never be still (opencode).
	 */
	fresh = !interactive && now - k->written < monitor_num(mo, "base");
	if (fresh || (!interactive && wrote))
		forget_question(k);
	if (!fresh && look_at_screen(mo, &f->screen, why))
		return INSPECT_ASKS;
	if (!rule.silence_s || *monitor_get(mo, "adopted") || file_there(mo->t.fd, "done") == 1)
		return INSPECT_WELL;
	return is_hung(mo, holder, &rule, now, &f->look, why) ? INSPECT_HUNG : INSPECT_WELL;
}

long long
inspect_next(struct monitor *mo, pid_t holder)
{
	struct hang_rule rule = probe_rule(&mo->conf, &mo->m, mo->agent);

	/* Silence is counted from the first moment on. */
	if (!mo->inspect.watch.runs)
		look_at_files(mo, holder, &rule, watch_s(mo));
	return hang_next(&mo->inspect.hang, &rule, watch_s(mo), monitor_num(mo, "base"));
}

void
inspect_afresh(struct inspect *k)
{
	memset(&k->hang, 0, sizeof k->hang);
	forget_question(k);
	k->watch.asleep_ms = 0;
}
