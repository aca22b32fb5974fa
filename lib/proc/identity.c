/* identity - who a process is beyond its pid */
#include "proc/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file/file.h"
#include "file/regular.h"

static void
get_host(char host[IDENTITY_HOST])
{
	memset(host, 0, IDENTITY_HOST);
	gethostname(host, IDENTITY_HOST - 1);
	for (char *p = host; *p; p++)
		if (*p <= ' ' || *p == 0x7f)
			*p = '_';
	if (!*host)
		snprintf(host, IDENTITY_HOST, "-");
}

void
identity_self(struct identity *id)
{
	memset(id, 0, sizeof *id);
	get_host(id->host);
	process_boot(id->boot);
	id->pid = getpid();
	id->began = process_began(id->pid);
}

static int
write_line(int fd, const char *line)
{
	size_t n = strlen(line);
	ssize_t w;

	while ((w = pwrite(fd, line, n, 0)) < 0 && errno == EINTR)
		;
	if (w == (ssize_t)n && !ftruncate(fd, (off_t)n))
		return 0;
	/* A part of a line must not be left to be misread. */
	if (w >= 0)
		errno = ENOSPC;
	int saved = errno;
	if (ftruncate(fd, 0))
		return -1;
	errno = saved;
	return -1;
}

int
identity_write(int fd, const struct identity *id)
{
	char line[IDENTITY_LINE], began[32] = "-";

	if (!id)
		return write_line(fd, "-\n");
	if (id->began >= 0)
		snprintf(began, sizeof began, "%lld", id->began);
	snprintf(line, sizeof line, "%s %s %ld %s\n", id->host, id->boot, (long)id->pid, began);
	return write_line(fd, line);
}

static int
parse(const char *line, struct identity *id)
{
	char began[32], rest;
	long pid;

	if (sscanf(line, "%255s %63s %ld %31s %c", id->host, id->boot, &pid, began, &rest) != 4
	    || pid <= 0)
		return 0;
	id->pid = (pid_t)pid;
	id->began = -1;
	return !strcmp(began, "-")
		|| (sscanf(began, "%lld%c", &id->began, &rest) == 1 && id->began >= 0);
}

int
identity_read(int fd, struct identity *id)
{
	char line[IDENTITY_LINE + 1], *end;
	ssize_t n;

	memset(id, 0, sizeof *id);
	while ((n = pread(fd, line, sizeof line - 1, 0)) < 0 && errno == EINTR)
		;
	if (n < 0)
		return -1;
	line[n] = '\0';
	if ((end = strchr(line, '\n'))) {
		*end = '\0';
		if (parse(line, id))
			return 1;
		if (!strcmp(line, "-")) {
			memset(id, 0, sizeof *id);
			return IDENTITY_NOBODY;
		}
	}
	memset(id, 0, sizeof *id);
	return 0;
}

int
identity_load(int dir, const char *name, struct identity *id)
{
	int fd = regular_open(dir, name, O_RDONLY), r;

	memset(id, 0, sizeof *id);
	if (fd < 0)
		return -1;
	r = identity_read(fd, id);
	file_close(fd);
	return r;
}

/* A machine gets another domain as networks come and go. */
static int
same_host(const char *a, const char *b)
{
	size_t n = strcspn(a, "."), m = strcspn(b, ".");

	return n == m && n > 0 && !strncmp(a, b, n);
}

int
identity_here(const struct identity *id)
{
	char host[IDENTITY_HOST], boot[PROCESS_BOOT];

	get_host(host);
	return same_host(id->host, host)
		&& (!strcmp(id->boot, "-") || !strcmp(id->boot, process_boot(boot)));
}

int
identity_lives(const struct identity *id)
{
	return id->pid > 0 && id->began >= 0 && identity_here(id)
		&& process_same(process_began(id->pid), id->began);
}

int
identity_equal(const struct identity *a, const struct identity *b)
{
	return a->pid == b->pid && a->began == b->began
		&& !strcmp(a->boot, b->boot) && !strcmp(a->host, b->host);
}
