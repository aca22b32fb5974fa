/*
 * outbox - DIR/outbox: notices that are not yet delivered
 *
 * A notice is a file, written and synced under another name and then renamed, so it is there whole
 * or not at all. Its name is its id without the part that all notices of the task share.
 */
#include "notice/outbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/pairs.h"
#include "base/uuid.h"
#include "file/file.h"
#include "file/regular.h"
#include "proc/safe_env.h"
#include "proc/scope.h"
#include "proc/spawn.h"
#include "proc/which.h"
#include "task/advice.h"
#include "task/history.h"
#include "task/state.h"
#include "task/status.h"

enum {
	EVENT = 32, STAMP = 16, LOCAL = 96, FILE_NAME = 128,
	TAIL_READ = 16384, TAIL_LINES = 5, HISTORY_TAIL = 65536,
	TRIES = 10, RETRY_MS = 1000
};

int
outbox_wanted(const struct config *c)
{
	return config_line(c, "notify", 0) != NULL;
}

int
outbox_open(const struct task *t)
{
	return openat(t->fd, "outbox", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

int
outbox_each(int box, const char *suffix, int (*f)(void *ctx, const char *name), void *ctx)
{
	int fd = openat(box, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	size_t cut = strlen(suffix);
	char name[FILE_NAME];
	struct dirent *e;

	if (!d) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while (!r && (e = readdir(d))) {
		size_t n = strlen(e->d_name);

		if (e->d_name[0] == '.' || n <= cut || n - cut >= sizeof name ||
			strcmp(e->d_name + n - cut, suffix))
			continue;
		snprintf(name, sizeof name, "%.*s", (int)(n - cut), e->d_name);
		r = f(ctx, name);
	}
	closedir(d);
	return r;
}

static int
stop_at_first(void *ctx, const char *name)
{
	(void)ctx, (void)name;
	return 1;
}

int
outbox_waiting(const struct task *t)
{
	int box = outbox_open(t), found;

	if (box < 0)
		return 0;
	found = outbox_each(box, ".json", stop_at_first, NULL) == 1;
	close(box);
	return found;
}

/* The beginning or the end of a task's file, NUL bytes as blanks; "" if it cannot be read. */
static size_t
part(int dir, const char *name, int end, char *buf, size_t size)
{
	ssize_t n = regular_part(dir, name, end, buf, size);

	n = n < 0 ? 0 : n;
	for (ssize_t i = 0; i < n; i++)
		if (!buf[i])
			buf[i] = ' ';
	return (size_t)n;
}

static int
empty_line(const char *s)
{
	s += strspn(s, " \t\r");
	return !*s || *s == '\n';
}

/* The log's end with TAIL_LINES lines that are not empty. */
static const char *
last_lines(int dir, char *buf, size_t size)
{
	size_t n = part(dir, "output.log", 1, buf, size), i;
	int lines = 0;

	while (n && (buf[n - 1] == '\n' || buf[n - 1] == ' '))
		buf[--n] = 0;
	for (i = n; i > 0 && lines < TAIL_LINES; i--)
		lines += buf[i - 1] == '\n' && !empty_line(buf + i);
	i += lines == TAIL_LINES;
	if (!i && n == size - 1 && strchr(buf, '\n')) /* begins in the middle of a line */
		i = strcspn(buf, "\n");
	return buf + i + (buf[i] == '\n');
}

/* 20260131T120000Z */
static void
compact(const char *utc, char buf[CLOCK_UTC])
{
	size_t n = 0;

	for (; *utc && n < CLOCK_UTC - 1; utc++)
		if (*utc != '-' && *utc != ':')
			buf[n++] = *utc;
	buf[n] = 0;
}

/* A usage limit without a known end: tried again in several attempts, but told once. */
static int
unsure(const struct manifest *m)
{
	return manifest_status(m) == ST_LIMITED && *manifest_get(m, "resume_unsure");
}

/* ATTEMPT.EVENT[.STAMP], in characters fit for a file's name. -1 with errno. */
static int
local_name(const struct manifest *m, const char *event, const char *stamp, char *buf, size_t size)
{
	static const char good[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
	char word[EVENT + 1], uuid[UUID_TEXT] = "";
	size_t n = 0;

	for (; *event && n < EVENT; event++)
		word[n++] = strchr(good, *event) ? *event : '_';
	word[n] = 0;
	if (!stamp && uuid_random(uuid))
		return -1;
	stamp = stamp ? stamp : uuid;
	snprintf(buf, size, "%lld.%s%s%.*s",
		*stamp && unsure(m) ? 0 : manifest_num(m, "attempt", 0),
		word, *stamp ? "." : "", STAMP, stamp);
	return 0;
}

/*
 * A session's name tells tasks of one name in two directories apart; but the name of a registered
 * session may be anything.
 */
static void
global_id(const struct task *t, const struct manifest *m, const char *local, char id[NOTICE_ID])
{
	const char *name = manifest_get(m, "session_name");
	char created[CLOCK_UTC];

	if (strncmp(name, t->name, strlen(t->name)) ||
		name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")])
		name = t->name;
	compact(manifest_get(m, "created_at"), created);
	snprintf(id, NOTICE_ID, "%.140s.%s.%.90s", name, created, local);
}

static long long
duration(const struct manifest *m, long long now)
{
	const char *began = manifest_get(m, "started_at");
	long long from = clock_parse(*began ? began : manifest_get(m, "created_at")), to = now;

	if (status_terminal(manifest_status(m)))
		to = clock_parse(manifest_get(m, "finished_at"));
	return from > 0 && to > from ? to - from : 0;
}

static int
open_or_make(const struct task *t)
{
	int fd = outbox_open(t);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	if (mkdirat(t->fd, "outbox", 0700) && errno != EEXIST)
		return -1;
	return file_syncdir(t->fd) ? -1 : outbox_open(t);
}

static int
write_notice(const struct task *t, const char *local, const char *json, size_t n)
{
	char name[LOCAL + 8];
	int fd = open_or_make(t), r;

	if (fd < 0)
		return -1;
	snprintf(name, sizeof name, "%s.json", local);
	r = file_replace(fd, name, json, n, 0600, FILE_FULL);
	file_close(fd);
	return r;
}

int
outbox_put(const struct task *t, const struct manifest *m, const struct config *c,
	enum verdict v, const char *event, const char *text, const char *stamp, char id[NOTICE_ID],
	char why[WHY])
{
	char needed[NOTICE_TEXT];
	char at[CLOCK_UTC], local[LOCAL], tail[TAIL_READ], json[NOTICE_JSON], before[NOTICE_TEXT];
	const char *status = manifest_get(m, "status"), *own;
	struct notice n = {
		.prefix = config_get(c, m, "notify_prefix"),
		.verdict = v, .event = event, .id = id, .at = at,
		.task = t->name, .dir = t->path, .cwd = manifest_get(m, "project_dir"),
		.status = status,
		.reason = manifest_get(m,
			strcmp(status, "abandoned") ? "reason" : "abandon_reason"),
		.goal = config_get(c, m, "goal"), .text = text, .needed = "",
		.nudges = manifest_num(m, "nudge_count", 0),
		.max_nudges = config_num(c, m, "max_nudges"),
		.duration_s = duration(m, clock_now()),
	};

	if (local_name(m, event, stamp, local, sizeof local))
		return err_why(why, "read /dev/urandom:");
	if (v == ESCALATE)
		n.needed = advice_line(advice_trouble(event, status, n.reason), t, needed,
			sizeof needed);
	/* A text that says itself what is needed knows better; it is not said twice. */
	if (v == ESCALATE && (own = strstr(text, "; needed: ")) &&
		(size_t)(own - text) < sizeof before) {
		memcpy(before, text, (size_t)(own - text));
		before[own - text] = 0;
		n.text = before;
		n.needed = own + strlen("; needed: ");
	}
	clock_utc(clock_now(), at);
	global_id(t, m, local, id);
	n.last = last_lines(t->fd, tail, sizeof tail);
	if (write_notice(t, local, json, format_json(&n, json)))
		return err_why(why, "write outbox/%s.json:", local);
	history_add(t->fd, "notice",
		PAIRS("id", id, "verdict", verdict_word(v), "event", event, "text", text));
	return 0;
}

/* Statuses to tell. */
static const struct news {
	enum status status;
	enum verdict verdict;
	const char *reason; /* the manifest's key that says why */
	int stamped;        /* may come twice in an attempt */
} news[] = {
	{ ST_COMPLETED, DONE, "", 0 },
	{ ST_FAILED, ESCALATE, "reason", 0 },
	{ ST_STOPPED, FINE, "reason", 0 },
	{ ST_ABANDONED, ESCALATE, "abandon_reason", 1 },
	{ ST_LIMITED, FINE, "resume_at", 0 },
	{ ST_HUNG, STUCK, "reason", 0 },
};

/* A monitor that a shutdown ended is not told: rca-watchdog starts another. */
static const struct news *
find_news(const struct manifest *m)
{
	enum status s = manifest_status(m);

	if (s == ST_ABANDONED && !state_given_up(m))
		return NULL;
	for (size_t i = 0; i < sizeof news / sizeof *news; i++)
		if (news[i].status == s)
			return &news[i];
	return NULL;
}

/* Whether history has the notice: behind a line's time, as text in quotes may be anybody's. */
static int
was_put(const struct task *t, const char *id)
{
	char word[NOTICE_ID + 16], *buf = malloc(HISTORY_TAIL);
	const size_t at = CLOCK_UTC - 1;
	int found = 0;

	if (!buf)
		return 0;
	snprintf(word, sizeof word, " notice id=%s ", id);
	part(t->fd, "history", 1, buf, HISTORY_TAIL);
	for (char *p = buf; !found && *p; p += strcspn(p, "\n"), p += *p == '\n')
		found = strcspn(p, "\n") > at && !strncmp(p + at, word, strlen(word));
	free(buf);
	return found;
}

static int
put_status(const struct task *t, const struct config *c, const char *detail, char why[WHY])
{
	char text[2 * NOTICE_TEXT] = "", stamp[CLOCK_UTC] = "", local[LOCAL], id[NOTICE_ID];
	const char *status, *limit = "";
	const struct news *n;
	enum verdict v;
	struct manifest m;

	if (manifest_read(t->fd, &m, why))
		return -1;
	if (!(n = find_news(&m)))
		return 0;
	if (n->stamped)
		compact(manifest_get(&m, "abandoned_at"), stamp);
	else if (unsure(&m))
		compact(manifest_get(&m, "limited_since"), stamp);
	status = manifest_get(&m, "status");
	if (local_name(&m, status, stamp, local, sizeof local))
		return -1;
	global_id(t, &m, local, id);
	if (was_put(t, id))
		return 0;
	/* rca never stops a registered session: somebody else ended it. */
	v = n->status == ST_STOPPED && *manifest_get(&m, "adopted") ? ESCALATE : n->verdict;
	if (n->status == ST_LIMITED)
		limit = unsure(&m) ? "usage limit, looked at again at " : "usage limit, until ";
	if (n->status == ST_COMPLETED)
		part(t->fd, "result", 0, text, sizeof text);
	else
		snprintf(text, sizeof text, "%s%.4096s%s%.2000s", limit,
			manifest_get(&m, n->reason), *detail ? ": " : "", detail);
	return outbox_put(t, &m, c, v, status, text, stamp, id, why) ? -1 : 1;
}

/* Errors that may pass. Nobody else tells the end of a task, so its writer tries again. */
static int
may_pass(int err)
{
	static const int passing[] = {
		ENOSPC, EDQUOT, EIO, EINTR, EAGAIN, ENOMEM, ENFILE, EMFILE
	};

	for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
		if (err == passing[i])
			return 1;
	return 0;
}

int
outbox_status(const struct task *t, const char *detail, char why[WHY])
{
	struct config c;
	int r = config_load(&c, why);

	/* The notifiers may be in a line of a wrong config that could not be read. */
	if (outbox_wanted(&c)) {
		r = put_status(t, &c, detail, why);
		for (int i = 0; r < 0 && may_pass(errno) && i < TRIES; i++) {
			poll(NULL, 0, RETRY_MS);
			r = put_status(t, &c, detail, why);
		}
	}
	config_free(&c);
	return r;
}

int
outbox_deliver(const struct task *t)
{
	char path[PATH_MAX], *env[SAFE_ENV_WORDS + 1];
	char *argv[SCOPE_WORDS + 4] = { path, (char *)"-d", (char *)t->path, NULL };
	struct spawn s = {
		.argv = argv, .env = env, .dir = "/", .fd = { -1, -1, -1 }, .group = SPAWN_SESSION
	};
	int n = safe_env_fill(env, safe_env_outward());
	pid_t pid;

	if (which_own("bin/rca-notify", path, sizeof path))
		return -1;
	env[n] = (char *)"RCA_DETACHED=1";
	env[n + 1] = NULL;
	scope_leave(argv, 3);
	/* It detaches itself at once, so this wait is short. */
	return (pid = spawn_start(&s, NULL)) < 0 || spawn_wait(pid, NULL) ? -1 : 0;
}
