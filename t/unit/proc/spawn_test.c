/* spawn_test - what a started program finds, and what the starter is told */
#include "proc/spawn.h"
#include "proc/which.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

static char dir[PATH_MAX]; /* of this test, removed at its end */
static char self[PATH_MAX];

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "spawn_test.c:%d: %s (errno %s)\n", line, what, strerror(errno));
	exit(1);
}

/* The child that is started: prints what it finds. */
static int
inside(void)
{
	sigset_t set;
	int ignored = 0, blocked = 0, open_fds = 0;

	sigprocmask(SIG_SETMASK, NULL, &set);
	for (int sig = 1; sig < 128; sig++) {
		struct sigaction sa;

		if (sigaction(sig, NULL, &sa) == 0 && sa.sa_handler == SIG_IGN)
			ignored++;
		blocked += sigismember(&set, sig) == 1;
	}
	for (int fd = 3; fd < 5000; fd++)
		open_fds += fcntl(fd, F_GETFD) >= 0;
	printf("ignored=%d blocked=%d open=%d leader=%d group=%d cwd=%s\n", ignored, blocked,
		open_fds, getsid(0) == getpid(), getpgrp() == getpid(),
		getcwd((char[PATH_MAX]){ 0 }, PATH_MAX));
	return 0;
}

/* Runs s with its stdout read into buf; the wait status. */
static int
run(struct spawn s, char *buf, size_t size)
{
	int p[2], ws;
	size_t used = 0;
	ssize_t n;
	pid_t pid;

	CHECK(pipe(p) == 0);
	s.fd[1] = p[1];
	pid = spawn_start(&s, NULL);
	CHECK(pid > 0);
	close(p[1]);
	while ((n = read(p[0], buf + used, size - 1 - used)) > 0)
		used += (size_t)n;
	buf[used] = '\0';
	close(p[0]);
	CHECK(spawn_wait(pid, &ws) == 0);
	return ws;
}

static void
write_file(const char *name, const char *text, mode_t mode)
{
	char path[PATH_MAX + 64];
	int fd;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) &&
		fchmod(fd, mode) == 0);
	close(fd);
}

static void
test_clean(void)
{
	char in[] = "inside", out[PATH_MAX * 2], want[PATH_MAX + 128];
	char *argv[] = { self, in, NULL };
	struct spawn s = { .argv = argv, .dir = dir, .fd = { -1, -1, 2 } };
	struct rlimit lim;
	sigset_t all, was;
	int fds[40], high;

	CHECK(getrlimit(RLIMIT_NOFILE, &lim) == 0);
	if (lim.rlim_cur < 4200 && lim.rlim_max >= 4200) {
		lim.rlim_cur = 4200;
		CHECK(setrlimit(RLIMIT_NOFILE, &lim) == 0);
	}
	for (int i = 0; i < 40; i++)
		fds[i] = dup(2);
	high = fcntl(2, F_DUPFD, 4100);
	CHECK(fds[39] >= 0 && high >= 4100);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	signal(64, SIG_IGN); /* the last, where there are so many */
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &was);
	for (enum spawn_group g = SPAWN_SAME; g <= SPAWN_SESSION; g++) {
		s.group = g;
		CHECK(run(s, out, sizeof out) == 0);
		snprintf(want, sizeof want,
			"ignored=0 blocked=0 open=0 leader=%d group=%d cwd=%s\n",
			g == SPAWN_SESSION, g != SPAWN_SAME, dir);
		if (strcmp(out, want) != 0)
			fprintf(stderr, "got  %swant %s", out, want);
		CHECK(strcmp(out, want) == 0);
	}
	sigprocmask(SIG_SETMASK, &was, NULL);
	signal(SIGPIPE, SIG_DFL);
	for (int i = 0; i < 40; i++)
		close(fds[i]);
	close(high);
}

