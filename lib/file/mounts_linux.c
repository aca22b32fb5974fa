/* mounts_linux - /proc/self/mountinfo, which also lists bind mounts within one file system */
#include "file/mounts.h"
#ifdef SYSTEM_LINUX

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* Blanks and backslashes stand there as \040. */
static void
decode(char *s)
{
	char *to = s;

	for (; *s; s++)
		if (*s == '\\' && strspn(s + 1, "01234567") >= 3) {
			*to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
			s += 3;
		} else {
			*to++ = *s;
		}
	*to = 0;
}

/* The fifth word of a line: "36 35 98:0 /root /mount/point options ...". */
static char *
mount_point(char *line)
{
	for (int i = 0; i < 4 && line; i++)
		if ((line = strchr(line, ' ')))
			line++;
	if (!line || !strchr(line, ' '))
		return NULL;
	*strchr(line, ' ') = 0;
	decode(line);
	return line;
}

int
mounts_below(const char *path, char *where, size_t size)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	size_t n = strlen(path), room = 0;
	char *line = NULL, *at;
	int r = 0;

	if (!f)
		return errno == ENOENT || errno == EACCES ? 0 : -1;
	while (!r && getline(&line, &room, f) > 0)
		if ((at = mount_point(line)) && !strncmp(at, path, n) && at[n] == '/') {
			snprintf(where, size, "%s", at);
			r = 1;
		}
	free(line);
	fclose(f);
	return r;
}

/* "158 27 0:57 / /mnt rw,relatime shared:5 - fuse.sshfs me@host:/dir rw,user_id=0" */
int
mounts_line_kind(char *line, const char *device, char kind[MOUNTS_KIND])
{
	char own[32], type[64], opts[MOUNTS_KIND - 64], *rest = strstr(line, " - ");

	if (!rest || sscanf(line, "%*s %*s %31s", own) != 1 || strcmp(own, device)
		|| sscanf(rest, " - %63s %*s %959s", type, opts) != 2)
		return 0;
	snprintf(kind, MOUNTS_KIND, "%s %s", type, opts);
	return 1;
}

int
mounts_kind(int fd, char kind[MOUNTS_KIND])
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char device[32], *line = NULL;
	size_t room = 0;
	struct stat st;
	int found = 0;

	if (!f || fstat(fd, &st))
		st.st_dev = 0;
	snprintf(device, sizeof device, "%u:%u", major(st.st_dev), minor(st.st_dev));
	while (f && !found && getline(&line, &room, f) > 0)
		found = mounts_line_kind(line, device, kind);
	free(line);
	if (f)
		fclose(f);
	return found;
}

#endif
