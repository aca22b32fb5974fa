/* retry_test - how often, after what wait and for how long a task is carried on */
#include "monitor/retry.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/effective.h"

#define IS(got, want) is(__LINE__, #got, got, want)

static struct task t;
static struct manifest m;
static const struct config none;

static void
is(int line, const char *what, long long got, long long want)
{
	if (got == want)
		return;
	fprintf(stderr, "retry_test.c:%d: %s: %lld, not %lld\n", line, what, got, want);
	exit(1);
}

static void
put(const char *name, const char *text)
{
	int fd = openat(t.fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || close(fd))
		exit(1);
}

/* The manifest from here on; base 10, at most 60. */
static void
with(const char *lines)
{
	char text[1024], why[WHY];

	snprintf(text, sizeof text, "version=1\ntask_name=x\nagent=claude\nproject_dir=/tmp\n"
		"status=crashed\nbase=10\nmax_interval=60\nmax_retries=4\n%s", lines);
	if (manifest_parse(&m, text, strlen(text), why)) {
		fprintf(stderr, "%s\n", why);
		exit(1);
	}
}

static struct retry
next(const char *lines)
{
	with(lines);
	return retry_next(&t, &m, &none);
}

#define AN_HOUR "attempt_at=2026-01-31T12:00:00Z\nfinished_at=2026-01-31T13:00:00Z\n"
#define A_SECOND "attempt_at=2026-01-31T12:00:00Z\nfinished_at=2026-01-31T12:00:01Z\n"

static void
test_agent(void)
{
	static const long long waits[] = { 0, 10, 20, 40, 60, 60 };
	char lines[64];

	for (int i = 0; i < 6; i++) {
		snprintf(lines, sizeof lines, "retry_count=%d\nbackoff=%d\n", i, i);
		IS(next(lines).wait_s, waits[i]);
		IS(next(lines).over, i >= 4);
		IS(next(lines).retries, i);
	}
	/*
	 * Work resets the backoff, not the count; not if it failed at once, but if it was killed at
	 * once.
	 */
	put("progress", "fresh=1\n");
	IS(next("retry_count=3\nbackoff=3\n" AN_HOUR "reason=x\n").wait_s, 0);
	IS(next("retry_count=3\nbackoff=3\n" AN_HOUR "reason=x\n").retries, 3);
	IS(next("retry_count=3\nbackoff=3\n" A_SECOND "reason=x\n").wait_s, 40);
	IS(next("retry_count=3\nbackoff=3\n" A_SECOND "reason=signal:9\n").wait_s, 0);
	IS(next("retry_count=3\nbackoff=3\n" A_SECOND "reason=wrapper_gone\n").wait_s, 0);
	IS(next("retry_count=4\nbackoff=4\n" AN_HOUR).over, 1);
	/* What the wrapper measured counts more than two time stamps. */
	IS(next("retry_count=3\nbackoff=3\n" A_SECOND "reason=x\nran_ms=10000\n").wait_s, 0);
	IS(next("retry_count=3\nbackoff=3\n" AN_HOUR "reason=x\nran_ms=9999\n").wait_s, 40);
	/* An attempt counts once: a launch that fails after it waits like any other. */
	IS(next("retry_count=3\nbackoff=3\nattempt=2\n" AN_HOUR "reason=x\n").well, 1);
	IS(next("retry_count=4\nbackoff=1\nattempt=2\nsteady=2\n" AN_HOUR "reason=x\n").wait_s, 10);
	IS(next("retry_count=4\nbackoff=2\nattempt=2\nsteady=2\n" AN_HOUR
		"reason=signal:9\n").wait_s, 20);
	IS(next("retry_count=4\nbackoff=2\nattempt=2\nsteady=2\n" AN_HOUR "reason=x\n").well, 0);
	put("progress", "fresh=0\n");
	IS(next("retry_count=3\nbackoff=3\n" AN_HOUR).wait_s, 40);
	IS(retry_resumes(&t, &m, &none), 1);
	IS(effective_service(&t, &m, &none), 0);
}

static void
test_service(void)
{
	put("command", "sleep");
	with("");
	IS(retry_resumes(&t, &m, &none), 0);
	with("restart=always\n");
	IS(effective_service(&t, &m, &none), 1);
	IS(retry_resumes(&t, &m, &none), 1);
	put("progress", "fresh=1\n");
	/* Its duration resets all, once an attempt; its output resets nothing. */
	IS(next("restart=always\nretry_count=4\nbackoff=4\nattempt=7\n" AN_HOUR).over, 0);
	IS(next("restart=always\nretry_count=4\nbackoff=4\nattempt=7\n" AN_HOUR).wait_s, 0);
	IS(next("restart=always\nretry_count=4\nbackoff=4\nattempt=7\nsteady=7\n" AN_HOUR).over, 1);
	IS(next("restart=always\nretry_count=3\nbackoff=3\nattempt=7\n" A_SECOND).wait_s, 40);
	/* It has no deadline unless somebody has set one. */
	with("restart=always\n");
	IS(retry_lasts(&t, &m, &none), 0);
	with("restart=always\ndeadline=1\n");
	IS(retry_lasts(&t, &m, &none), 1);
}

static void
test_deadline(void)
{
	with("");
	IS(retry_lasts(&t, &m, &none), 18000);
	with("waited=50\ndeadline=7\n");
	IS(retry_lasts(&t, &m, &none), 57);
	with("interactive=yes\n");
	IS(retry_lasts(&t, &m, &none), 0);
	with("interactive=yes\ndeadline=9\n");
	IS(retry_lasts(&t, &m, &none), 9);
}

int
main(void)
{
	char dir[] = "/tmp/retry.XXXXXX";

	/* The manifests above decide, not the environment of this test. */
	unsetenv("MONITOR_BASE_INTERVAL");
	unsetenv("MONITOR_MAX_INTERVAL");
	unsetenv("MONITOR_MAX_RETRIES");
	unsetenv("MONITOR_DEADLINE");
	if (!mkdtemp(dir) || (t.fd = open(dir, O_RDONLY | O_DIRECTORY)) < 0)
		return 1;
	test_deadline();
	test_agent();
	test_service();
	unlinkat(t.fd, "progress", 0);
	unlinkat(t.fd, "command", 0);
	rmdir(dir);
	puts("retry: ok");
	return 0;
}
