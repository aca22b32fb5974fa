/* ps - the lines of one ps(1), as they come; no shell in between */
#ifndef PROC_PS_H
#define PROC_PS_H

#include <sys/types.h>

struct ps {
	int fd;
	pid_t pid;
	char *buf;
	size_t used, eaten, room;
	int cut; /* inside a line that was too long */
};

/* Starts a ps; command: its words, one blank between two ("ps -A -o pid="). 0, -1 with errno. */
int ps_open(struct ps *in, const char *command);
/* The next line, without its newline (one of more than 4 MiB: its beginning), to be used before the next call. 1; 0 at the end; -1 with errno. */
int ps_line(struct ps *in, char **line);
/* Ends it, and says how it went: r, the last that ps_line or its user returned, or -1 with errno if ps itself failed. */
int ps_close(struct ps *in, int r);

#endif