/* Descriptors handed over in each other's places, and with our own 0 closed. */
static void
test_descriptors(void)
{
	char sh[] = "/bin/sh", c[] = "-c", script[] = "cat; echo err >&2", buf[64];
	char *argv[] = { sh, c, script, NULL };
	int in[2], out[2], keep0 = dup(0), keep1 = dup(1), keep2 = dup(2), ws;
	ssize_t n, used = 0;
	pid_t pid;

	CHECK(pipe(in) == 0 && pipe(out) == 0);
	CHECK(write(in[1], "text\n", 5) == 5);
	close(in[1]);
	/* the child's 0 is our 1, its 1 and 2 our 0 */
	CHECK(dup2(in[0], 1) == 1 && dup2(out[1], 0) == 0);
	close(in[0]);
	close(out[1]);
	struct spawn s = { .argv = argv, .fd = { 1, 0, 0 } };
	pid = spawn_start(&s, NULL);
	close(0);
	close(1);
	close(2);
	char t[] = "true";
	char *quiet[] = { t, NULL };
	struct spawn none = { .argv = quiet, .fd = { -1, -1, -1 } };
	pid_t other = spawn_start(&none, NULL); /* 0-2 are all free: its pipe gets them */
	int other_ok = other > 0 && spawn_wait(other, &ws) == 0 && ws == 0;
	CHECK(dup2(keep0, 0) == 0 && dup2(keep1, 1) == 1 && dup2(keep2, 2) == 2);
	close(keep0);
	close(keep1);
	close(keep2);
	CHECK(pid > 0 && other_ok);
	while (used < (ssize_t)sizeof buf &&
		(n = read(out[0], buf + used, sizeof buf - (size_t)used)) > 0)
		used += n;
	close(out[0]);
	CHECK(used == 9 && memcmp(buf, "text\nerr\n", 9) == 0);
	CHECK(spawn_wait(pid, &ws) == 0 && ws == 0);
}

static void
expect(struct spawn s, const char *step, int err)
{
	const char *got = "none";
	pid_t pid = spawn_start(&s, &got);

	if (pid != -1 || errno != err || strcmp(got, step) != 0)
		fprintf(stderr, "got pid %ld step %s, want %s %s\n", (long)pid, got, step,
			strerror(err));
	CHECK(pid == -1 && errno == err && strcmp(got, step) == 0);
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD); /* nothing is left */
}

static void
test_failures(void)
{
	char path[PATH_MAX + 64], gone[] = "no-such-program-here", empty[] = "", t[] = "true";
	char pathvar[PATH_MAX + 64];
	char *argv[] = { gone, NULL };
	char *env[] = { pathvar, NULL };
	struct spawn s = { .argv = argv, .fd = { -1, -1, -1 } };

	expect(s, "exec", ENOENT);
	argv[0] = empty;
	expect(s, "exec", ENOENT);
	argv[0] = t;
	s.dir = "/no/such/directory";
	expect(s, "chdir", ENOENT);
	s.dir = "/dev/null";
	expect(s, "chdir", ENOTDIR);
	s.dir = NULL;
	s.group = SPAWN_TTY;
	expect(s, "terminal", ENOTTY);
	s.group = SPAWN_SAME;
	s.fd[1] = 4000;
	expect(s, "descriptors", EBADF);
	s.fd[1] = -1;
	write_file("text", "no interpreter line\n", 0755);
	write_file("plain", "#!/bin/sh\n", 0644);
	write_file("lost", "#!/no/such/interpreter\n", 0755);
	argv[0] = path;
	snprintf(path, sizeof path, "%s/text", dir);
	expect(s, "exec", ENOEXEC);
	snprintf(path, sizeof path, "%s/plain", dir);
	expect(s, "exec", EACCES);
	snprintf(path, sizeof path, "%s/lost", dir);
	expect(s, "exec", ENOENT);
	snprintf(path, sizeof path, "%s", dir);
	expect(s, "exec", EACCES);
	/* found in PATH, but not executable */
	char plain[] = "plain";
	argv[0] = plain;
	s.env = env;
	snprintf(pathvar, sizeof pathvar, "PATH=/no/such:%s", dir);
	expect(s, "exec", EACCES);
}

