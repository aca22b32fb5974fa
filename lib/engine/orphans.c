/* orphans - processes that an attempt left running */
#include "engine/orphans.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/pairs.h"
#include "engine/engine.h"
#include "proc/identity.h"
#include "proc/lock.h"
#include "task/history.h"

enum {
	TOLD = 20,         /* lines in history; further processes are only counted */
	ENGINE_MS = 5000,
	SESSIONS = 512
};

struct sweep {
	const struct task *t;
	pid_t leader;      /* the attempt's session; 0: not known */
	int quiet, told, more, behind;
};

/* "tmux" or "screen" for a terminal server, else NULL. tmux's keeps its first command line. */
static const char *
server_word(const char *what)
{
	size_t n = strcspn(what, " :"), k = n;

	while (k > 0 && what[k - 1] != '/')
		k--;
	what += k;
	n -= k;
	if (n == 4 && !memcmp(what, "tmux", n))
		return "tmux";
	if (n == 6 && (!memcmp(what, "SCREEN", n) || !memcmp(what, "screen", n)))
		return "screen";
	return NULL;
}

/* Whether somebody uses the terminal server: 1, with the names of the sessions. */
static int
used(pid_t pid, const char *word, char sessions[SESSIONS])
{
	char *args[] = { (char *)word, NULL }, why[WHY];

	*sessions = '\0';
	if (engine_call("tmux", "others", PAIRS_NUMBER(pid), args, sessions, SESSIONS, ENGINE_MS,
		why))
		return 0;
	sessions[strcspn(sessions, "\n")] = '\0';
	return 1;
}

static int
spares(void *ctx, const struct tree_process *p)
{
	struct sweep *s = ctx;
	const char *word = server_word(p->command);
	char sessions[SESSIONS];

	if (!word || !used(p->pid, word, sessions))
		return 0;
	if (!s->quiet)
		history_add(s->t->fd, "left_alone", PAIRS("pid", PAIRS_NUMBER(p->pid),
			"what", p->command, "sessions", sessions));
	return 1;
}

static void
ends(void *ctx, const struct tree_process *p)
{
	struct sweep *s = ctx;

	if (p->pid && s->leader && p->sid != s->leader)
		s->behind = 1;
	if (s->quiet)
		return;
	if (!p->pid)
		history_add(s->t->fd, "leftovers", PAIRS("state",
			"processes cannot be listed here: only the last session is known"));
	else if (s->told++ < TOLD)
		history_add(s->t->fd, "ended",
			PAIRS("pid", PAIRS_NUMBER(p->pid), "what", p->command));
	else
		s->more++;
}

static int
end(struct sweep *s, pid_t root, pid_t keep, long grace_ms)
{
	struct tree_policy policy = { spares, ends, s };
	int r = tree_end(root, s->t->path, &policy, keep, grace_ms);

	if (s->more)
		history_add(s->t->fd, "ended", PAIRS("more", PAIRS_NUMBER(s->more)));
	return r;
}

/* Clears the record of the session *was, unless another attempt has begun since. */
static void
forget(const struct task *t, int known, const struct identity *was)
{
	int lock = known == IDENTITY_NOBODY ? -1 : lock_mutex(t->fd, ORPHANS_LOCK);
	struct identity now;

	if (lock < 0)
		return;
	if (identity_read(lock, &now) == known && identity_equal(&now, was))
		identity_write(lock, NULL);
	close(lock);
}

static int
end_and_forget(struct sweep *s, pid_t root, long grace_ms)
{
	struct identity was;
	int known = identity_load(s->t->fd, ORPHANS_LOCK, &was);
	int r = end(s, root, 0, grace_ms), saved = errno;

	if (!r)
		forget(s->t, known, &was);
	errno = saved;
	return r;
}

/* Its wrapper has died on another host, where we cannot end it. */
static int
lives_elsewhere(const struct task *t)
{
	struct identity who;

	if (identity_load(t->fd, ORPHANS_LOCK, &who) != 1 || identity_here(&who)
		|| lock_any(t->fd, ORPHANS_ALIVE) != 1)
		return 0;
	err_because(EHOSTUNREACH, "process %ld still lives on host %.200s: rca-watchdog there ends "
		"it, or rca-monitor", (long)who.pid, who.host);
	errno = EHOSTUNREACH;
	return 1;
}

int
orphans_end(const struct task *t, long grace_ms)
{
	struct sweep s = { .t = t };
	int lock = lives_elsewhere(t) ? -1 : lock_mutex(t->fd, ORPHANS_LOCK);

	/* From now on a child of a dead wrapper that takes it sees that its parent is gone. */
	if (lock < 0)
		return -1;
	close(lock);
	return end_and_forget(&s, 0, grace_ms);
}

int
orphans_sweep(const struct task *t, pid_t leader, long grace_ms, int *behind)
{
	struct sweep s = { .t = t, .leader = leader };
	int r = end_and_forget(&s, getpid(), grace_ms);

	if (behind)
		*behind = s.behind;
	return r;
}

void
orphans_ask(const struct task *t)
{
	struct sweep s = { .t = t, .quiet = 1 };

	tree_terminate(getpid(), t->path, &(struct tree_policy){ spares, ends, &s });
}

void
orphans_kill(const struct task *t, pid_t keep)
{
	struct sweep s = { .t = t, .quiet = 1 };

	end(&s, getpid(), keep, 0);
}
