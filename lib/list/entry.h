/* entry - one task of many, read cheaply: a few system calls each, no walk over processes, no call of an engine */
#ifndef LIST_ENTRY_H
#define LIST_ENTRY_H

#include <limits.h>
#include <sys/types.h>
#include <time.h>

#include "agent/agent.h"
#include "base/err.h"
#include "probe/health.h"
#include "proc/lock.h"
#include "task/config.h"
#include "task/manifest.h"
#include "task/progress.h"
#include "task/status.h"

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

enum { ENTRY_NOTE = 96, ENTRY_EVENT = PROGRESS_TEXT + 2 * ENTRY_NOTE };

/* What is the same for all tasks, and the manifest that was read last. */
struct list {
	int dir;             /* RCA_HOME/tasks, -1: there is none (yet) */
	char home[PATH_MAX]; /* its path */
	uid_t owner;         /* us */
	struct config conf;
	struct manifest m;
	struct list_agent { char *name; struct agent *a; } *agents; /* each is loaded once */
	size_t nagents;
};

/* What is kept of a task: enough to choose and to sort. */
struct entry {
	enum status status;  /* ST_LAST: broken, or not to be trusted */
	int done;
	int adopted;
	long long created;   /* epoch seconds, 0: unknown */
	long long attempt;
	struct timespec changed; /* of the directory, when it was read; 0: read it again in any case */
	ino_t ino;
	unsigned mark;       /* the roster's */
	char note[ENTRY_NOTE]; /* why it has that status, or until when; "" if all is well. Clean, and cut */
	char where[];        /* its name below dir, or an absolute path */
};

/* What is looked at only if it is shown. */
struct details {
	enum health health;
	const char *rests_on;
	int held;
	char elsewhere[LOCK_WHERE]; /* its wrapper's host, if that is not this one: see lock.h; "" else */
	long long silent_s;    /* of a living one: since it last wrote */
	long long last_event;  /* epoch seconds, 0: none */
	struct progress p;
	const char *line;      /* its last line, or why it is broken; in text */
	char text[ENTRY_EVENT];  /* the same, with its reason before it unless all is well; clean */
};

/* 0; -1 with why: the home or the config is not to be read, or a setting is wrong. */
int entry_open(struct list *l, char why[WHY]);
void entry_close(struct list *l);

/* The tasks directory may have come since. 0, -1 with errno. */
int entry_find_dir(struct list *l);

/* A new item, to be freed with free(); NULL with errno. */
struct entry *entry_item(const char *where);

/*
 * Reads manifest and done; unless again, only if the directory has changed since it was last read. 1; 0 there is no such task (any more); -1 it is broken, or not to be
 * trusted, with why. After again l->m is its manifest.
 */
int entry_state(struct list *l, struct entry *it, int again, char why[WHY]);

/* details.c: locks, silence, progress. What it finds of status and done goes into the item. full: l->m is its manifest afterwards (if it is not broken). 1; 0: gone. */
int details_look(struct list *l, struct entry *it, int full, struct details *k);

/* Its absolute path; "" if that is too long. Returns path. */
char *entry_path(const struct list *l, const struct entry *it, char path[PATH_MAX]);

/* For details.c. path becomes WHERE/file, below l->dir: 0, -1 too long. Opens such a file; reads a small one, in three calls. -1 with errno. */
int entry_join(char path[PATH_MAX], const struct entry *it, const char *file);
int entry_file(const struct list *l, const struct entry *it, const char *file);
ssize_t entry_slurp(const struct list *l, const struct entry *it, const char *file, char *buf, size_t size);

/* n bytes of src as one clean line, see oneline. */
size_t entry_clean(char *dst, size_t size, const char *src, size_t n);

/* The name, or path, in one clean line. */
const char *entry_name(const struct entry *it, char buf[PATH_MAX]);

/* "broken" for ST_LAST. */
const char *entry_status(enum status s);

#endif
