/*
 * rca-triage TASK [event] - judges how a task stands, in one word, by rules or by a fast model;
 * with -x does what follows
 *
 * The model reads what hostile programs may have written. All that its answer can do is to choose
 * one of five words: nothing else of it goes anywhere but into triage.log.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "file/file.h"
#include "proc/tool.h"
#include "proc/lock.h"
#include "proc/process.h"
#include "proc/run.h"
#include "proc/selfpipe.h"
#include "proc/spawn.h"
#include "proc/which.h"
#include "task/history.h"
#include "task/manifest.h"
#include "task/task.h"
#include "text/strip.h"
#include "triage/facts.h"
#include "triage/history_scan.h"
#include "triage/model.h"
#include "triage/verdict_rules.h"

enum {
	SEND_MS = 60000,
	GRACE_MS = 1000,
	BUSY_MS = 5000, LOOK_MS = 200,
	TURN_MS = 600000 /* a model's time may be set to minutes */
};

struct triage {
	struct task t;
	struct facts f;
	struct judgement j;
	int acting; /* -x */
	char complaint[WHY]; /* of rca-send */
};

static const char help[] =
	"usage: rca-triage [-hxV] task [event]\n"
	"\n"
	"Judge the state of a task in one word.\n"
	"\n"
	"  -x                act on the verdict\n";

/*
 * One triage of a task acts at a time, and one waits. That one will see all that happened until its
 * turn, so any further one can exit. 0 it is our turn; 1 the same after another's; -1 one waits.
 */
static int
take_turn(const struct triage *k)
{
	int next = -1, turn = lock_take(k->t.fd, "triage.lock");

	if (turn >= 0)
		return 0;
	if (errno == EBUSY && (next = lock_take(k->t.fd, "triage.next")) < 0 && errno == EBUSY)
		return -1;
	if (next < 0 || lock_mutex_for(k->t.fd, "triage.lock", TURN_MS) < 0)
		err_die(EX_SYSTEM, "%s: lock triage.lock:", k->t.name);
	close(next);
	return 1;
}

/* If the task ended or was stopped while the model thought, the rules judge it again. */
static void
look_again(struct triage *k, const char *event)
{
	char why[WHY];
	int stopped = file_there(k->t.fd, "stop") == 1;

	if (!stopped && file_there(k->t.fd, "done") != 1)
		return;
	if (facts_read(&k->f, &k->t, event, why))
		err_die(EX_SYSTEM, "%s: %s", k->t.name, why);
	if (stopped && !status_terminal(k->f.r.status))
		k->f.r.status = ST_STOPPED;
	verdict_rules_judge(&k->f.r, &k->j);
}

static void
judge(struct triage *k, const char *event)
{
	char why[WHY];

	if (verdict_rules_judge(&k->f.r, &k->j))
		return;
	if (model_ask(&k->t, &k->f, k->acting, &k->j, why))
		err_die(EX_SYSTEM, "%s: %s", k->t.name, why);
	look_again(k, event);
}

static void
change(struct triage *k, const char *const kv[])
{
	char why[WHY];

	if (manifest_change(k->t.fd, kv, why))
		err_die(EX_SYSTEM, "%s: %s", k->t.name, why);
}

/* Adds to nudge_count, where rca-wrap counts, too. Returns the new number. */
static long long
count_nudge(struct triage *k, int step)
{
	int lock = manifest_lock(k->t.fd);
	char number[32], now[CLOCK_UTC], why[WHY] = "";
	struct manifest m;
	long long n;

	if (lock < 0 || manifest_read(k->t.fd, &m, why))
		err_die(EX_SYSTEM, "%s: count a nudge: %s", k->t.name,
		        *why ? why : err_text(errno));
	n = manifest_num(&m, "nudge_count", 0) + step;
	snprintf(number, sizeof number, "%lld", n > 0 ? n : 0);
	if (manifest_set(&m, "nudge_count", number) ||
	    manifest_set(&m, "nudged_at", step > 0 ? clock_utc(clock_now(), now) : NULL) ||
	    manifest_write(k->t.fd, &m))
		err_die(EX_SYSTEM, "%s: count a nudge:", k->t.name);
	close(lock);
	return n;
}

/* An agent may still look busy right after the end of its turn. */
static void
wait_for_prompt(struct triage *k)
{
	long long end = clock_ms() + BUSY_MS;

	while (k->f.r.terminal && clock_ms() < end) {
		facts_screen(&k->f, &k->t);
		if (k->f.r.screen.kind != SCREEN_WORKING)
			break;
		poll(NULL, 0, LOOK_MS);
	}
}

/* Through rca-send, which looks at the screen before it types. Returns its exit code. */
static int
send_words(struct triage *k)
{
	char path[PATH_MAX], why[WHY] = "", *argv[] = { path, k->t.path, NULL };
	const char *words = config_get(&k->f.conf, &k->f.m, "nudge");
	struct run r = {
		.spawn = { .argv = argv, .fd = { -1, -1, -1 }, .group = SPAWN_SESSION },
		.input = words, .input_size = strlen(words),
		.err = k->complaint, .err_size = sizeof k->complaint,
		.ms = SEND_MS, .on_signal = run_until_signal, .grace_ms = GRACE_MS
	};
	int code;

	if (which_own("bin/rca-send", path, sizeof path))
		err_die(EX_NOTFOUND, "rca-send: not beside rca-triage: build or install it");
	wait_for_prompt(k);
	code = run_tree(&r, why);
	if (*why)
		memcpy(k->complaint, why, sizeof why);
	return code;
}

