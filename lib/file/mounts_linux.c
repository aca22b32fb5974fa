/* mounts_linux - /proc/self/mountinfo, which also lists bind mounts within one file system */
#include "file/mounts.h"
#ifdef SYSTEM_LINUX

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

#endif
