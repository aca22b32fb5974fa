/*
 * rca-monitor TASK - carries a task to a terminal status
 *
 * It sleeps on DIR/lock, which the kernel frees when the wrapper dies, and wakes for nothing else but the slow checks. All it knows is in the
 * task's files: one that dies at any moment is replaced by another that reads them.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent.h"
#include "atomic.h"
#include "clock.h"
#include "conf.h"
#include "dialog.h"
#include "engine.h"
#include "err.h"
#include "hang.h"
#include "history.h"
#include "lock.h"
#include "manifest.h"
#include "outcome.h"
#include "spawn.h"
#include "task.h"
#include "tree.h"
#include "vitals.h"

enum { ENGINE_MS = 20000, INSIST_MS = 5000, NOTE_S = 300 };

struct monitor {
	struct task t;
	struct manifest m;
	struct conf conf;
	struct agent *agent;
	struct hang hang;
	int waiting;             /* looks in a row that saw a question */
	int deaf;                /* failed looks are complained about once */
	long long noted;         /* last_checked_at was written then */
	char seen[80];           /* pane_state as written */
};

static volatile sig_atomic_t stopped;

static void
usage(void)
{
	fprintf(stderr, "usage: rca-monitor [-dV] task\n");
	exit(EX_CALLER);
}

static void
on_stop(int sig)
{
	if (sig == SIGALRM)
		return;
	stopped = sig;
	alarm(1); /* see lock_wait */
}

static void
say(const struct monitor *mo, const char *what, const char *detail)
{
	char now[CLOCK_UTC];

	fprintf(stderr, "%s %s: %s%s%s\n", clock_utc(clock_now(), now), mo->t.name, what, *detail ? ": " : "", detail);
}

static const char *
get(const struct monitor *mo, const char *key)
{
	return manifest_get(&mo->m, key);
}

static long long
setting(const struct monitor *mo, const char *key)
{
	return conf_num(&mo->conf, &mo->m, key);
}

static void
change(struct monitor *mo, const char *const kv[])
{
	char why[WHY];

	if (manifest_change(mo->t.fd, kv, why))
		say(mo, "cannot write the manifest", why);
}

/*
 * Changes the status and what goes with it, unless somebody else has by now: the lock that all writers of the manifest take is held from look to write. The wrapper writes its last
 * status before it lets go of its own lock, the next one after it has taken it; so `running` with that lock free is the word of a dead one.
 */
static int
turn_status(struct monitor *mo, enum status from, int unattended, const char *const kv[])
{
	char why[WHY] = "";
	int lock = manifest_lock(mo->t.fd), r = 0;
	enum status now;

	if (lock < 0)
		return 0;
	if (!manifest_read(mo->t.fd, &mo->m, why)) {
		now = status_parse(get(mo, "status"));
		r = (from == ST_LAST ? !status_terminal(now) : now == from) && (!unattended || !lock_holder(mo->t.fd, "lock"));
		for (; r && *kv; kv += 2)
			if (manifest_set(&mo->m, kv[0], *kv[1] ? kv[1] : NULL))
				r = 0;
		if (r && manifest_write(mo->t.fd, &mo->m)) {
			say(mo, "cannot write the manifest", strerror(errno));
			r = 0;
		}
	}
	close(lock);
	return r;
}

static int
gone(const struct monitor *mo)
{
	return atomic_there(mo->t.fd, "manifest") == 0;
}

static void
reload(struct monitor *mo)
{
	char why[WHY];

	if (!manifest_read(mo->t.fd, &mo->m, why))
		return;
	if (gone(mo))
		err_die(EX_GONE, "%s: the task is gone", mo->t.name);
	err_die(errno == EINVAL || errno == EFBIG ? EX_CALLER : EX_SYSTEM, "%s: %s", mo->t.name, why);
}

/* Until then, or until a signal; in pieces, so that a task that ends or is taken up by hand meanwhile is seen. */
static void
pause_for(const struct monitor *mo, long long seconds)
{
	long long base = setting(mo, "base");

	if (!stopped)
		poll(NULL, 0, (int)((seconds < base ? seconds : base) * 1000));
}

