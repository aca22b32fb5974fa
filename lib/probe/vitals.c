/* vitals - DIR/vitals: what the processes of a silent attempt do */
#include "probe/vitals.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "file/file.h"

enum { FILE_MAX = 256 };

int
vitals_write(const struct task *t)
{
	char buf[FILE_MAX];
	struct tree_usage use;
	int n;

	if (tree_usage(getpid(), t->path, &use))
		return -1;
	n = snprintf(buf, sizeof buf, "at=%lld\ncpu_ms=%lld\ntools=%d\ntools_age_s=%lld\n",
		clock_ms(), use.cpu_ms, use.apart, use.apart_age_s);
	return file_replace(t->fd, "vitals", buf, (size_t)n, 0600, FILE_LOOSE);
}

int
vitals_read(const struct task *t, struct tree_usage *use, long long *at_ms)
{
	char buf[FILE_MAX];

	*use = (struct tree_usage){ 0 };
	if (file_read(t->fd, "vitals", buf, sizeof buf) < 0)
		return -1;
	if (sscanf(buf, "at=%lld cpu_ms=%lld tools=%d tools_age_s=%lld", at_ms, &use->cpu_ms,
			&use->apart, &use->apart_age_s) == 4)
		return 0;
	errno = EINVAL;
	return -1;
}