/* PATH is that of the new environment; a file that cannot be executed does not hide a later one. */
static void
test_path(void)
{
	char sub[PATH_MAX + 64], out[256], tool[] = "tool", pathvar[2 * PATH_MAX + 256];
	char found[PATH_MAX], x[] = "X=1";
	char *argv[] = { tool, NULL }, *env[] = { x, pathvar, NULL };
	struct spawn s = { .argv = argv, .env = env, .fd = { -1, -1, -1 } };

	snprintf(sub, sizeof sub, "%s/sub", dir);
	CHECK(mkdir(sub, 0700) == 0);
	write_file("tool", "#!/bin/sh\necho wrong\n", 0644);
	write_file("sub/tool", "#!/bin/sh\necho right $X $#\n", 0755);
	snprintf(pathvar, sizeof pathvar, "PATH=/no/such:%s:%s:/bin", dir, sub);
	CHECK(run(s, out, sizeof out) == 0 && strcmp(out, "right 1 0\n") == 0);
	CHECK(which_find("tool", pathvar + 5, found, sizeof found) == 0 &&
		strncmp(found, sub, strlen(sub)) == 0);
	CHECK(which_find("tool", dir, found, sizeof found) == -1 && errno == EACCES);
	/* A directory. */
	CHECK(which_find("sub", dir, found, sizeof found) == -1 && errno == EACCES);
	CHECK(which_find("tool", "/no/such", found, sizeof found) == -1 && errno == ENOENT);
	CHECK(which_find("", "/bin", found, sizeof found) == -1 && errno == ENOENT);
	CHECK(which_find("sh", NULL, found, sizeof found) == 0);
	CHECK(which_find("/bin/sh", "", found, 3) == -1 && errno == ENAMETOOLONG);
	/* an empty element is the directory it is started in */
	snprintf(pathvar, sizeof pathvar, "PATH=:/bin");
	s.dir = sub;
	CHECK(run(s, out, sizeof out) == 0 && strcmp(out, "right 1 0\n") == 0);
}

static void
on_alarm(int sig)
{
	(void)sig;
}

static void
test_wait(void)
{
	char sh[] = "sh", c[] = "-c", nap[] = "exec sleep 0.3", kill9[] = "kill -9 $$";
	char code[] = "exit 7";
	char *argv[] = { sh, c, nap, NULL };
	struct spawn s = { .argv = argv, .fd = { -1, -1, -1 } };
	struct sigaction sa = { .sa_handler = on_alarm };
	pid_t pid;
	int ws;

	CHECK(sigaction(SIGALRM, &sa, NULL) == 0); /* no SA_RESTART */
	pid = spawn_start(&s, NULL);
	CHECK(pid > 0);
	pid_t me = getpid(), ticker = fork();
	if (ticker == 0) {
		for (int i = 0; i < 5; i++) {
			nanosleep(&(struct timespec){ .tv_nsec = 30000000 }, NULL);
			kill(me, SIGALRM);
		}
		_exit(0);
	}
	CHECK(spawn_wait(pid, &ws) == 0 && ws == 0 && spawn_code(ws) == 0);
	CHECK(spawn_wait(ticker, NULL) == 0);
	argv[2] = kill9;
	pid = spawn_start(&s, NULL);
	CHECK(pid > 0 && spawn_wait(pid, &ws) == 0 && spawn_code(ws) == 137);
	argv[2] = code;
	pid = spawn_start(&s, NULL);
	CHECK(pid > 0 && spawn_wait(pid, &ws) == 0 && spawn_code(ws) == 7);
	CHECK(spawn_wait(pid, &ws) == -1 && errno == ECHILD);
}

/* A copy of this program in a made-up installation, asked where it finds its own files. */
static void
test_own(void)
{
	char sh[] = "sh", c[] = "-c", script[4 * PATH_MAX], out[4 * PATH_MAX], want[4 * PATH_MAX];
	char *argv[] = { sh, c, script, NULL };
	struct spawn s = { .argv = argv, .fd = { -1, -1, 2 } };

	snprintf(script, sizeof script,
		"cd %s && mkdir -p tree/bin tree/lib/plugins/engines used/bin "
		"used/lib/rca/plugins/engines used/lib/plugins/engines && "
		"touch tree/lib/plugins/engines/tmux used/lib/rca/plugins/engines/tmux "
		"used/lib/plugins/engines/tmux tree/bin/other && "
		"cp %s tree/bin/me && cp %s used/bin/me && ln -s ../tree/bin/me used/link && "
		"tree/bin/me own lib/plugins/engines/tmux; "
		"used/bin/me own lib/plugins/engines/tmux; cd used && ./link own bin/other; "
		"PATH=../tree/bin:$PATH me own lib/plugins/engines/none; ./link own etc/x",
		dir, self, self);
	CHECK(run(s, out, sizeof out) == 0);
	snprintf(want, sizeof want,
		"%s/tree/lib/plugins/engines/tmux\n%s/used/lib/rca/plugins/engines/tmux\n"
		"%s/tree/bin/other\nENOENT\nEINVAL\n",
		dir, dir, dir);
	if (strcmp(out, want) != 0)
		fprintf(stderr, "got\n%swant\n%s", out, want);
	CHECK(strcmp(out, want) == 0);
}

