/*
 * name - preloaded into a program under valgrind: gives it its own name back, and takes this out of
 * the environment of what it starts
 */
#define _DEFAULT_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

static void begin(int argc, char **argv) __attribute__((constructor));

static void
begin(int argc, char **argv)
{
	char *preload = getenv("LD_PRELOAD"), *ours = preload ? strstr(preload, PATH) : NULL;
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;

	if (argc > 0)
		prctl(PR_SET_NAME, slash ? slash + 1 : argv[0]);
	/* Valgrind takes its own part out before an exec; ours is the last. */
	if (ours && ours > preload)
		ours[-1] = '\0';
	else if (ours)
		unsetenv("LD_PRELOAD");
}
