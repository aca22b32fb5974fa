/*
 * spawn - starts a program clean, and tells exactly why it could not be started
 *
 * The child reports the step that failed and its errno through a close-on-exec pipe; end of file on
 * it means that exec has happened. All signals are blocked over the fork: a handler of ours that
 * ran in the child would write into the parent's self-pipe.
 */
#include "proc/spawn.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "file/regular.h"
#include "proc/identity.h"
#include "proc/inherit.h"
#include "proc/which.h"

extern char **environ;

enum { REPORT_FD = 3, FD_MAX_GUESS = 65536, HOLD_MS = 5, HOLD_TRIES = 2000, NAP_MS = 32 };
enum { SIGNALS = 128 }; /* no system has more */

enum step {
	STEP_PIPE, STEP_FORK, STEP_SESSION, STEP_FDS, STEP_HOLD, STEP_TTY, STEP_CHDIR, STEP_EXEC,
	STEP_LAST
};

static const char *const step_words[STEP_LAST] = {
	"pipe", "fork", "session", "descriptors", "lock", "terminal", "chdir", "exec"
};

struct report {
	enum step step;
	int err;
};

/* Closes what a directory of descriptors lists. How many; -1 if it may not list them all. */
static int
close_listed(const char *path, int from)
{
	DIR *d = opendir(path);
	struct dirent *e;
	int closed = 0, self = 0;

	if (!d)
		return -1;
	while ((e = readdir(d))) {
		char *end;
		long fd = strtol(e->d_name, &end, 10);

		if (end == e->d_name || *end || fd < 0 || fd > INT_MAX)
			continue;
		if (fd == dirfd(d))
			self = 1; /* without fdescfs, FreeBSD lists 0-2 only */
		else if (fd >= from && close((int)fd) == 0)
			closed++;
	}
	closedir(d);
	return self ? closed : -1;
}

static void
close_from(int from)
{
	const char *const dirs[] = { "/proc/self/fd", "/dev/fd" };

	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++) {
		int n;

		/* Again: entries may be skipped while others are removed. */
		while ((n = close_listed(dirs[i], from)) > 0)
			;
		if (n == 0)
			return;
	}
	long max = sysconf(_SC_OPEN_MAX);
	if (max < 0 || max > FD_MAX_GUESS)
		max = FD_MAX_GUESS;
	for (int fd = from; fd < max; fd++)
		close(fd);
}

static void
reset_signals(void)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	sigset_t none;

	sigemptyset(&dfl.sa_mask);
	for (int sig = 1; sig < SIGNALS; sig++)
		sigaction(sig, &dfl, NULL); /* KILL, STOP and the C library's own refuse */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Puts fd[] on 0-2 and the report pipe on REPORT_FD, after moving all out of each other's way. */
static int
place_fds(const int fd[3], int report)
{
	int from[3];

	report = fcntl(report, F_DUPFD, REPORT_FD + 1);
	for (int i = 0; i < 3; i++) {
		int src = fd[i] >= 0 ? fd[i] : open("/dev/null", O_RDWR);

		if (src < 0 || (from[i] = fcntl(src, F_DUPFD, REPORT_FD + 1)) < 0)
			return -1;
	}
	for (int i = 0; i < 3; i++)
		if (dup2(from[i], i) < 0)
			return -1;
	if (report < 0 || dup2(report, REPORT_FD) < 0 || fcntl(REPORT_FD, F_SETFD, FD_CLOEXEC) < 0)
		return -1;
	close_from(REPORT_FD + 1);
	return 0;
}

/*
 * Holds the lock until exec, which closes its descriptor. Our identity stays in the file: by it the
 * rest of our session is found after our parent's death. If it cannot be written (a full disk), the
 * session has to be found by the mark.
 */
static int
hold(const char *path, pid_t parent)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct identity self;
	int tries = 0, fd = regular_open(AT_FDCWD, path, O_RDWR | O_CREAT);

	if (fd < 0)
		return -1;
	/* A process that waits for our end holds it for an instant; no timer could wake us here. */
	while (fcntl(fd, F_SETLK, &fl)) {
		if ((errno != EACCES && errno != EAGAIN) || getppid() != parent
		    || ++tries > HOLD_TRIES)
			return -1;
		poll(NULL, 0, HOLD_MS);
	}
	if (getppid() == parent) {
		identity_self(&self);
		(void)!identity_write(fd, &self);
		return 0;
	}
	errno = ESRCH;
	return -1;
}

/* Opened for reading only: the program must not be able to write into a task's file. */
static void
keep(const char *path)
{
	struct flock fl = { .l_type = F_RDLCK, .l_whence = SEEK_SET };
	int fd = regular_open(AT_FDCWD, path, O_RDONLY | O_CREAT);

	if (fd >= 0 && (fcntl(fd, F_SETLK, &fl) || fcntl(fd, F_SETFD, 0)))
		close(fd);
}