/* Ends the living attempt: asks its wrapper, then insists. */
static void
end_attempt(struct monitor *mo)
{
	long grace = (long)setting(mo, "kill_grace") * 1000 + INSIST_MS;
	pid_t holder = lock_holder(mo->t.fd, "lock");
	char why[WHY];

	if (holder == LOCK_ELSEWHERE)
		engine_call(get(mo, "engine"), "stop", mo->t.path, NULL, NULL, 0, ENGINE_MS, why);
	if (holder <= 0)
		return;
	kill(holder, SIGTERM);
	kill(holder, SIGCONT);
	if (lock_wait(mo->t.fd, "lock", grace, NULL) == 1)
		return;
	/* Only who still holds the lock is ours to kill. */
	if (lock_holder(mo->t.fd, "lock") == holder)
		kill(holder, SIGKILL);
	lock_wait(mo->t.fd, "lock", INSIST_MS, NULL);
	tree_end(0, mo->t.path, NULL, 0, 0, 0);
}

_Noreturn static void
abandon(struct monitor *mo, const char *reason, const char *detail)
{
	char now[CLOCK_UTC], why[WHY];

	if (strcmp(reason, "signal")) {
		end_attempt(mo);
		engine_call(get(mo, "engine"), "stop", mo->t.path, NULL, NULL, 0, ENGINE_MS, why);
	}
	clock_utc(clock_now(), now);
	if (turn_status(mo, ST_LAST, 0, (const char *const[]){ "status", "abandoned", "abandon_reason", reason, "abandoned_at", now, NULL })) {
		history_add(mo->t.fd, "abandoned", (const char *const[]){ "reason", reason, "detail", detail, NULL });
		say(mo, "abandoned", reason);
	}
	exit(EX_NO);
}

/* A command that is to run on, whatever ends it. */
static int
is_service(const struct monitor *mo)
{
	return atomic_there(mo->t.fd, "command") == 1 && strcmp(conf_get(&mo->conf, &mo->m, "restart"), "never");
}

/*
 * The moment when patience ends: waits for a usage limit do not count. A service is meant to stay, and a person's own
 * conversation ends when the person ends it, unless somebody has set one.
 */
static void
check_deadline(struct monitor *mo)
{
	long long since = clock_parse(get(mo, "watched_since"));
	char now[CLOCK_UTC];

	if ((is_service(mo) || *get(mo, "interactive")) && !conf_set(&mo->conf, &mo->m, "deadline"))
		return;
	if (since <= 0) {
		change(mo, (const char *const[]){ "watched_since", clock_utc(clock_now(), now), NULL });
		reload(mo);
	} else if (clock_now() >= since + manifest_num(&mo->m, "waited", 0) + setting(mo, "deadline")) {
		abandon(mo, "deadline", "");
	}
}

/* A program of ours, in the foreground, quiet on stdout. Its exit code. */
static int
run_own(struct monitor *mo, const char *name)
{
	char rel[32], path[PATH_MAX];
	char *argv[] = { path, mo->t.path, NULL };
	struct spawn s = { .argv = argv, .fd = { -1, -1, 2 }, .group = SPAWN_SAME };
	int wstatus;
	pid_t pid;

	snprintf(rel, sizeof rel, "bin/%s", name);
	if (spawn_own(rel, path, sizeof path))
		return EX_NOTFOUND;
	pid = spawn_start(&s, NULL);
	if (pid < 0 || spawn_wait(pid, &wstatus) < 0)
		return EX_SYSTEM;
	return spawn_code(wstatus);
}

/* First at once; then base, 2 base, 4 base ... to the maximum. */
static long long
backoff(const struct monitor *mo, long long n)
{
	long long s = setting(mo, "base"), max = setting(mo, "max_interval");

	if (n <= 0)
		return 0;
	while (--n > 0 && s < max)
		s *= 2;
	return s < max ? s : max;
}

