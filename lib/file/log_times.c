/* log_times - when the parts of a log were written */
#include "file/log_times.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "file/file.h"
#include "file/regular.h"

enum { NAME = 64, LINE = 80, SIZE_MAX_BYTES = 16 << 20 }; /* a week of a line a second */

static void
name_of(const char *log, char buf[NAME])
{
	snprintf(buf, NAME, "%s.times", log);
}

void
log_times_note(int dir, const char *name, off_t at, long long now)
{
	char times[NAME], line[LINE];
	struct stat log, st;
	int n;

	name_of(name, times);
	if (fstatat(dir, name, &log, AT_SYMLINK_NOFOLLOW))
		memset(&log, 0, sizeof log);
	if (!fstatat(dir, times, &st, AT_SYMLINK_NOFOLLOW) && st.st_size > SIZE_MAX_BYTES)
		unlinkat(dir, times, 0);
	n = snprintf(line, sizeof line, "%llu %lld %lld\n", (unsigned long long)log.st_ino,
		(long long)(at < 0 ? log.st_size : at), now);
	file_append(dir, times, line, (size_t)n);
}

int
log_times_append(int dir, const char *name, const void *buf, size_t n)
{
	log_times_note(dir, name, -1, clock_now());
	return file_append(dir, name, buf, n);
}

/* The next entry; 0 if there is none yet. */
static int
read_next(struct log_times *t)
{
	char line[LINE];
	long from = ftell(t->f);

	if (!fgets(line, sizeof line, t->f) || !strchr(line, '\n')) {
		clearerr(t->f);
		fseek(t->f, from, SEEK_SET);
		return 0;
	}
	if (sscanf(line, "%llu %lld %lld", &t->next.ino, &t->next.at, &t->next.time) != 3)
		memset(&t->next, 0, sizeof t->next);
	return 1;
}

/* Where the entries of another run begin: of a new file, which may bear an old one's number. */
static int
begins(const struct log_times *t)
{
	return t->next.ino != t->now.ino || t->next.at < t->now.at;
}

static void
begin(struct log_times *t, unsigned long long ino)
{
	char times[NAME];
	int fd;

	name_of(t->name, times);
	if (!t->f && (fd = regular_open(t->dir, times, O_RDONLY)) >= 0 && !(t->f = fdopen(fd, "r")))
		close(fd);
	if (!t->f)
		return;
	if (t->ino == ino)
		return;
	rewind(t->f);
	memset(&t->now, 0, sizeof t->now);
	t->ino = ino;
}

void
log_times_of(struct log_times *t, int fd)
{
	struct stat st;
	long from = -1, at;

	if (fstat(fd, &st) || (t->found && t->ino == (unsigned long long)st.st_ino))
		return;
	begin(t, (unsigned long long)st.st_ino);
	t->found = t->have = 0;
	if (!t->f)
		return;
	/* The last run of that number counts. */
	for (at = ftell(t->f); read_next(t); at = ftell(t->f)) {
		if (t->next.ino == t->ino && begins(t))
			from = at;
		t->now = t->next;
	}
	if (from < 0 || fseek(t->f, from, SEEK_SET))
		return;
	t->found = 1;
	t->now = (struct log_times_entry){ .ino = t->ino };
}

long long
log_times_at(struct log_times *t, off_t at)
{
	while (t->found) {
		if (!t->have && !read_next(t))
			break;
		t->have = 1;
		if (begins(t) || t->next.at > at)
			break;
		t->now = t->next;
		t->have = 0;
	}
	return t->found ? t->now.time : 0;
}
