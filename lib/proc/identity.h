/*
 * identity - who a process is beyond its pid, in one line of a file: "HOST BOOT_ID PID STARTTIME"
 *
 * The holder of a lock writes it into the lock's file, the process that becomes an agent into
 * start.lock: by it others prove whom they are about to signal.
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

void identity_self(struct identity *id);

/* Replaces the content of fd's file, whose lock the caller holds; id NULL: "-", nobody. 0, -1. */
int identity_write(int fd, const struct identity *id);

enum { IDENTITY_NOBODY = 2 };

/* 1 read; IDENTITY_NOBODY "-"; 0 not understood; -1 with errno. *id is zeros unless 1. */
int identity_read(int fd, struct identity *id);

/* identity_read of dir/name; -1 with ENOENT if there is no such file. */
int identity_load(int dir, const char *name, struct identity *id);

/* Whether it is of this boot of this host, as far as both can be known. */
int identity_here(const struct identity *id);

/* 1 that process lives here; 0 it does not, or it cannot be known. */
int identity_lives(const struct identity *id);

int identity_equal(const struct identity *a, const struct identity *b);

#endif