/* A command that may run only once gets no marker: rca-wrap then says that it was lost. */
static int
may_resume(const struct monitor *mo)
{
	return atomic_there(mo->t.fd, "command") != 1 || is_service(mo);
}

static int
brought_work(const struct monitor *mo)
{
	struct progress p;
	long long last;

	return !progress_load(mo->t.fd, &p, &last) && p.fresh;
}

/* It failed by its own fault as soon as it began: an answer in it (say, one that the token limit cuts each time) is no reason to hurry. */
static int
burned_out(const struct monitor *mo)
{
	long long from = clock_parse(get(mo, "attempt_at")), to = clock_parse(get(mo, "finished_at"));
	const char *reason = get(mo, "reason");

	if (!strncmp(reason, "signal:", 7) || !strcmp(reason, "wrapper_gone") || !strcmp(reason, "terminated"))
		return 0;
	return from > 0 && to >= from && to - from < setting(mo, "base");
}

/* Whether the last attempt, if it is not counted yet, stood for as long as the longest wait. */
static int
ran_well(const struct monitor *mo)
{
	long long from = clock_parse(get(mo, "attempt_at")), to = clock_parse(get(mo, "finished_at"));

	if (from <= 0 || manifest_num(&mo->m, "attempt", 0) == manifest_num(&mo->m, "steady", 0))
		return 0;
	return to >= from + setting(mo, "max_interval");
}

/* How many retries and steps of the backoff lie behind us. What a service prints says nothing of how well it is: that it lasts does, and takes them all back, once. */
static void
count_retries(const struct monitor *mo, long long *retries, long long *steps)
{
	int well = is_service(mo) ? ran_well(mo) : brought_work(mo) && !burned_out(mo);

	*retries = well && is_service(mo) ? 0 : manifest_num(&mo->m, "retry_count", 0);
	*steps = well ? 0 : manifest_num(&mo->m, "backoff", 0);
}

/* Waits its turn, then launches again. Comes back early when something else has happened to the task. */
static void
retry(struct monitor *mo)
{
	long long retries, n, until;
	char count[32], steps[32], detail[128];
	int r;

	count_retries(mo, &retries, &n);
	if (retries >= setting(mo, "max_retries"))
		abandon(mo, "max_retries_exceeded", get(mo, "reason"));
	until = clock_now() + backoff(mo, n);
	while (clock_now() < until) {
		pause_for(mo, until - clock_now());
		if (stopped || atomic_there(mo->t.fd, "done") || atomic_there(mo->t.fd, "stop") == 1 || lock_holder(mo->t.fd, "lock"))
			return;
		check_deadline(mo);
	}
	snprintf(count, sizeof count, "%lld", retries + 1);
	snprintf(steps, sizeof steps, "%lld", n + 1);
	if (may_resume(mo) && atomic_there(mo->t.fd, "resume") != 1)
		atomic_mark(mo->t.fd, "resume");
	change(mo, (const char *const[]){ "retry_count", count, "backoff", steps, "steady", get(mo, "attempt"), NULL });
	history_add(mo->t.fd, "retry", (const char *const[]){ "count", count, NULL });
	r = run_own(mo, "rca-launch");
	snprintf(detail, sizeof detail, "retry %s, rca-launch: %d", count, r);
	say(mo, "resumed", detail);
}

/* The lock is free and there is no end: its wrapper is gone. */
static void
wrapper_gone(struct monitor *mo)
{
	char now[CLOCK_UTC];

	if (!turn_status(mo, status_parse(get(mo, "status")), 1, (const char *const[]){ "status", "crashed", "reason", "wrapper_gone", "finished_at", clock_utc(clock_now(), now), "pid", "", NULL }))
		return;
	history_add(mo->t.fd, "crashed", (const char *const[]){ "reason", "wrapper_gone", NULL });
	say(mo, "crashed", "the wrapper is gone");
}

