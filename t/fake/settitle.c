/*
 * settitle [-d] FILE - writes a title over its arguments and environment, as redis and nginx do
 *
 * Then it writes its pid into FILE, a line, and stays until it is killed. SIGHUP does not end it.
 *
 * -d: goes into the background first, into a session of its own, and ends with 0 before that.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static void
background(void)
{
	if (fork())
		_exit(0);
	setsid();
	if (fork())
		_exit(0);
}

/* Arguments and environment lie in one piece. */
static void
title(char **argv)
{
	char *end = argv[0] + strlen(argv[0]) + 1;

	for (int i = 1; argv[i]; i++)
		if (argv[i] == end)
			end = argv[i] + strlen(argv[i]) + 1;
	for (int i = 0; environ[i]; i++)
		if (environ[i] == end)
			end = environ[i] + strlen(environ[i]) + 1;
	memset(argv[0], 0, (size_t)(end - argv[0]));
	memcpy(argv[0], "settitle: at work", 18);
}

int
main(int argc, char **argv)
{
	int behind = argc == 3 && !strcmp(argv[1], "-d"), fd;
	char line[32];

	if (argc != 2 && !behind)
		return 100;
	signal(SIGHUP, SIG_IGN);
	if (behind)
		background();
	fd = open(argv[argc - 1], O_WRONLY | O_CREAT | O_APPEND, 0600);
	snprintf(line, sizeof line, "%ld\n", (long)getpid());
	title(argv);
	if (fd < 0 || write(fd, line, strlen(line)) < 0)
		return 111;
	for (;;)
		pause();
}