/*
 * The parent dies while the child waits for its lock, between fork and exec: the child never runs.
 * With its parent alive it does, and has let go of the lock.
 */
static void
test_hold(void)
{
	char path[PATH_MAX + 16], c, *argv[] = { (char *)"echo", (char *)"x", NULL };
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct spawn s = { .argv = argv, .fd = { -1, -1, 2 }, .hold = path };
	int lock, p[2], ws;
	pid_t parent;

	snprintf(path, sizeof path, "%s/lock", dir);
	lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	CHECK(lock >= 0 && fcntl(lock, F_SETLK, &fl) == 0 && pipe(p) == 0);
	if ((parent = fork()) == 0) {
		s.fd[1] = p[1];
		spawn_start(&s, NULL);
		_exit(1);
	}
	close(p[1]);
	/* Once it has a child of its own, that is on its way. */
	CHECK(parent > 0);
	nanosleep(&(struct timespec){ .tv_nsec = 200000000 }, NULL);
	CHECK(kill(parent, SIGKILL) == 0 && spawn_wait(parent, &ws) == 0 &&
		spawn_code(ws) == 128 + SIGKILL);
	fl.l_type = F_UNLCK;
	CHECK(fcntl(lock, F_SETLK, &fl) == 0);
	CHECK(read(p[0], &c, 1) == 0);
	close(p[0]);
	CHECK(pipe(p) == 0);
	s.fd[1] = p[1];
	CHECK((parent = spawn_start(&s, NULL)) > 0);
	close(p[1]);
	fl.l_type = F_WRLCK;
	CHECK(fcntl(lock, F_SETLK, &fl) == 0);
	CHECK(read(p[0], &c, 1) == 1 && c == 'x' && spawn_wait(parent, &ws) == 0 && ws == 0);
	close(p[0]);
	close(lock);
	snprintf(path, sizeof path, "%s/nowhere/lock", dir);
	CHECK(spawn_start(&s, (const char **)&argv[1]) == -1 && errno == ENOENT &&
		!strcmp(argv[1], "lock"));
}

/* The program itself has the lock, not its parent, and only while it lives. */
static void
test_keep(void)
{
	char path[PATH_MAX + 16], *argv[] = { (char *)"cat", NULL };
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct spawn s = { .argv = argv, .fd = { -1, -1, 2 }, .keep = path };
	int lock, p[2], ws;
	pid_t pid;

	snprintf(path, sizeof path, "%s/alive", dir);
	CHECK(pipe(p) == 0 && fcntl(p[1], F_SETFD, FD_CLOEXEC) == 0);
	s.fd[0] = p[0];
	CHECK((pid = spawn_start(&s, NULL)) > 0);
	lock = open(path, O_RDWR | O_CLOEXEC);
	CHECK(lock >= 0 && fcntl(lock, F_GETLK, &fl) == 0);
	CHECK(fl.l_type == F_RDLCK && fl.l_pid == pid);
	close(p[0]);
	close(p[1]);
	CHECK(spawn_wait(pid, &ws) == 0 && ws == 0);
	fl = (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
	CHECK(fcntl(lock, F_SETLK, &fl) == 0);
	close(lock);
}

static int
own(const char *argv0, const char *rel)
{
	char buf[PATH_MAX];

	which_set_self(argv0);
	if (which_own(rel, buf, sizeof buf) == 0)
		puts(buf);
	else
		puts(errno == ENOENT ? "ENOENT" : errno == EINVAL ? "EINVAL" : "other");
	return 0;
}

int
main(int argc, char **argv)
{
	const char *tmp = getenv("TMPDIR");
	char made[PATH_MAX], cleanup[PATH_MAX + 16];

	if (argc == 2 && strcmp(argv[1], "inside") == 0)
		return inside();
	if (argc == 3 && strcmp(argv[1], "own") == 0)
		return own(argv[0], argv[2]);
	snprintf(made, sizeof made, "%s/spawn_test.XXXXXX", tmp ? tmp : "/tmp");
	CHECK(mkdtemp(made) && realpath(made, dir) && realpath(argv[0], self));
	test_clean();
	test_descriptors();
	test_failures();
	test_path();
	test_wait();
	test_hold();
	test_keep();
	test_own();
	snprintf(cleanup, sizeof cleanup, "rm -rf '%s'", dir);
	CHECK(system(cleanup) == 0);
	puts("spawn: ok");
	return 0;
}
