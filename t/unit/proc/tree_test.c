/* tree_test - who belongs to a task, and that all of it ends */
#include "proc/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "proc/identity.h"
#include "proc/process.h"
#include "proc/spawn.h"

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

enum { PATIENCE_MS = 10000, PAD = 1024 };

static char dir[PATH_MAX];           /* of this test: also where its children write */
static char mark[PATH_MAX + 64];     /* the task's directory, so to speak */
static char mark_var[PATH_MAX + 96]; /* RCA_TASK=mark */
static const char *at = "";

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "tree_test.c:%d: %s: %s (errno %s)\n", line, at, what, strerror(errno));
	tree_end(getpid(), NULL, NULL, 0, 0);
	tree_end(0, mark, NULL, 0, 0);
	exit(1);
}

static void
nap(long ms)
{
	nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}

/* Runs a script with one variable more than PATH (var NULL: none) and DIR; group as for spawn. */
static pid_t
shell(const char *script, const char *var, enum spawn_group group)
{
	char sh[] = "/bin/sh", c[] = "-c", path[] = "PATH=/usr/local/bin:/usr/bin:/bin", text[2048];
	char where[PATH_MAX + 8], more[PATH_MAX + 128] = "X=";
	char *argv[] = { sh, c, text, NULL }, *env[] = { path, where, more, NULL };
	struct spawn s = { .argv = argv, .env = env, .fd = { -1, -1, -1 }, .group = group };
	pid_t pid;

	snprintf(text, sizeof text, "%s", script);
	snprintf(where, sizeof where, "DIR=%s", dir);
	if (var)
		snprintf(more, sizeof more, "%s", var);
	pid = spawn_start(&s, NULL);
	CHECK(pid > 0);
	return pid;
}

static int
exists(const char *name)
{
	char path[PATH_MAX + 64];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return access(path, F_OK) == 0;
}

/* Waits for a line in a file of dir and removes the file. Returns the line's number. */
static pid_t
await(const char *name)
{
	char path[PATH_MAX + 64], buf[32] = "";
	long long end = clock_ms() + PATIENCE_MS;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	while (!strchr(buf, '\n')) {
		int fd = open(path, O_RDONLY);

		CHECK(clock_ms() < end);
		if (fd < 0 || read(fd, buf, sizeof buf - 1) <= 0)
			nap(2);
		if (fd >= 0)
			close(fd);
	}
	CHECK(unlink(path) == 0);
	return (pid_t)atol(buf);
}

static int
count(pid_t root, const char *m)
{
	struct tree_usage u;

	return tree_usage(root, m, &u) ? -1 : u.count;
}

static int
spares(void *ctx, const struct tree_process *p)
{
	return ctx && p->pid == *(pid_t *)ctx;
}

static void
reports(void *ctx, const struct tree_process *p)
{
	(void)ctx;
	(void)p;
}

static void
await_count(pid_t root, const char *m, int want)
{
	long long end = clock_ms() + PATIENCE_MS;
	int n;

	while ((n = count(root, m)) != want) {
		if (clock_ms() > end)
			fprintf(stderr, "count is %d, not %d\n", n, want);
		CHECK(n >= 0 && clock_ms() < end);
		nap(2);
	}
}

/* 1 if it is there, and not a zombie. */
static int
lives(pid_t pid)
{
	char command[64];
	FILE *ps;
	int state;

	snprintf(command, sizeof command, "ps -o state= -p %ld", (long)pid);
	CHECK((ps = popen(command, "r")));
	state = fgetc(ps);
	pclose(ps);
	return state != EOF && state != 'Z';
}

static void
gone(pid_t pid)
{
	long long end = clock_ms() + PATIENCE_MS;

	while (lives(pid)) {
		CHECK(clock_ms() < end);
		waitpid(pid, NULL, WNOHANG);
		nap(2);
	}
}

