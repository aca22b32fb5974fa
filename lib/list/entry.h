/*
 * entry - one task of many, read with few system calls
 *
 * No walk over processes, no call of an engine: a table of thousands of tasks takes milliseconds.
 */
#ifndef LIST_ENTRY_H
#define LIST_ENTRY_H

#include <limits.h>
#include <sys/stat.h>
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

enum { ENTRY_NOTE = 256, ENTRY_TEXT = PROGRESS_TEXT + 2 * ENTRY_NOTE };

/* ATTENTION: it does not go on, or not well, and nobody asked for that. */
enum kind { KIND_ATTENTION, KIND_LIVING, KIND_CREATED, KIND_ENDED, KIND_UNKNOWN,
	KINDS = KIND_UNKNOWN };

/* What all tasks share, and the manifest that was read last. */
struct list {
	int dir;             /* RCA_HOME/tasks; -1: it does not exist (yet) */
	char home[PATH_MAX]; /* its path */
	uid_t owner;         /* the caller's */
	struct config conf;
	struct manifest m;
	struct list_agent { char *name; struct agent *a; } *agents; /* loaded so far */
	size_t nagents;
	const char *agent, *project; /* of this agent, in or below this directory; NULL: any */
	int people;          /* entries are to have what only people are shown */
};

/* What is kept of each task: enough to choose and to sort. */
struct entry {
	enum status status;  /* ST_LAST: broken or refused */
	int done, adopted;
	enum queued queued;
	enum kind kind;      /* of one that has not ended unknown before details_read */
	enum health health;
	int other;           /* of another agent or directory than those of struct list */
	int fresh;           /* read since the roster last judged it */
	int match, fixed;    /* the roster's: it is what the operands ask for; one names it */
	size_t bare;         /* where its name without the agent's begins */
	long long created;   /* epoch seconds; 0: unknown */
	long long attempt;
	/* Only for people: */
	long long since;     /* when its attempt began or ended, or it was given up */
	long long resume_at; /* of a limit; 0: none. unsure: when it is tried again */
	int unsure;
	long long tokens;
	double cost;         /* USD */
	struct timespec changed; /* of the directory when it was read; 0: read it again anyway */
	ino_t ino;
	unsigned mark;       /* the last pass of the roster that found it */
	char note[ENTRY_NOTE]; /* the reason of the status, cut; "" if all is well */
	const char *at;      /* its host, "." for this one; NULL: there are no others */
	const char *said;    /* all that another host said of it (list/remote.h); NULL: read it */
	char where[];        /* its name below dir, or an absolute path */
};

/* What is read only of tasks that are shown. */
struct details {
	enum health health;
	const char *rests_on;
	int held;
	char elsewhere[LOCK_WHERE]; /* as lock_elsewhere */
	long long silent_s;    /* seconds since a living task last wrote */
	long long last_event;  /* epoch seconds; 0: none */
	struct progress p;
	const char *line;      /* the last line, or why the task is broken: points into text */
	char text[ENTRY_TEXT]; /* the same after "(note) " */
};

/* l begins as zeros, but for agent, project. 0; -1 with why: RCA_HOME or the config is wrong. */
int entry_open(struct list *l, char why[WHY]);
void entry_close(struct list *l);

/* Opens the tasks directory if it exists by now. 0, -1 with errno. */
int entry_find_dir(struct list *l);

/* A new entry, to be freed with free(), with copies of where and said; NULL with errno. */
struct entry *entry_new(const char *where, const char *said);

/*
 * Reads manifest and done if the directory changed since they were last read, or if `again`: then
 * l->m is the task's manifest. 1; 0 no such task; -1 broken or refused, with why.
 */
int entry_state(struct list *l, struct entry *e, int again, char why[WHY]);

/*
 * In details.c: reads locks, silence and progress, and status and done anew where they may have
 * changed. full: l->m becomes the task's manifest, unless that is broken. 1; 0 the task is gone.
 */
int details_read(struct list *l, struct entry *e, int full, struct details *d);

/* Its absolute path; "" if that is too long. Returns path. */
char *entry_path(const struct list *l, const struct entry *e, char path[PATH_MAX]);

/* path becomes WHERE/file, relative to l->dir. 0; -1 with errno ENAMETOOLONG. */
int entry_join(char path[PATH_MAX], const struct entry *e, const char *file);

/* regular_part of such a file; of a task with `said` that, which is manifest and progress. */
ssize_t entry_part(const struct list *l, const struct entry *e, const char *file, int end,
                   char *buf, size_t size);

/* The name, or path, in one clean line. Returns buf. */
const char *entry_name(const struct entry *e, char buf[PATH_MAX]);

/* "broken" for ST_LAST. */
const char *entry_status(enum status s);

/* "attention", "living", "created" or "ended". */
const char *entry_kind(enum kind k);

/* The modification time of st; 0 if that is so recent that the next change may bear the same. */
struct timespec entry_stamp(const struct stat *st);
int entry_unchanged(const struct timespec *stamp, const struct stat *st);

#endif
