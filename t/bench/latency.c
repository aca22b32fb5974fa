/*
 * latency bindir workdir rounds - measures how quickly the tools act, and what they cost when idle
 *
 * Prints a table of "name p50 p99 max unit budget". The agent is t/bench/agent, the engine tmux.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "proc/lock.h"

enum { MAX = 1000, BOUND_S = 20, SHORT_ROUNDS = 50 };

static const char *bindir, *work;
static char stamps[4096];
static double value[MAX];

static _Noreturn void
fail(const char *what)
{
	fprintf(stderr, "latency: %s\n", what);
	exit(1);
}

static long long
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void
nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 500000 }, NULL);
}

/* Runs a tool of ours; its last line of output into out. */
static void
tool(char *out, size_t size, const char *name, const char *const args[])
{
	char path[4096], buf[4096];
	const char *argv[16] = { path };
	int p[2], ws;
	ssize_t n, used = 0;
	pid_t pid;

	snprintf(path, sizeof path, "%s/%s", bindir, name);
	for (int i = 0; args[i]; i++)
		argv[i + 1] = args[i];
	if (pipe(p) || (pid = fork()) < 0)
		fail("fork");
	if (!pid) {
		dup2(p[1], 1);
		close(p[0]);
		close(p[1]);
		execv(path, (char *const *)argv);
		_exit(127);
	}
	close(p[1]);
	while ((n = read(p[0], buf + used, sizeof buf - 1 - (size_t)used)) > 0)
		used += n;
	close(p[0]);
	buf[used > 0 ? used - 1 : 0] = 0;
	if (waitpid(pid, &ws, 0) < 0 || ws)
		fail(name);
	if (out)
		snprintf(out, size, "%s", buf);
}

/* The time of the n-th line (from 0) in the stamp file that says word; waits for it. */
static long long
stamp(const char *word, int nth, pid_t *pid)
{
	long long end = now_ns() + BOUND_S * 1000000000LL;

	while (now_ns() < end) {
		FILE *f = fopen(stamps, "r");
		char w[16];
		long long t;
		long p;
		int n = nth;

		while (f && fscanf(f, "%15s %lld %ld", w, &t, &p) == 3)
			if (!strcmp(w, word) && n-- == 0) {
				fclose(f);
				if (pid)
					*pid = (pid_t)p;
				return t;
			}
		if (f)
			fclose(f);
		nap();
	}
	fail("the agent did not start or end in time");
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* A line of JSON for the record, if one is kept. */
static void
note(const char *row, int n, const char *unit, double p50, double p99, double max)
{
	const char *path = getenv("BENCH_JSON");
	FILE *f = path && *path ? fopen(path, "a") : NULL;

	if (!f)
		return;
	fprintf(f, "{\"row\": \"%s\", \"who\": \"rca\", \"n\": %d, ", row, n);
	fprintf(f, "\"unit\": \"%s\", ", unit);
	fprintf(f, "\"p50\": %.3f, \"p99\": %.3f, \"max\": %.3f}\n", p50, p99, max);
	if (ferror(f) || fclose(f))
		fail(path);
}

static void
report(const char *row, const char *name, int n, const char *budget)
{
	double p50, p99, max;

	qsort(value, (size_t)n, sizeof *value, compare);
	p50 = value[n / 2];
	p99 = value[(int)(n * 0.99)];
	max = value[n - 1];
	note(row, n, "ms", p50, p99, max);
	printf("%-44s %4d %9.2f %9.2f %9.2f ms   %s\n", name, n, p50, p99, max, budget);
	fflush(stdout);
}

static int
make_task(char task[4096], int i)
{
	char name[32], prompt[4096];
	int fd;

	snprintf(name, sizeof name, "b%d", i);
	snprintf(prompt, sizeof prompt, "%s/prompt", work);
	tool(task, 4096, "rca-mktask", (const char *const[]){
		"-a", "bench", "-n", name, "-d", work, "-p", prompt, "-k", "max_retries=100000",
		"-k", "deadline=100000", "-k", "silence=100000", NULL });
	if ((fd = open(task, O_RDONLY | O_DIRECTORY)) < 0)
		fail(task);
	unlink(stamps);
	return fd;
}

/* Waits until file holds word. */
static void
until(int task, const char *file, const char *word)
{
	long long end = now_ns() + BOUND_S * 1000000000LL;

	while (now_ns() < end) {
		static char buf[65536];
		int fd = openat(task, file, O_RDONLY);
		ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof buf - 1);

		if (fd >= 0)
			close(fd);
		if (n >= 0) {
			buf[n] = 0;
			if (strstr(buf, word))
				return;
		}
		nap();
	}
	fail(word);
}

