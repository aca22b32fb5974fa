/* lock_test - who lives: holders, waiters, and a kill -9 */
#include "proc/lock.h"
#include "proc/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "proc/identity.h"

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

static char dir[] = "/tmp/lock_test.XXXXXX";
static int fd;
static volatile sig_atomic_t stopped;

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "lock_test.c:%d: %s (%s)\n", line, what, strerror(errno));
	exit(1);
}

/* A child that holds the lock until it is killed; returns once it does. */
static pid_t
holder(void)
{
	int p[2];
	char c;
	pid_t pid;

	CHECK(!pipe(p));
	if (!(pid = fork())) {
		if (lock_life(fd, "lock") < 0 || write(p[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(p[1]);
	CHECK(read(p[0], &c, 1) == 1);
	close(p[0]);
	return pid;
}

static void
nobody_holds_what_is_not_there(void)
{
	CHECK(lock_holder(fd, "lock") == 0);
	CHECK(lock_wait(fd, "lock", 1000, NULL) == 1);
}

static void
a_holder_is_named_and_its_death_frees(void)
{
	pid_t pid = holder();

	CHECK(lock_holder(fd, "lock") == pid);
	CHECK(lock_take(fd, "lock") == -1 && errno == EBUSY);
	CHECK(lock_wait(fd, "lock", 50, NULL) == 0);
	kill(pid, SIGKILL);
	CHECK(lock_wait(fd, "lock", 10000, NULL) == 1);
	CHECK(lock_holder(fd, "lock") == 0);
	waitpid(pid, NULL, 0);
}

static void
a_waiter_does_not_keep_a_writer_out(void)
{
	pid_t first = holder(), second, waiters[4];

	for (int i = 0; i < 4; i++)
		if (!(waiters[i] = fork()))
			_exit(lock_wait(fd, "lock", 10000, NULL) != 1);
	kill(first, SIGKILL);
	waitpid(first, NULL, 0);
	second = holder(); /* fails its CHECK if it meets EBUSY */
	CHECK(lock_holder(fd, "lock") == second);
	kill(second, SIGKILL);
	for (int i = 0; i < 4; i++) {
		int ws;

		CHECK(waitpid(waiters[i], &ws, 0) > 0 && ws == 0);
	}
	waitpid(second, NULL, 0);
}

/* A child holds the lock; the file says what another host, or an older rca (""), would write. */
static void
who_is_not_proven_to_be_ours_is_elsewhere_and_not_signalled(void)
{
	pid_t pid = holder();
	char host[128] = "", boot[PROCESS_BOOT], line[512], where[LOCK_WHERE];
	struct identity was;

	CHECK(gethostname(host, sizeof host - 1) == 0 && identity_load(fd, "lock", &was) == 1);
	CHECK(was.pid == pid && identity_lives(&was));
	process_boot(boot);
	for (int i = 0; i < 8; i++) {
		int lock = openat(fd, "lock", O_WRONLY);

		switch (i) {
		case 0: *line = '\0'; break;
		case 1:
			snprintf(line, sizeof line, "other %s %ld %lld\n", boot, (long)pid,
				was.began);
			break;
		case 2:
			snprintf(line, sizeof line,
				"%s 00000000-0000-0000-0000-000000000000 %ld %lld\n", host,
				(long)pid, was.began);
			break;
		case 3:
			snprintf(line, sizeof line, "%s %s %ld %lld\n", host, boot, (long)pid + 1,
				was.began);
			break;
		case 4:
			snprintf(line, sizeof line, "%s %s %ld %lld\n", host, boot, (long)pid,
				was.began - 3);
			break;
		case 5:
			snprintf(line, sizeof line, "%s %s %ld %lld", host, boot, (long)pid,
				was.began);
			break;
		case 6: snprintf(line, sizeof line, "-\n"); break;
		default: snprintf(line, sizeof line, "%s %s %ld 1x\n", host, boot, (long)pid);
		}
		CHECK(lock >= 0 && !ftruncate(lock, 0) &&
			write(lock, line, strlen(line)) == (ssize_t)strlen(line) && !close(lock));
		CHECK(lock_held(fd, "lock") == 1 && lock_holder(fd, "lock") == LOCK_ELSEWHERE);
		CHECK(lock_signal(fd, "lock", 0, SIGKILL) == LOCK_ELSEWHERE);
		CHECK(!strcmp(lock_elsewhere(fd, "lock", where),
			i == 1 ? "other" : i == 2 ? host : "?"));
		CHECK(strstr(lock_words(fd, "lock", where),
			i == 1 ? "on host other" : i == 2 ? "on host" : "cannot be proven"));
		CHECK(waitpid(pid, NULL, WNOHANG) == 0 && lock_held(fd, "lock") == 1);
	}
	int lock = openat(fd, "lock", O_RDWR);
	CHECK(!identity_write(lock, &was) && !close(lock) && lock_holder(fd, "lock") == pid);
	CHECK(lock_signal(fd, "lock", pid + 1, SIGKILL) == 0 &&
		lock_signal(fd, "lock", pid, SIGKILL) == pid);
	CHECK(lock_wait(fd, "lock", 10000, NULL) == 1 && lock_signal(fd, "lock", 0, SIGKILL) == 0);
	waitpid(pid, NULL, 0);
}

/* A holder that has not signed yet is waited for, and no longer than a moment. */
static void
a_holder_may_be_about_to_say_who_it_is(void)
{
	int p[2], late;
	char c;
	pid_t pid;

	for (late = 0; late < 2; late++) {
		CHECK(!pipe(p));
		if (!(pid = fork())) {
			int lock = lock_take(fd, "lock");
			struct identity self;

			identity_self(&self);
			if (lock < 0 || ftruncate(lock, 0) || write(p[1], "x", 1) != 1)
				_exit(1);
			poll(NULL, 0, 50);
			if (!late)
				identity_write(lock, &self);
			for (;;)
				pause();
		}
		close(p[1]);
		CHECK(read(p[0], &c, 1) == 1);
		close(p[0]);
		CHECK(lock_signal(fd, "lock", 0, SIGKILL) == (late ? LOCK_ELSEWHERE : pid));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

static void
on_term(int sig)
{
	stopped = sig;
	alarm(1);
}

static void
a_signal_ends_the_wait(void)
{
	pid_t pid = holder(), killer;
	long long began = clock_ms();

	signal(SIGTERM, on_term);
	if (!(killer = fork())) {
		kill(getppid(), SIGTERM);
		_exit(0);
	}
	CHECK(lock_wait(fd, "lock", 60000, &stopped) == -1 && errno == EINTR);
	CHECK(stopped == SIGTERM && clock_ms() - began < 30000);
	CHECK(lock_wait(fd, "lock", 60000, &stopped) == -1); /* already set: not even begun */
	alarm(0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	waitpid(killer, NULL, 0);
}

/* A child that takes a lock, and is stopped before it lets go. */
static pid_t
stopped_holder(void)
{
	struct flock fl = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int wstatus, lock;
	pid_t pid = fork();

	if (!pid) {
		lock = openat(fd, "mutex", O_RDWR | O_CREAT, 0600);
		if (fcntl(lock, F_SETLK, &fl))
			_exit(1);
		kill(getpid(), SIGSTOP);
		_exit(0);
	}
	CHECK(waitpid(pid, &wstatus, WUNTRACED) == pid && WIFSTOPPED(wstatus));
	return pid;
}

static void
a_mutex_whose_holder_is_stopped_is_not_waited_for_for_ever(void)
{
	pid_t pid = stopped_holder();
	long long before = clock_ms();
	char number[32];
	int lock;

	CHECK(lock_mutex_for(fd, "mutex", 200) < 0 && errno == ETIMEDOUT);
	CHECK(clock_ms() >= before + 200);
	snprintf(number, sizeof number, "process %ld,", (long)pid);
	/* A number is told where it is known to be one of this host. */
	CHECK(strstr(err_text(ETIMEDOUT), process_locks_here(fd) ? number
		: "by a process that is stopped or hangs") != NULL);
	kill(pid, SIGCONT);
	CHECK((lock = lock_mutex_for(fd, "mutex", 60000)) >= 0);
	CHECK(waitpid(pid, NULL, 0) == pid);
	close(lock);
}

int
main(void)
{
	char path[64];

	CHECK(mkdtemp(dir) && (fd = open(dir, O_RDONLY | O_DIRECTORY)) >= 0);
	nobody_holds_what_is_not_there();
	a_holder_is_named_and_its_death_frees();
	a_waiter_does_not_keep_a_writer_out();
	a_signal_ends_the_wait();
	who_is_not_proven_to_be_ours_is_elsewhere_and_not_signalled();
	a_holder_may_be_about_to_say_who_it_is();
	a_mutex_whose_holder_is_stopped_is_not_waited_for_for_ever();
	snprintf(path, sizeof path, "%s/lock", dir);
	unlink(path);
	unlinkat(fd, "mutex", 0);
	rmdir(dir);
	puts("lock: ok");
	return 0;
}