/* Counted before it is sent: a crash in between loses a nudge, and never sends one too many. */
static void
nudge(struct triage *k)
{
	char count[32], max[32], refused[32], line[256];

	snprintf(count, sizeof count, "%lld", count_nudge(k, 1));
	snprintf(max, sizeof max, "%lld", k->f.r.max_nudges);
	if (!send_words(k)) {
		if (k->f.r.refused)
			change(k, (const char *const[]){ "nudge_refused", "", NULL });
		history_add(k->t.fd, "nudge", (const char *const[]){
			"count", count, "max", max, NULL });
		return;
	}
	count_nudge(k, -1);
	snprintf(refused, sizeof refused, "%lld", k->f.r.refused + 1);
	change(k, (const char *const[]){ "nudge_refused", refused, NULL });
	oneline(line, sizeof line, k->complaint, strlen(k->complaint));
	history_add(k->t.fd, "nudge", (const char *const[]){
		"refused", *line ? line : "rca-send failed", "times", refused, NULL });
}

/*
 * rca-notify returns as soon as the notice is in the outbox. Its deliverer goes on as a child of
 * ours, so no tree may be ended after this.
 */
static int
notify(struct triage *k)
{
	const char *const words[] = {
		"-v", verdict_word(k->j.verdict), "-e", *k->f.event ? k->f.event : "triage",
		k->t.path, "-", NULL
	};
	int p[2], r;

	if (setenv("RCA_TASK", "", 1) || pipe(p))
		err_die(EX_SYSTEM, "%s: start rca-notify:", k->t.name);
	r = file_write_all(p[1], k->j.text, strlen(k->j.text));
	close(p[1]);
	r = r ? EX_SYSTEM : run_own("rca-notify", words, p[0], SPAWN_SESSION, -1);
	if (r == EX_NOTFOUND)
		err_warn("rca-notify: not beside rca-triage: build or install it");
	else if (r != EX_YES && r != EX_NO)
		err_warn("%s: rca-notify: exit code %d", k->t.name, r);
	return r == EX_NO ? EX_YES : r; /* EX_NO: no notifier is configured */
}

static int
tell(struct triage *k)
{
	char told[64], now[CLOCK_UTC];
	int r = notify(k);

	snprintf(told, sizeof told, "%s %s", verdict_word(k->j.verdict), k->j.rule);
	if (!r)
		change(k, (const char *const[]){ "triage_told", told, "triage_told_at",
			clock_utc(k->f.r.now, now), NULL });
	return r;
}

static int
act(struct triage *k)
{
	static const char *const words[] = {
		[TRIAGE_RECORD] = "record", [TRIAGE_NUDGE] = "nudge", [TRIAGE_TELL] = "tell"
	};
	char since[CLOCK_UTC] = "";
	enum triage_act what;

	k->f.r.trouble_since = verdict_rules_trouble(&k->f.r, &k->j);
	what = verdict_rules_plan(&k->f.r, &k->j);
	history_add(k->t.fd, "triage", (const char *const[]){
		"verdict", verdict_word(k->j.verdict), "rule", k->j.rule, "event", k->f.event,
		"then", words[what], "text", k->j.text, NULL });
	if (k->f.r.trouble_since)
		clock_utc(k->f.r.trouble_since, since);
	if (strcmp(since, manifest_get(&k->f.m, "trouble_since")))
		change(k, (const char *const[]){ "trouble_since", since, NULL });
	if (what == TRIAGE_NUDGE)
		nudge(k);
	return what == TRIAGE_TELL ? tell(k) : EX_YES;
}

int
main(int argc, char **argv)
{
	static struct triage k;
	long long began = clock_now();
	const char *event = "";
	int c, r, waited = 0;
	char why[WHY];

	tool_begin(INHERIT_ACTS, argv, help);
	while ((c = tool_option(argc, argv, TOOL_OPERANDS)) != -1)
		if (c == 'x')
			k.acting = 1;
	if (argc - optind < 1 || argc - optind > 2)
		tool_usage();
	if (argc - optind > 1)
		event = argv[optind + 1];
	task_open_or_die(&k.t, argv[optind]);
	if (k.acting && (waited = take_turn(&k)) < 0) {
		printf("%s another triage waits already\n", verdict_word(FINE));
		err_flush();
		return EX_YES;
	}
	if (selfpipe_catch())
		err_die(EX_SYSTEM, "catch signals:");
	process_adopt();
	if ((r = facts_read(&k.f, &k.t, event, why)))
		err_die(r, "%s: %s", k.t.name, why);
	if (*k.f.complaint && !k.acting)
		err_die(EX_CALLER, "%s: %s", k.t.name, k.f.complaint);
	if (*k.f.complaint)
		history_add(k.t.fd, "config_wrong", (const char *const[]){
			"because", k.f.complaint, NULL });
	/* Events since the other's nudge are ours to judge: no other triage comes for them. */
	k.f.r.nudged = waited && k.f.r.nudged_at >= began &&
	               !history_scan_since_nudge(k.f.history, k.f.q.nhistory);
	judge(&k, event);
	r = k.acting ? act(&k) : EX_YES;
	printf("%s %s\n", verdict_word(k.j.verdict), k.j.text);
	err_flush();
	return r;
}
