/*
 * killat FILE N PROGRAM [ARG...] - runs a program and kills it just before its Nth system call
 *
 * FILE gets "killed" or, if it ended before, "ended COUNT"; on other systems than Linux always
 * "ended 0". What the program starts is not followed.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/ptrace.h>

static void
trace_me(void)
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		_exit(111);
}

static int
go_on(pid_t pid, int sig)
{
	return (int)ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)sig);
}

static int
watch(pid_t pid)
{
	return (int)ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)PTRACE_O_TRACESYSGOOD);
}
#else
static void
trace_me(void)
{
}

static int
go_on(pid_t pid, int sig)
{
	(void)pid, (void)sig;
	return 0;
}

static int
watch(pid_t pid)
{
	(void)pid;
	return 0;
}
#endif

enum { SYSCALL_STOP = SIGTRAP | 0x80 };

/* Until its end: its wait status. stops counts entries and exits. */
static int
follow(pid_t pid, long n, long *stops)
{
	int status, traced = 0, sig;

	for (;;) {
		while (waitpid(pid, &status, 0) < 0)
			if (errno != EINTR)
				exit(111);
		if (!WIFSTOPPED(status))
			return status;
		sig = WSTOPSIG(status);
		if (sig == SYSCALL_STOP && *stops % 2 == 0 && *stops / 2 + 1 == n)
			kill(pid, SIGKILL);
		*stops += sig == SYSCALL_STOP;
		if (!traced) { /* the stop of exec */
			traced = 1;
			watch(pid);
			sig = 0;
		}
		go_on(pid, sig == SYSCALL_STOP ? 0 : sig);
	}
}

int
main(int argc, char **argv)
{
	long stops = 0;
	int status;
	FILE *f;
	pid_t pid;

	if (argc < 4)
		return 100;
	pid = fork();
	if (pid == 0) {
		trace_me();
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	if (pid < 0)
		return 111;
	status = follow(pid, atol(argv[2]), &stops);
	f = fopen(argv[1], "w");
	if (!f)
		return 111;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		fprintf(f, "killed\n");
	else
		fprintf(f, "ended %ld\n", stops / 2);
	fclose(f);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