static int
take_terminal(void)
{
#ifdef TIOCSCTTY
	return ioctl(0, TIOCSCTTY, 0);
#else
	char *name = ttyname(0);
	/* System V: the first terminal that a session leader opens becomes its own. */
	int fd = name ? open(name, O_RDWR) : -1;

	if (fd < 0)
		return -1;
	close(fd);
	return 0;
#endif
}

static const char *
env_path(char *const *env)
{
	for (; *env; env++)
		if (strncmp(*env, "PATH=", 5) == 0)
			return *env + 5;
	return NULL;
}

/* execvp with the PATH of env, which never runs a file by a shell. Returns only with errno. */
static void
exec_path(char *const *argv, char *const *env)
{
	char buf[PATH_MAX];

	if (strchr(argv[0], '/'))
		execve(argv[0], argv, env);
	else if (which_find(argv[0], env_path(env), buf, sizeof buf) == 0)
		execve(buf, argv, env);
}

int
spawn_exec(char *const *argv)
{
	umask(inherit_umask());
	reset_signals();
	exec_path(argv, environ);
	return -1;
}

/* In the child. Returns the step that failed, with errno. */
static enum step
execute(const struct spawn *s, pid_t parent, int report)
{
	char *const *env = s->env ? s->env : environ;

	if (s->group != SPAWN_SAME && setsid() < 0)
		return STEP_SESSION;
	if (place_fds(s->fd, report) < 0)
		return STEP_FDS;
	if (s->hold && hold(s->hold, parent) < 0)
		return STEP_HOLD;
	if (s->keep)
		keep(s->keep);
	if (s->group == SPAWN_TTY && take_terminal() < 0)
		return STEP_TTY;
	if (s->dir && chdir(s->dir) < 0)
		return STEP_CHDIR;
	umask(s->umask ? *s->umask : inherit_umask());
	reset_signals();
	exec_path(s->argv, env);
	return STEP_EXEC;
}

static _Noreturn void
child(const struct spawn *s, pid_t parent, int report)
{
	struct report r;

	r.step = execute(s, parent, report);
	r.err = errno;
	if (r.step <= STEP_FDS) /* REPORT_FD is not in place yet */
		(void)!write(report, &r, sizeof r);
	else
		(void)!write(REPORT_FD, &r, sizeof r);
	_exit(127);
}

static int
cloexec_pipe(int p[2])
{
	if (pipe(p) < 0)
		return -1;
	if (fcntl(p[0], F_SETFD, FD_CLOEXEC) < 0 || fcntl(p[1], F_SETFD, FD_CLOEXEC) < 0) {
		close(p[0]);
		close(p[1]);
		return -1;
	}
	return 0;
}

/* Reads the child's report: 0 it has exec'd, else *r says what failed. */
static int
read_report(int fd, struct report *r)
{
	ssize_t n;

	while ((n = read(fd, r, sizeof *r)) < 0 && errno == EINTR)
		;
	return n == (ssize_t)sizeof *r;
}

pid_t
spawn_start(const struct spawn *s, const char **step)
{
	struct report r = { STEP_PIPE, 0 };
	sigset_t all, was;
	int p[2];
	pid_t pid, self = getpid();

	if (cloexec_pipe(p) < 0) {
		if (step)
			*step = step_words[STEP_PIPE];
		return -1;
	}
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &was);
	pid = fork();
	if (pid == 0)
		child(s, self, p[1]);
	r.step = STEP_FORK;
	r.err = errno;
	sigprocmask(SIG_SETMASK, &was, NULL);
	close(p[1]);
	if (pid > 0) {
		if (!read_report(p[0], &r)) {
			close(p[0]);
			return pid;
		}
		spawn_wait(pid, NULL);
	}
	close(p[0]);
	if (step)
		*step = step_words[r.step];
	errno = r.err;
	return -1;
}

int
spawn_wait(pid_t pid, int *wstatus)
{
	int ignored;

	while (waitpid(pid, wstatus ? wstatus : &ignored, 0) < 0)
		if (errno != EINTR)
			return -1;
	return 0;
}

int
spawn_wait_for(pid_t pid, int *wstatus, long ms)
{
	long long end = clock_ms() + ms;
	int nap = 1;
	pid_t r;

	if (ms < 0)
		return spawn_wait(pid, wstatus);
	while ((r = waitpid(pid, wstatus, WNOHANG)) == 0 || (r < 0 && errno == EINTR)) {
		if (clock_ms() >= end)
			return 1;
		poll(NULL, 0, nap);
		nap = nap < NAP_MS ? 2 * nap : nap;
	}
	return r < 0 ? -1 : 0;
}

int
spawn_code(int wstatus)
{
	return WIFSIGNALED(wstatus) ? 128 + WTERMSIG(wstatus) : WEXITSTATUS(wstatus);
}
