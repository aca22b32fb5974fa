/* probe_test - a change of a file is seen whatever time the file bears */
#include "probe/probe.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

static struct task t;

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "probe_test.c:%d: %s\n", line, what);
	exit(1);
}

static void
add(const char *name, const char *text, time_t at)
{
	struct timespec when[2] = { { .tv_sec = at }, { .tv_sec = at } };
	int fd = openat(t.fd, name, O_WRONLY | O_CREAT | O_APPEND, 0600);

	CHECK(fd >= 0 && dprintf(fd, "%s", text) >= 0 && !futimens(fd, when) && !close(fd));
}

int
main(void)
{
	char dir[] = "/tmp/probe.XXXXXX";
	const time_t now = time(NULL), day = 86400;
	struct probe_files f = { 0 };
	struct hang_evidence l;

	if (!mkdtemp(dir) || (t.fd = open(dir, O_RDONLY | O_DIRECTORY)) < 0)
		return 1;
	CHECK(!probe_written(&t, &f, 1));
	probe_times(&t, 1, &l);
	CHECK(l.last_write == 0);
	add("events.jsonl", "a", now);
	CHECK(probe_written(&t, &f, 1));
	CHECK(!probe_written(&t, &f, 1));
	/* grown, with the same time; then an older time, then a future one */
	add("events.jsonl", "b", now);
	CHECK(probe_written(&t, &f, 1));
	add("events.jsonl", "", now - day);
	CHECK(probe_written(&t, &f, 1));
	add("events.jsonl", "", now + day);
	CHECK(probe_written(&t, &f, 1));
	CHECK(!probe_written(&t, &f, 1));
	/* a time in the future counts as now */
	probe_times(&t, 1, &l);
	CHECK(l.last_write == l.now && l.now >= now);
	/* replaced by another of the same size and time */
	CHECK(!renameat(t.fd, "events.jsonl", t.fd, "old"));
	add("events.jsonl", "ab", now + day);
	CHECK(probe_written(&t, &f, 1));
	/* with and without output.log */
	add("output.log", "x", now);
	CHECK(!probe_written(&t, &f, 0));
	CHECK(probe_written(&t, &f, 1));
	unlinkat(t.fd, "events.jsonl", 0);
	unlinkat(t.fd, "output.log", 0);
	unlinkat(t.fd, "old", 0);
	rmdir(dir);
	puts("probe: ok");
	return 0;
}