static void
test_descent(void)
{
	pid_t a = shell("sleep 60 & sh -c 'sleep 60 & sleep 60 & wait' & wait", NULL,
		SPAWN_SESSION);
	pid_t b, below;

	at = "descent";
	await_count(getpid(), NULL, 5);
	await_count(a, NULL, 4); /* the root is not counted */
	CHECK(count(getpid(), mark) == 5);
	CHECK(count(0, mark) == 0);
	b = shell("sleep 60 & echo $! >$DIR/b; exec sleep 60", NULL, SPAWN_SESSION);
	below = await("b");
	CHECK(tree_end(getpid(), NULL, &(struct tree_policy){ spares, reports, &b }, 0, 5000) == 0);
	CHECK(lives(b) && lives(below) && waitpid(a, NULL, WNOHANG) == -1);
	CHECK(tree_end(b, NULL, NULL, 0, 5000) == 0 && !lives(below) && lives(b));
	CHECK(tree_end(getpid(), NULL, NULL, b, 5000) == 0);
	CHECK(waitpid(b, NULL, WNOHANG) == b); /* kept for us */
}

static void
test_marks(void)
{
	char other[PATH_MAX + 96], longer[PATH_MAX + 128], shorter[PATH_MAX + 96],
		spaced[PATH_MAX + 128], fake[PATH_MAX + 128];
	const char orphan[] = "sleep 60 & echo $! >$DIR/orphan";

	at = "marks";
	snprintf(other, sizeof other, "RCA_TASK=%s/other", dir);
	snprintf(longer, sizeof longer, "%s-2", mark_var);
	snprintf(spaced, sizeof spaced, "%s more", mark_var);
	snprintf(shorter, sizeof shorter, "%.*s", (int)strlen(mark_var) - 1, mark_var);
	snprintf(fake, sizeof fake, "X%s", mark_var);
	const struct { const char *var; int ours; } cases[] = {
		{ mark_var, 1 }, { other, 0 }, { longer, 0 }, { shorter, 0 }, { spaced, 0 },
		{ fake, 0 }, { "RCA_TASK=", 0 }, { "RCA_TASK", 0 }, { NULL, 0 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		pid_t sh = shell(orphan, cases[i].var, SPAWN_SESSION), pid = await("orphan");

		at = cases[i].var ? cases[i].var : "no mark";
		CHECK(spawn_wait(sh, NULL) == 0);
		CHECK(count(0, mark) == cases[i].ours);
		CHECK(tree_end(0, mark, NULL, 0, 5000) == 0);
		CHECK(lives(pid) == !cases[i].ours);
		kill(pid, SIGKILL);
		gone(pid);
	}
}

/* Another mark, also an empty one, takes a process and its descendants out; ours takes them in. */
static void
test_foreign(void)
{
	char script[3 * PATH_MAX], other[PATH_MAX + 32];
	const char *const foreign[] = { "RCA_TASK=", other };

	at = "foreign";
	snprintf(other, sizeof other, "RCA_TASK=%s", dir);
	for (int i = 0; i < 2; i++) {
		pid_t sh, below, ours;

		snprintf(script, sizeof script,
			"%s sh -c 'sleep 60 & echo $! >$DIR/below; "
			"env %s sleep 60 & echo $! >$DIR/ours; wait; wait' & wait",
			foreign[i], mark_var);
		sh = shell(script, NULL, SPAWN_SESSION);
		below = await("below");
		ours = await("ours");
		await_count(getpid(), mark, 2); /* sh and ours */
		CHECK(count(getpid(), NULL) == 4);
		CHECK(tree_end(getpid(), mark, NULL, 0, 5000) == 0);
		CHECK(!lives(sh) && lives(below));
		gone(ours);
		kill(below, SIGKILL);
		await_count(0, dir, 0);
		await_count(getpid(), NULL, 0);
	}
}

/*
 * The mark in a large environment: first, and, where ps does not have to show it, in the middle,
 * cut at every buffer's end, and last.
 */
static void
test_large_environment(int whole)
{
	static char pad[PAD][1024];
	char sleep_word[] = "sleep", time_word[] = "60";
	char *argv[] = { sleep_word, time_word, NULL }, *env[PAD + 3];
	char path[] = "PATH=/usr/bin:/bin";

	at = "large environment";
	for (int shift = 0; shift < (whole ? 48 : 3); shift += 3) {
		int n = 0, place = !whole || shift == 45 ? 0 : shift ? 16 : PAD - 1;

		env[n++] = path;
		for (int i = 0; i < PAD; i++) {
			int len = snprintf(pad[i], 1024, "V%d=", i);

			memset(pad[i] + len, 'x', (size_t)(1000 - len));
			pad[i][i == 0 ? len + shift : 1000] = '\0';
			if (i == place)
				env[n++] = mark_var;
			env[n++] = pad[i];
		}
		env[n] = NULL;
		struct spawn s = { .argv = argv, .env = env, .fd = { -1, -1, -1 } };
		CHECK(n <= PAD + 2);
		CHECK(spawn_start(&s, NULL) > 0);
		CHECK(count(0, mark) == 1);
		CHECK(tree_end(0, mark, NULL, 0, 5000) == 0);
	}
}

/* Arguments that look like the mark are not the mark. */
static void
test_arguments(void)
{
	char script[3 * PATH_MAX];
	pid_t pid;

	at = "arguments";
	snprintf(script, sizeof script, "sh -c 'sleep 60; :' x %s %s & echo $! >$DIR/args",
		mark_var, mark_var);
	CHECK(spawn_wait(shell(script, NULL, SPAWN_SESSION), NULL) == 0);
	pid = await("args");
	nap(50); /* its own exec */
	CHECK(count(0, mark) == 0);
	tree_end(pid, NULL, NULL, 0, 0);
	kill(pid, SIGKILL);
	gone(pid);
}

static void
test_deaf(void)
{
	long long began;
	pid_t a, b, stopped;

	at = "deaf";
	a = shell("trap '' TERM; while :; do sleep 60; done", mark_var, SPAWN_SESSION);
	b = shell("trap 'echo bye >$DIR/bye; exit' TERM; while :; do sleep 0.01; done", mark_var,
		SPAWN_SESSION);
	stopped = shell("trap 'echo bye >$DIR/cont; exit' TERM; kill -STOP $$; "
		"while :; do sleep 0.01; done", mark_var, SPAWN_SESSION);
	await_count(0, mark, 5);
	nap(200); /* the traps */
	began = clock_ms();
	CHECK(tree_end(0, mark, NULL, 0, 1000) == 0);
	CHECK(clock_ms() - began >= 1000 && clock_ms() - began < 5000);
	CHECK(!lives(a) && !lives(b) && !lives(stopped));
	await("bye");
	await("cont");
	/* without grace: no word, no wait */
	a = shell("trap 'echo bye >$DIR/bye; exit' TERM; while :; do sleep 0.01; done", mark_var,
		SPAWN_SESSION);
	await_count(0, mark, 2);
	began = clock_ms();
	CHECK(tree_end(0, mark, NULL, 0, 0) == 0 && clock_ms() - began < 1000);
	CHECK(!lives(a) && !exists("bye"));
	/* with no process: at once */
	began = clock_ms();
	CHECK(tree_end(0, mark, NULL, 0, 5000) == 0 &&
		tree_end(getpid(), NULL, NULL, 0, 5000) == 0 && clock_ms() - began < 1000);
}

/* A process that keeps making children without the mark, whose parent ends at once. */
static void
test_forker(void)
{
	char script[3 * PATH_MAX], search[128];
	long odd = 100000 + (long)getpid();

	at = "forker";
	snprintf(search, sizeof search, "! ps -A -o args= | grep '^sleep %ld$'", odd);
	for (int i = 0; i < 5; i++) {
		snprintf(script, sizeof script,
			"trap '' TERM; "
			"while :; do env -i HERE=1 sh -c 'sleep %ld' & sleep 0.003; done", odd);
		shell(script, mark_var, SPAWN_SESSION);
		nap(100 + 7 * i);
		CHECK(tree_end(0, mark, NULL, 0, 100) == 0);
		CHECK(count(getpid(), mark) == 0);
		CHECK(system(search) == 0);
	}
}

static void
test_zombies(void)
{
	const struct tree_policy all = { spares, reports, NULL };
	pid_t a = shell("exit 3", mark_var, SPAWN_SAME);
	int ws;

	at = "zombies";
	await_count(getpid(), mark, 0);
	CHECK(tree_end(getpid(), mark, NULL, a, 1000) == 0);
	CHECK(spawn_wait(a, &ws) == 0 && spawn_code(ws) == 3);
	a = shell("exit 5", mark_var, SPAWN_SAME);
	await_count(getpid(), mark, 0);
	CHECK(tree_end(getpid(), mark, NULL, 0, 1000) == 0);
	CHECK(waitpid(a, &ws, WNOHANG) == -1 && errno == ECHILD);
	/* The caller may not have seen yet that its agent has ended: the status is not lost. */
	a = shell("exit 6", mark_var, SPAWN_SAME);
	await_count(getpid(), mark, 0);
	CHECK(tree_terminate(getpid(), mark, &all) == 0);
	CHECK(spawn_wait(a, &ws) == 0 && spawn_code(ws) == 6);
	a = shell("exit 7", mark_var, SPAWN_SAME);
	await_count(getpid(), mark, 0);
	CHECK(tree_end(getpid(), mark, &all, a, 1000) == 0);
	CHECK(spawn_wait(a, &ws) == 0 && spawn_code(ws) == 7);
}

/* 1 if the system can do it. */
static int
test_adopt(void)
{
	pid_t pid;

	at = "adopt";
	if (process_adopt() < 0) {
		CHECK(errno == ENOSYS);
		return 0;
	}
	pid = shell("sh -c 'exec sleep 60' & echo $! >$DIR/adopted", NULL, SPAWN_SESSION);
	CHECK(spawn_wait(pid, NULL) == 0);
	pid = await("adopted");
	CHECK(count(getpid(), NULL) == 1);
	CHECK(tree_end(getpid(), NULL, NULL, 0, 5000) == 0 && !lives(pid));
	return 1;
}

static void
test_use(void)
{
	struct tree_usage u;
	pid_t agent;
	long long end = clock_ms() + PATIENCE_MS;

	at = "use";
	CHECK(tree_usage(getpid(), mark, &u) == 0 && u.count == 0 && u.cpu_ms == 0 &&
		u.apart == 0 && u.apart_age_s == 0);
	agent = shell("sleep 60 & echo $! >$DIR/tool; wait", mark_var, SPAWN_SESSION);
	await("tool");
	await_count(getpid(), mark, 2);
	CHECK(tree_usage(getpid(), mark, &u) == 0 && u.count == 2 && u.apart == 0);
	/* a tool's shell, in a session of its own, which works */
	pid_t tool = shell("i=0; while :; do i=$((i + 1)); done", mark_var, SPAWN_SESSION);
	while (tree_usage(getpid(), mark, &u) == 0 && u.cpu_ms < 1000) {
		if (u.count != 3 || u.apart != 1)
			fprintf(stderr, "count %d apart %d cpu %lld\n", u.count, u.apart, u.cpu_ms);
		CHECK(clock_ms() < end && u.count == 3 && u.apart == 1);
		nap(20);
	}
	CHECK(tree_usage(getpid(), mark, &u) == 0 && u.apart == 1 && u.apart_age_s >= 1 &&
		u.apart_age_s < 60);
	CHECK(tree_usage(0, mark, &u) == 0 && u.count == 3 && u.apart == 1);
	CHECK(tree_usage(agent, NULL, &u) == 0 && u.count == 1 && u.apart == 0);
	CHECK(tree_end(getpid(), mark, NULL, tool, 5000) == 0);
	CHECK(waitpid(tool, NULL, WNOHANG) == tool);
	CHECK(tree_usage(getpid(), mark, &u) == 0 && u.count == 0);
}

/* Writes what the process that becomes an agent writes (spawn.h, hold), with changes. */
static void
write_leader(pid_t pid, long long later, const char *boot)
{
	char path[PATH_MAX + 96];
	struct identity id;
	int fd;

	identity_self(&id);
	id.pid = pid;
	id.began = process_began(pid) + later;
	if (boot)
		snprintf(id.boot, sizeof id.boot, "%s", boot);
	snprintf(path, sizeof path, "%s/" TREE_LEADER, mark);
	CHECK((fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600)) >= 0 &&
		!identity_write(fd, &id) && !close(fd));
}

