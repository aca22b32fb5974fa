/*
 * agent [word] - for the benchmarks: stamps its start, prints what an agent prints, ends by SIGUSR1
 *
 * A stamp is a word, monotonic nanoseconds and the pid. Called with a word it only stamps that.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t told;

static void
on_told(int sig)
{
	told = sig;
}

static void
stamp(const char *word)
{
	struct timespec t;
	char line[64];
	int fd = open(getenv("BENCH_STAMP"), O_WRONLY | O_APPEND | O_CREAT, 0600), n;

	clock_gettime(CLOCK_MONOTONIC, &t);
	n = snprintf(line, sizeof line, "%s %lld %ld\n", word,
		(long long)t.tv_sec * 1000000000 + t.tv_nsec, (long)getpid());
	if (fd < 0 || write(fd, line, (size_t)n) != n)
		exit(1);
	close(fd);
}

int
main(int argc, char **argv)
{
	sigset_t wait, was;
	struct sigaction act = { .sa_handler = on_told };

	stamp(argc > 1 ? argv[1] : "start");
	if (argc > 1)
		return 0;
	sigemptyset(&wait);
	sigaddset(&wait, SIGUSR1);
	sigprocmask(SIG_BLOCK, &wait, &was);
	sigaction(SIGUSR1, &act, NULL);
	puts("{\"type\":\"session\",\"id\":\"bench-1\"}\n{\"type\":\"text\",\"text\":\"at work\"}");
	fflush(stdout);
	while (!told)
		sigsuspend(&was);
	puts("{\"type\":\"end\",\"text\":\"done\"}");
	fflush(stdout);
	stamp("end");
	return 0;
}
