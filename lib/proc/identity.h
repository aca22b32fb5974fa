/*
 * identity - who a process is beyond its number, in one line of a file: "HOST BOOT_ID PID
 * STARTTIME"
 *
 * The holder of a life lock writes it into the lock's file (lock.h), who becomes an agent into
 * start.lock (orphans.h): others prove by it whom they are about to signal.
 */
#ifndef PROC_IDENTITY_H
#define PROC_IDENTITY_H

#include <sys/types.h>

#include "proc/process.h"

enum { IDENTITY_HOST = 256, IDENTITY_LINE = IDENTITY_HOST + PROCESS_BOOT + 64 };

struct identity {
	char host[IDENTITY_HOST], boot[PROCESS_BOOT];
	pid_t pid;
	long long began; /* process.h; -1: not known, "-" in the file */
};

/* Ours. */
void identity_self(struct identity *id);

/*
 * Replaces the content of fd's file, whose lock the caller holds, by *id; NULL: by "-", nobody. 0,
 * -1 with errno.
 */
int identity_write(int fd, const struct identity *id);

enum { IDENTITY_NOBODY = 2 };

/*
 * What stands there: 1; IDENTITY_NOBODY "-"; 0 nothing that can be understood; -1 with errno. But
 * for 1, *id is all zeros.
 */
int identity_read(int fd, struct identity *id);

/* identity_read of dir/name; -1 with ENOENT if there is no such file. */
int identity_load(int dir, const char *name, struct identity *id);

/* Whether it is of this boot of this host, as far as both can be known. */
int identity_here(const struct identity *id);

/* Whether that very process lives here: 1; 0 it does not, or that cannot be known. */
int identity_lives(const struct identity *id);

int identity_equal(const struct identity *a, const struct identity *b);

#endif