static void
wait_for_limit(struct monitor *mo)
{
	long long at = clock_parse(get(mo, "resume_at")), began = clock_now();
	char waited[32];

	while (!stopped && clock_now() < at && !atomic_there(mo->t.fd, "done") && atomic_there(mo->t.fd, "stop") != 1 && !lock_holder(mo->t.fd, "lock")) {
		pause_for(mo, at - clock_now());
		reload(mo);
		at = clock_parse(get(mo, "resume_at"));
	}
	if (clock_now() > began) {
		snprintf(waited, sizeof waited, "%lld", manifest_num(&mo->m, "waited", 0) + clock_now() - began);
		change(mo, (const char *const[]){ "waited", waited, NULL });
	}
	if (stopped || clock_now() < at || atomic_there(mo->t.fd, "done") || atomic_there(mo->t.fd, "stop") == 1 || lock_holder(mo->t.fd, "lock"))
		return;
	if (atomic_there(mo->t.fd, "resume") != 1)
		atomic_mark(mo->t.fd, "resume");
	history_add(mo->t.fd, "limit_over", NULL);
	say(mo, "resumed", "the limit's time is over");
	/* Not a retry: a limit that is still there is read again. But a launch that fails is. */
	if (run_own(mo, "rca-launch"))
		retry(mo);
}

/* Nobody holds the lock, and there is no `done`. */
static void
unattended(struct monitor *mo)
{
	enum status s = status_parse(get(mo, "status"));

	if (atomic_there(mo->t.fd, "stop") == 1 || status_terminal(s)) {
		run_own(mo, "rca-wrap"); /* it writes what is missing */
		if (atomic_there(mo->t.fd, "done") != 1 && !lock_holder(mo->t.fd, "lock"))
			pause_for(mo, setting(mo, "base"));
		return;
	}
	switch (s) {
	case ST_CREATED:
		if (run_own(mo, "rca-launch"))
			abandon(mo, "launch_failed", "");
		return;
	case ST_LAUNCHING:
		if (lock_wait(mo->t.fd, "launch.lock", (long)setting(mo, "dispatch_wait") * 1000, &stopped) == 1 && lock_holder(mo->t.fd, "lock") == 0) {
			reload(mo);
			if (status_parse(get(mo, "status")) == ST_LAUNCHING && atomic_there(mo->t.fd, "done") != 1)
				wrapper_gone(mo);
		}
		return;
	case ST_RUNNING:
		wrapper_gone(mo);
		return;
	case ST_LIMITED:
		wait_for_limit(mo);
		return;
	case ST_ABANDONED:
		if (strcmp(get(mo, "abandon_reason"), "signal"))
			err_die(EX_NO, "%s: abandoned (%s): rca-launch -r carries it on", mo->t.name, get(mo, "abandon_reason"));
		turn_status(mo, ST_ABANDONED, 1, (const char *const[]){ "status", "crashed", "abandon_reason", "", "abandoned_at", "", NULL });
		return;
	default:
		retry(mo);
	}
}

static void
declare_hung(struct monitor *mo, const struct hang_look *l)
{
	char silent[32], cpu[32], tools[32], reason[192];

	snprintf(silent, sizeof silent, "%lld", l->now - l->last_write);
	snprintf(cpu, sizeof cpu, "%lld", l->cpu_ms - mo->hang.cpu_ms);
	snprintf(tools, sizeof tools, "%d", l->tools);
	snprintf(reason, sizeof reason, "silent %s s, processor %s ms in the grace period, tools open %s", silent, cpu, tools);
	if (!turn_status(mo, ST_RUNNING, 0, (const char *const[]){ "status", "hung", "reason", reason, NULL }))
		return;
	history_add(mo->t.fd, "hung", (const char *const[]){ "silent_s", silent, "cpu_ms", cpu, "open_tools", tools, NULL });
	say(mo, "hung", reason);
	end_attempt(mo);
}

