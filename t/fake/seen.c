/*
 * seen DIR N [ARG...] - notes what a fake agent sees at its Nth start, in one process, not five
 *
 * DIR/argv.N gets the arguments, each ended by NUL; DIR/env.N the environment, a line each; and
 * DIR/prompt.N the standard input, unless that is a terminal. It takes the locks on descriptors 8
 * (the agent's) and 9 (its tree's) for the program that opened them. The exit code is 0, plus 1 if
 * another holds the first lock, plus 2 if another holds the second; 111: a file cannot be written.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

extern char **environ;

static FILE *
begin(const char *dir, const char *name, const char *n)
{
	char path[4096];
	FILE *f;

	if ((size_t)snprintf(path, sizeof path, "%s/%s.%s", dir, name, n) >= sizeof path)
		exit(111);
	f = fopen(path, "w");
	if (!f)
		exit(111);
	return f;
}

static void
words(FILE *f, char **word, int end)
{
	for (; *word; word++) {
		fputs(*word, f);
		putc(end, f);
	}
	if (fclose(f))
		exit(111);
}

static void
prompt(FILE *f)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(0, buf, sizeof buf)) > 0 || (n == -1 && errno == EINTR)) {
		if (n > 0)
			fwrite(buf, 1, (size_t)n, f);
	}
	if (fclose(f))
		exit(111);
}

int
main(int argc, char **argv)
{
	int code = 0;

	if (argc < 3)
		return 100;
	if (flock(8, LOCK_EX | LOCK_NB))
		code += 1;
	if (flock(9, LOCK_EX | LOCK_NB))
		code += 2;
	words(begin(argv[1], "argv", argv[2]), argv + 3, '\0');
	words(begin(argv[1], "env", argv[2]), environ, '\n');
	if (!isatty(0))
		prompt(begin(argv[1], "prompt", argv[2]));
	return code;
}