static void
launches_and_ends(int rounds)
{
	static double start[MAX], end[MAX];
	char task[4096];

	for (int i = 0; i < rounds; i++) {
		int fd = make_task(task, i);
		long long t0 = now_ns(), t1;
		pid_t agent;

		tool(NULL, 0, "rca-launch", (const char *const[]){ task, NULL });
		start[i] = (double)(stamp("start", 0, &agent) - t0) / 1e6;
		until(fd, "progress", "at work");
		kill(agent, SIGUSR1);
		if (lock_wait(fd, "lock", BOUND_S * 1000, NULL) != 1)
			fail("no end");
		t1 = now_ns();
		end[i] = (double)(t1 - stamp("end", 0, NULL)) / 1e6;
		if (faccessat(fd, "done", F_OK, 0))
			fail("the lock is free and there is no done");
		close(fd);
		tool(NULL, 0, "rca-reap", (const char *const[]){ "-r", task, NULL });
	}
	memcpy(value, start, sizeof start);
	report("core launch", "launch -> the agent has exec'd", rounds, "30 (tmux included)");
	memcpy(value, end, sizeof end);
	report("core end", "end -> done on disk, waiter awake", rounds, "10");
}

/*
 * Waits until the attempt that began after this moment has been heard: one that dies before is
 * tried again later, not at once.
 */
static void
heard(int task, time_t s, long ns)
{
	long long end = now_ns() + BOUND_S * 1000000000LL;
	struct stat st;

	do {
		until(task, "progress", "fresh=1");
		if (!fstatat(task, "progress", &st, 0) && (st.st_mtim.tv_sec > s ||
		    (st.st_mtim.tv_sec == s && st.st_mtim.tv_nsec > ns)))
			return;
		nap();
	} while (now_ns() < end);
	fail("the agent was not heard");
}

static void
one_kill(int fd, int round, int wrapper, double *seen, double *resumed)
{
	static struct timespec last;
	long long t0, t1;
	pid_t pid;

	stamp("start", round, &pid);
	heard(fd, last.tv_sec, last.tv_nsec);
	nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL);
	clock_gettime(CLOCK_REALTIME, &last);
	if (wrapper)
		pid = lock_holder(fd, "lock");
	if (pid <= 0)
		fail("nobody to kill");
	t0 = now_ns();
	kill(pid, SIGKILL);
	if (lock_wait(fd, "lock", BOUND_S * 1000, NULL) != 1)
		fail("the lock was not freed");
	t1 = now_ns();
	*seen = (double)(t1 - t0) / 1e6;
	*resumed = (double)(stamp("start", round + 1, NULL) - t1) / 1e6;
}