/* A question nobody will answer: seen twice in a row. */
static void
look_at_screen(struct monitor *mo)
{
	struct screen s;
	char state[80];

	if (vitals_screen(&mo->t, &mo->m, mo->agent, &s)) {
		mo->waiting = 0;
		return;
	}
	snprintf(state, sizeof state, "%s%s%s", screen_word(s.kind), s.what[0] ? ":" : "", s.what);
	if (strcmp(state, mo->seen)) {
		mo->waiting = 0;
		snprintf(mo->seen, sizeof mo->seen, "%s", state);
		change(mo, (const char *const[]){ "pane_state", state, NULL });
		history_add(mo->t.fd, "pane", (const char *const[]){ "state", state, "line", s.line, NULL });
	}
	mo->waiting = s.kind == SCREEN_WAITING ? mo->waiting + 1 : 0;
	if (s.kind == SCREEN_IDLE && *get(mo, "interactive"))
		dialog_say(&mo->t, &mo->m);
	if ((mo->waiting == 1 || mo->waiting == 2) && *get(mo, "interactive") && dialog_answer(&mo->t, &mo->m))
		return;
	if (mo->waiting == 2 && !*get(mo, "interactive"))
		abandon(mo, "waiting_for_input", s.line);
	if (mo->waiting == 2)
		history_add(mo->t.fd, "waiting_for_input", (const char *const[]){ "line", s.line, NULL });
}

static void
slow_check(struct monitor *mo, pid_t holder)
{
	struct hang_rule rule = vitals_rule(&mo->conf, &mo->m, mo->agent);
	long long now = clock_now(), last = vitals_last_write(&mo->t);
	struct hang_look l;
	char at[CLOCK_UTC];

	check_deadline(mo);
	if (now - mo->noted >= NOTE_S) {
		change(mo, (const char *const[]){ "last_checked_at", clock_utc(now, at), NULL });
		mo->noted = now;
	}
	/* An interface may never be still; opencode's is not. */
	if (*get(mo, "interactive") || now - last >= setting(mo, "base"))
		look_at_screen(mo);
	else
		mo->waiting = 0;
	if (!rule.silence_s || atomic_there(mo->t.fd, "done") == 1)
		return;
	if (vitals_look(&mo->t, mo->agent, holder, hang_wants_cpu(&mo->hang, &rule, now, last), &l)) {
		if (!mo->deaf++)
			say(mo, "cannot look at the processes", strerror(errno));
		return;
	}
	switch (hang_step(&mo->hang, &rule, &l)) {
	case HANG_BEGUN:
		history_add(mo->t.fd, "quiet", NULL);
		break;
	case HANG_HUNG:
		declare_hung(mo, &l);
		break;
	default:
		break;
	}
}

/* Somebody holds the lock: sleep on it. */
static void
attended(struct monitor *mo, pid_t holder)
{
	struct hang_rule rule = vitals_rule(&mo->conf, &mo->m, mo->agent);
	long long wait = hang_next(&mo->hang, &rule, clock_now(), setting(mo, "base"));

	if (!strcmp(get(mo, "status"), "abandoned"))
		turn_status(mo, ST_ABANDONED, 0, (const char *const[]){ "status", "running", "abandon_reason", "", "abandoned_at", "", NULL });
	if (lock_wait(mo->t.fd, "lock", (long)wait * 1000, &stopped) == 1) {
		memset(&mo->hang, 0, sizeof mo->hang);
		mo->waiting = 0;
		return;
	}
	if (stopped)
		return;
	reload(mo);
	slow_check(mo, holder);
}

static int
carry(struct monitor *mo)
{
	check_deadline(mo);
	for (;;) {
		pid_t holder;

		if (stopped)
			abandon(mo, "signal", "");
		/* The lock before the files: what a wrapper that has let go of it wrote is then seen. */
		holder = lock_holder(mo->t.fd, "lock");
		if (holder == -1)
			err_die(EX_SYSTEM, "%s: ask lock:", mo->t.name);
		reload(mo);
		if (holder)
			attended(mo, holder);
		else if (atomic_there(mo->t.fd, "done") == 1)
			break;
		else
			unattended(mo);
	}
	reload(mo);
	say(mo, get(mo, "status"), get(mo, "reason"));
	return strcmp(get(mo, "status"), "completed") ? EX_NO : EX_YES;
}

