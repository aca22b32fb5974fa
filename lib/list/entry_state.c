/* entry_state - what a task's manifest says, kept until its directory changes */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "file/file.h"
#include "list/entry.h"
#include "task/done.h"
#include "task/queued.h"
#include "task/task.h"
#include "text/strip.h"

enum { PROGRESS_SIZE = 4096 };

static int
there(const struct list *l, const struct entry *e, const char *file)
{
	char path[PATH_MAX];

	return !entry_join(path, e, file) && !faccessat(l->dir, path, F_OK, 0);
}

/* What is known of a task of which nothing could be read. */
static void
unreadable(const struct list *l, struct entry *e)
{
	e->status = ST_LAST;
	e->done = 0;
	e->kind = KIND_ATTENTION;
	e->other = l->agent || l->project;
}

static void
note(const struct manifest *m, struct entry *e)
{
	static const char *const keys[ST_LAST] = {
		[ST_FAILED] = "reason", [ST_CRASHED] = "reason", [ST_HUNG] = "reason",
		[ST_LIMITED] = "resume_at", [ST_ABANDONED] = "abandon_reason",
	};
	const char *key = e->queued ? "reason" : keys[e->status], *when = "";
	const char *text = key ? manifest_get(m, key) : "";
	const char *lost = manifest_get(m, "undelivered"), *notices = "";
	int unsure = *manifest_get(m, "resume_unsure") != 0;
	char buf[ENTRY_NOTE];

	if (e->status == ST_LIMITED && *text)
		when = unsure ? "limited, looked at again at " : "until ";
	if (*lost)
		notices = strcmp(lost, "1") ? " notices undelivered" : " notice undelivered";
	snprintf(buf, sizeof buf, "%s%.*s%s%.8s%s", when, ENTRY_NOTE / 2, text,
	         *text && *lost ? "; " : "", lost, notices);
	oneline(e->note, sizeof e->note, buf, strlen(buf));
}

/* 0 if there is none. */
static long long
time_of(const struct manifest *m, const char *key)
{
	long long t = clock_parse(manifest_get(m, key));

	return t > 0 ? t : 0;
}

/* The status is known. The last key that is there says since when it has been so. */
static void
read_times(const struct manifest *m, struct entry *e)
{
	static const char *const keys[] = { "attempt_at", "finished_at", "abandoned_at" };
	long long t;

	e->since = e->created;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if ((t = time_of(m, keys[i])))
			e->since = t;
	e->resume_at = e->status == ST_LIMITED ? time_of(m, "resume_at") : 0;
	e->unsure = *manifest_get(m, "resume_unsure") != 0;
}

/* Whether it is l->project, or below it. */
static int
below(const struct list *l, const char *dir)
{
	size_t n = strlen(l->project);

	return !strncmp(l->project, dir, n) && (!dir[n] || dir[n] == '/' || n <= 1);
}

static int
other(const struct list *l, const char *agent)
{
	if (l->agent && strcmp(l->agent, agent) != 0)
		return 1;
	return l->project && *l->project && !below(l, manifest_get(&l->m, "project_dir")) &&
		!below(l, manifest_get(&l->m, "worktree_of"));
}

/* Progress is replaced, so that what was read holds for as long as the directory is unchanged. */
static void
read_more(const struct list *l, struct entry *e)
{
	char buf[PROGRESS_SIZE + 1];
	struct progress p = { 0 };
	long long last;

	read_times(&l->m, e);
	if (entry_part(l, e, "progress", 0, buf, sizeof buf) > 0)
		progress_parse(&p, &last, buf);
	e->tokens = p.tokens_in + p.tokens_out;
	e->cost = p.cost_usd;
}

static void
believe(struct list *l, const struct entry *e)
{
	int fd = status_terminal(manifest_status(&l->m)) ? -1
		: openat(l->dir, e->where, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		done_believe(fd, &l->m);
	file_close(fd);
}

/* What only locks and files say here, another host has said in a word. */
static void
take_words(const struct list *l, struct entry *e)
{
	const char *kind = manifest_get(&l->m, "kind"), *health = manifest_get(&l->m, "health");

	e->done = status_terminal(e->status);
	e->kind = KIND_ATTENTION;
	for (enum kind k = 0; k < KINDS; k++)
		if (!strcmp(kind, entry_kind(k)))
			e->kind = k;
	for (enum health h = HEALTH_OK; h <= HEALTH_LOST; h++)
		if (!strcmp(health, health_word(h)))
			e->health = h;
}

/* 1; 0 no manifest, so no task; -1 broken, with why. l->m holds what was read. */
static int
read_state(struct list *l, struct entry *e, char why[WHY])
{
	char buf[MANIFEST_SIZE + 1];
	int done = !e->said && there(l, e, "done"); /* before the manifest: see state.h */
	ssize_t n = entry_part(l, e, "manifest", 0, buf, sizeof buf);
	const char *status, *agent;

	unreadable(l, e);
	if (n < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : err_why(why, "read manifest:");
	if (manifest_parse(&l->m, buf, (size_t)n, why))
		return e->said && *manifest_get(&l->m, "error") ?
			err_why(why, "%s", manifest_get(&l->m, "error")) : -1;
	if (done)
		believe(l, e);
	agent = manifest_get(&l->m, "agent");
	e->other = other(l, agent);
	e->attempt = manifest_num(&l->m, "attempt", 0);
	e->adopted = *manifest_get(&l->m, "adopted") != 0;
	e->queued = queued_in(&l->m);
	status = manifest_get(&l->m, "status");
	e->status = status_parse(status);
	e->done = done;
	if (e->status == ST_LAST)
		return err_why(why, "manifest: status %s: not a status", status);
	e->kind = !done ? KIND_UNKNOWN : e->status == ST_FAILED ? KIND_ATTENTION : KIND_ENDED;
	n = (ssize_t)strlen(agent);
	if (!strncmp(e->where, agent, (size_t)n) && e->where[n] == '-')
		e->bare = (size_t)n + 1;
	e->created = time_of(&l->m, "created_at");
	if (l->people)
		read_more(l, e);
	note(&l->m, e);
	if (e->said)
		take_words(l, e);
	return 1;
}

/* The directory cannot be trusted: task_open says why, and that goes on without the name. */
static int
refused(struct list *l, struct entry *e, char why[WHY])
{
	size_t n = strlen(e->where);
	struct task t;
	int r = task_open(&t, e->where, why);

	unreadable(l, e);
	if (!r) {
		task_close(&t);
		return read_state(l, e, why);
	}
	if (!strncmp(why, e->where, n) && !strncmp(why + n, ": ", 2))
		memmove(why, why + n + 2, strlen(why + n + 2) + 1);
	return r == EX_GONE ? 0 : -1;
}

int
entry_state(struct list *l, struct entry *e, int again, char why[WHY])
{
	struct stat st;

	if (e->said)
		return read_state(l, e, why);
	if (fstatat(l->dir, e->where, &st, AT_SYMLINK_NOFOLLOW) ||
	    !(S_ISDIR(st.st_mode) || S_ISLNK(st.st_mode)))
		return 0;
	if (!S_ISDIR(st.st_mode) || st.st_uid != l->owner || st.st_mode & (S_IWGRP | S_IWOTH))
		return refused(l, e, why);
	/* Whatever is made or replaced in a directory gives it a new time. */
	again |= e->status == ST_LAST || e->ino != st.st_ino;
	if (!again && entry_unchanged(&e->changed, &st))
		return 1;
	e->ino = st.st_ino;
	e->fresh = 1;
	e->changed = entry_stamp(&st);
	return read_state(l, e, why);
}