static void
kills(int rounds, int wrapper, const char *seen_name, const char *resumed_name)
{
	static double seen[MAX], resumed[MAX];
	char task[4096];
	int fd = make_task(task, 1000 + wrapper);

	tool(NULL, 0, "rca-launch", (const char *const[]){ task, NULL });
	tool(NULL, 0, "rca-monitor", (const char *const[]){ "-d", task, NULL });
	for (int i = 0; i < rounds; i++)
		one_kill(fd, i, wrapper, &seen[i], &resumed[i]);
	memcpy(value, seen, sizeof seen);
	report(wrapper ? "core seen wrapper" : "core seen agent", seen_name, rounds,
		wrapper ? "5 at p99" : "5 at p99 (its end is written down, too)");
	memcpy(value, resumed, sizeof resumed);
	report(wrapper ? "core resumed wrapper" : "core resumed agent", resumed_name, rounds, "50");
	tool(NULL, 0, "rca-reap", (const char *const[]){ "-k", "-r", task, NULL });
	close(fd);
}

static long long
field(pid_t pid, const char *file, const char *name)
{
	char path[64], line[256];
	long long v = -1;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, file);
	if (!(f = fopen(path, "r")))
		return -1;
	while (v < 0 && fgets(line, sizeof line, f))
		if (!strncmp(line, name, strlen(name)))
			v = strtoll(line + strlen(name), NULL, 10);
	fclose(f);
	return v;
}

/* Over a window in which nothing happens. */
static void
idle(int seconds)
{
	char task[4096];
	int fd = make_task(task, 2000);
	long long woken[2];
	pid_t p[2];

	tool(NULL, 0, "rca-launch", (const char *const[]){ task, NULL });
	tool(NULL, 0, "rca-monitor", (const char *const[]){ "-d", task, NULL });
	until(fd, "progress", "fresh=1");
	/* Past the monitor's first look, which has something to write down. */
	nanosleep(&(struct timespec){ .tv_sec = 35 }, NULL);
	p[0] = lock_holder(fd, "lock");
	p[1] = lock_holder(fd, "monitor.lock");
	for (int i = 0; i < 2; i++)
		woken[i] = field(p[i], "status", "voluntary_ctxt_switches:");
	nanosleep(&(struct timespec){ .tv_sec = seconds }, NULL);
	for (int i = 0; i < 2; i++) {
		double kb = (double)field(p[i], "smaps_rollup", "Pss:");
		double times = (double)field(p[i], "status", "voluntary_ctxt_switches:") -
			(double)woken[i];

		printf("%-44s PSS %.0f kB, woken %.0f times in %d s\n",
			i ? "rca-monitor, idle" : "rca-wrap, idle", kb, times, seconds);
		note(i ? "core pss monitor" : "core pss wrap", 1, "kB", kb, kb, kb);
		note(i ? "core woken monitor" : "core woken wrap", 1, "/65 s", times, times, times);
	}
	tool(NULL, 0, "rca-reap", (const char *const[]){ "-k", "-r", task, NULL });
	close(fd);
}

/* From fork to the end of a tool that has nothing to do. */
static void
tool_starts(int rounds)
{
	for (int i = 0; i < rounds; i++) {
		long long t0 = now_ns();

		tool(NULL, 0, "rca-probe", (const char *const[]){ "-V", NULL });
		value[i] = (double)(now_ns() - t0) / 1e6;
	}
	report("core tool", "a tool starts, says its version, ends", rounds, "1");
}

int
main(int argc, char **argv)
{
	int rounds = argc == 4 ? atoi(argv[3]) : 0;

	if (rounds < 1 || rounds > MAX - 1)
		fail("usage: latency bindir workdir rounds");
	bindir = argv[1];
	work = argv[2];
	snprintf(stamps, sizeof stamps, "%s/stamps", work);
	setenv("BENCH_STAMP", stamps, 1);
	printf("%-44s %4s %9s %9s %9s      %s\n", "", "n", "p50", "p99", "max", "budget");
	tool_starts(rounds);
	launches_and_ends(rounds < SHORT_ROUNDS ? rounds : SHORT_ROUNDS);
	kills(rounds, 0, "agent SIGKILLed -> its monitor awake",
		"... -> the resumed agent has exec'd");
	kills(rounds, 1, "wrapper SIGKILLed -> its monitor awake",
		"... -> the resumed agent has exec'd");
	idle(65);
	return 0;
}