/* A copy of this program in a session of its own, which tells by its standard output when it watches. */
static int
detach(const struct task *t)
{
	char self[PATH_MAX], word[16] = "";
	char *argv[] = { self, (char *)"-d", (char *)t->path, NULL };
	struct spawn s = { .argv = argv, .fd = { -1, -1, -1 }, .group = SPAWN_SESSION };
	int p[2], wstatus;
	ssize_t n;
	pid_t pid;

	if (spawn_own("bin/rca-monitor", self, sizeof self))
		err_die(EX_NOTFOUND, "rca-monitor: cannot find itself");
	if (setenv("RCA_TASK", "", 1) || setenv("RCA_DETACHED", "1", 1) || unsetenv("TASK_TMPDIR") || pipe(p))
		err_die(EX_SYSTEM, "detach:");
	s.fd[1] = p[1];
	s.fd[2] = openat(t->fd, "monitor.log", O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (s.fd[2] < 0)
		err_die(EX_SYSTEM, "%s: open monitor.log:", t->name);
	pid = spawn_start(&s, NULL);
	if (pid < 0)
		err_die(EX_SYSTEM, "start %s:", self);
	close(p[1]);
	while ((n = read(p[0], word, sizeof word - 1)) < 0 && errno == EINTR)
		;
	if (n > 0)
		return EX_YES;
	if (spawn_wait(pid, &wstatus) < 0)
		err_die(EX_SYSTEM, "wait:");
	return spawn_code(wstatus);
}

static void
detached(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (write(1, "ok\n", 3) != 3 || null < 0 || dup2(null, 1) < 0)
		err_die(EX_SYSTEM, "detach:");
	close(null);
	unsetenv("RCA_DETACHED");
}

static void
watch_signals(void)
{
	static const int caught[] = { SIGTERM, SIGINT, SIGHUP, SIGALRM };
	struct sigaction act;

	memset(&act, 0, sizeof act);
	sigemptyset(&act.sa_mask);
	act.sa_handler = on_stop;
	for (size_t i = 0; i < sizeof caught / sizeof *caught; i++)
		sigaction(caught[i], &act, NULL);
	act.sa_handler = SIG_DFL; /* an inherited SIG_IGN would make children reap themselves */
	sigaction(SIGCHLD, &act, NULL);
}

int
main(int argc, char **argv)
{
	static struct monitor mo;
	int dflag = 0, c;
	char why[WHY];
	pid_t other;

	err_setprog(argv[0]);
	spawn_setself(argv[0]);
	while ((c = getopt(argc, argv, "dV")) != -1)
		switch (c) {
		case 'd': dflag = 1; break;
		case 'V': err_version();
		default: usage();
		}
	if (argc - optind != 1)
		usage();
	task_open_or_die(&mo.t, argv[optind]);
	if (manifest_read(mo.t.fd, &mo.m, why) || conf_load(&mo.conf, why) || conf_check_all(&mo.conf, &mo.m, why))
		err_die(EX_CALLER, "%s: %s", mo.t.name, why);
	mo.agent = agent_load(manifest_get(&mo.m, "agent"), why);
	if (!mo.agent)
		err_die(EX_CALLER, "%s: %s", mo.t.name, why);
	if (dflag && !getenv("RCA_DETACHED")) {
		other = lock_holder(mo.t.fd, "monitor.lock");
		if (other == -1)
			err_die(EX_SYSTEM, "%s: lock monitor.lock:", mo.t.name);
		if (other)
			err_die(EX_YES, "%s: already watched", mo.t.name);
		return detach(&mo.t);
	}
	watch_signals();
	if (lock_take(mo.t.fd, "monitor.lock", &other) < 0) {
		if (errno == EBUSY)
			err_die(dflag ? EX_YES : EX_NO, "%s: already watched by process %ld", mo.t.name, (long)other);
		err_die(EX_SYSTEM, "%s: lock monitor.lock:", mo.t.name);
	}
	if (dflag)
		detached();
	return carry(&mo);
}
