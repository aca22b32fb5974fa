/* watch_test - changes are reported of the right directory, by the system or by polling */
#include "file/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "file/file.h"
#include "proc/lock.h"

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

enum { SOON_MS = 5000 };

static char path[2][32] = { "/tmp/watch_test.XXXXXX", "/tmp/watch_test.XXXXXX" };
static int dir[2], slow; /* slow: the directories are polled */

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "watch_test.c:%d: %s (%s)\n", line, what, strerror(errno));
	exit(1);
}

static struct watch *
both(int writes)
{
	struct watch *w = watch_new();

	CHECK(w);
	for (int i = 0; i < 2; i++) {
		CHECK(watch_add(w, dir[i], path[i], writes) == i);
		CHECK(watch_changed(w, i));
	}
	return w;
}

/* Waits for a change of directory i; unless they are polled, the other is not reported. */
static void
told(struct watch *w, int i)
{
	long long end = clock_ms() + SOON_MS;

	do {
		CHECK(watch_wait(w, SOON_MS) == 1);
		CHECK(clock_ms() < end);
		CHECK(slow || !watch_changed(w, !i));
	} while (!watch_changed(w, i));
	while (watch_wait(w, 0) == 1)
		;
	watch_changed(w, 0);
	watch_changed(w, 1);
}

static void
files_that_come_change_and_go(void)
{
	struct watch *w = both(0);
	int fd;

	CHECK(!file_mark(dir[0], "done"));
	told(w, 0);
	CHECK(!file_replace(dir[1], "manifest", "x\n", 2, 0600, FILE_LOOSE));
	told(w, 1);
	CHECK(!unlinkat(dir[0], "done", 0));
	told(w, 0);
	watch_free(w);
	w = both(1);
	CHECK((fd = openat(dir[1], "log", O_WRONLY | O_CREAT | O_APPEND, 0600)) >= 0);
	told(w, 1);
	CHECK(write(fd, "x", 1) == 1);
	told(w, 1);
	watch_free(w);
	close(fd);
}

static void
the_death_of_a_lock_holder(void)
{
	struct watch *w;
	char c;
	int p[2];
	pid_t pid;

	CHECK(!pipe(p));
	if (!(pid = fork())) {
		if (lock_take(dir[0], "lock") < 0 || write(p[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	CHECK(read(p[0], &c, 1) == 1);
	w = both(0);
	CHECK(watch_wait(w, 50) == 0);
	kill(pid, SIGKILL);
	told(w, 0);
	CHECK(!lock_holder(dir[0], "lock"));
	waitpid(pid, NULL, 0);
	watch_free(w);
}

static void
nothing_happens_and_the_time_is_up(void)
{
	struct watch *w = both(0);
	long long began = clock_ms();

	CHECK(watch_wait(w, 100) == 0);
	CHECK(clock_ms() - began >= 99);
	slow = watch_wait(w, 1000);
	watch_free(w);
}

static long long
look(struct watch *w)
{
	long long began = clock_ms();

	CHECK(watch_wait(w, -1) == 1);
	CHECK(watch_changed(w, 0) && watch_changed(w, 1));
	CHECK(!watch_changed(w, 0) && !watch_changed(w, 1));
	return clock_ms() - began;
}

/* Without a descriptor for inotify the answers are the same, but later; polls grow rarer. */
static void
without_notice_it_looks(void)
{
	struct rlimit was, none;
	struct watch *w;

	CHECK(!getrlimit(RLIMIT_NOFILE, &was));
	none = was;
	none.rlim_cur = 3;
	CHECK(!setrlimit(RLIMIT_NOFILE, &none));
	CHECK((w = watch_new()));
	CHECK(!setrlimit(RLIMIT_NOFILE, &was));
	CHECK(watch_add(w, dir[0], path[0], 0) == 0 && watch_add(w, dir[1], path[1], 0) == 1);
	CHECK(watch_wait(w, 1) == 0);
	CHECK(look(w) >= 199);
	CHECK(look(w) >= 249);
	CHECK(look(w) >= 311);
	watch_stir(w);
	CHECK(watch_wait(w, 200 + 1) == 1);
	watch_free(w);
}

int
main(void)
{
	static const char *const left[] = { "lock", "log", "manifest", "done" };

	for (int i = 0; i < 2; i++)
		CHECK(mkdtemp(path[i]) && (dir[i] = open(path[i], O_RDONLY | O_DIRECTORY)) >= 0);
	nothing_happens_and_the_time_is_up();
	files_that_come_change_and_go();
	the_death_of_a_lock_holder();
	without_notice_it_looks();
	for (int i = 0; i < 2; i++) {
		for (size_t k = 0; k < sizeof left / sizeof *left; k++)
			unlinkat(dir[i], left[k], 0);
		rmdir(path[i]);
	}
	puts("watch: ok");
	return 0;
}