/* None of them carries the mark, as if they had written over it. */
static void
test_session(void)
{
	char path[PATH_MAX + 96];
	pid_t a = shell("sleep 61 & echo $! >$DIR/member; sleep 60 & wait", NULL, SPAWN_SESSION);
	pid_t member, other;

	at = "session";
	snprintf(path, sizeof path, "mkdir -p '%s'", mark);
	CHECK(system(path) == 0);
	member = await("member");
	await_count(a, NULL, 2);
	CHECK(count(0, mark) == 0);
	write_leader(a, 0, NULL);
	CHECK(count(0, mark) == 3);
	/* Another process has had, or will have, that number. */
	write_leader(a, 100, NULL);
	CHECK(count(0, mark) == 0);
	write_leader(a, -100, NULL);
	CHECK(count(0, mark) == 0);
	write_leader(a, 0, "00000000-0000-0000-0000-000000000000");
	CHECK(count(0, mark) == 0);
	/* The leader has ended: its session is still known by its number. */
	write_leader(a, 0, NULL);
	kill(a, SIGKILL);
	CHECK(waitpid(a, NULL, 0) == a);
	await_count(0, mark, 2);
	/* A process with the mark of another task belongs to that one. */
	CHECK(tree_end(0, mark, NULL, 0, 5000) == 0 && !lives(member));
	a = shell("RCA_TASK=/else sleep 60 & RCA_TASK= sleep 60 & echo >$DIR/ready; wait", NULL,
		SPAWN_SESSION);
	await("ready");
	await_count(a, NULL, 2);
	write_leader(a, 0, NULL);
	CHECK(count(0, mark) == 1);
	/* A stranger in a session of its own that began before what is written. */
	other = shell("exec sleep 60", NULL, SPAWN_SESSION);
	write_leader(other, 100, NULL);
	CHECK(tree_end(0, mark, NULL, 0, 100) == 0 && lives(other) && lives(a));
	kill(a, SIGKILL);
	kill(other, SIGKILL);
	snprintf(path, sizeof path, "%s/" TREE_LEADER, mark);
	CHECK(unlink(path) == 0 && tree_end(getpid(), NULL, NULL, 0, 0) == 0);
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");
	char made[PATH_MAX], cleanup[PATH_MAX + 16];

	snprintf(made, sizeof made, "%s/tree_test.XXXXXX", tmp ? tmp : "/tmp");
	CHECK(mkdtemp(made) && realpath(made, dir));
	snprintf(mark, sizeof mark, "%s/tasks/claude-fix", dir);
	snprintf(mark_var, sizeof mark_var, "RCA_TASK=%s", mark);
	test_descent();
	test_marks();
	test_foreign();
	test_arguments();
	test_deaf();
	test_forker();
	test_zombies();
	test_use();
	test_session();
	test_large_environment(test_adopt());
	snprintf(cleanup, sizeof cleanup, "rm -rf '%s'", dir);
	CHECK(system(cleanup) == 0);
	puts("tree: ok");
	return 0;
}
