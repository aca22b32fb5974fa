/*
 * look - what is seen of a task at one look, by its files and locks alone
 *
 * The layers and their order are rca-probe's; what costs more than a few calls is left to it: processor time, and the screens of interactive agents.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "list.h"
#include "lock.h"
#include "task.h"
#include "vitals.h"

enum { TAIL = 1024 };

/* NULL: it is not to be had; silence is judged by the settings alone then. */
static const struct agent *
agent_of(struct list *l)
{
	const char *name = manifest_get(&l->m, "agent");
	struct list_agent *more;
	char why[WHY], *copy;

	for (size_t i = 0; i < l->nagents; i++)
		if (!strcmp(l->agents[i].name, name))
			return l->agents[i].a;
	more = realloc(l->agents, (l->nagents + 1) * sizeof *more);
	if (!more)
		return NULL;
	l->agents = more;
	if (!(copy = strdup(name)))
		return NULL;
	more[l->nagents++] = (struct list_agent){ .name = copy, .a = agent_load(name, why) };
	return more[l->nagents - 1].a;
}

/* The last line of a log with something on it, for programs that have no events. */
static void
log_line(const struct task *t, char *dst, size_t size)
{
	char buf[TAIL];
	int fd = openat(t->fd, "output.log", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	off_t end;
	ssize_t n;

	*dst = 0;
	if (fd < 0)
		return;
	end = lseek(fd, 0, SEEK_END);
	n = pread(fd, buf, sizeof buf, end > TAIL ? end - TAIL : 0);
	close(fd);
	while (n > 0) {
		ssize_t to = n;

		while (n > 0 && buf[n - 1] != '\n')
			n--;
		if (list_clean(dst, size, buf + n, (size_t)(to - n)))
			return;
		n--;
	}
}

/* A question on the screen; that of an interactive agent is looked at by its monitor alone, and only in silence. */
static int
waiting(struct list *l, const struct task *t, const struct agent *a, long long silent_s)
{
	struct screen s;

	if (*manifest_get(&l->m, "interactive"))
		return silent_s >= conf_num(&l->conf, &l->m, "base") && !strncmp(manifest_get(&l->m, "pane_state"), "waiting", 7);
	return !vitals_screen(t, &l->m, a, &s) && s.kind == SCREEN_WAITING;
}

static void
look_alive(struct list *l, const struct item *it, struct task *t, struct health_facts *f, struct look *k)
{
	const struct agent *a = agent_of(l);

	list_path(l, it, t->path);
	f->rule = vitals_rule(&l->conf, &l->m, a);
	vitals_look(t, a, 0, 0, &f->look);
	k->silent_s = f->look.now - f->look.last_write;
	if (k->p.open_tools > 0) {
		f->look.tools = (int)k->p.open_tools;
		f->look.tool_age_s = k->silent_s;
	}
	f->waiting = waiting(l, t, a, k->silent_s);
}

/* "(why it has that status) last line" */
static void
words(struct list *l, const struct item *it, const struct task *t, int with_reason, struct look *k)
{
	const char *reason = it->status == ST_LIMITED ? "resume_at" : it->status == ST_ABANDONED ? "abandon_reason" : "reason";
	char raw[LIST_TEXT];
	size_t n = 0;

	if (with_reason && *(reason = manifest_get(&l->m, reason))) {
		snprintf(raw, sizeof raw, it->status == ST_LIMITED ? "(until %.300s) " : "(%.300s) ", reason);
		n = list_clean(k->text, sizeof k->text, raw, strlen(raw));
		k->text[n++] = ' ';
	}
	if (k->p.text[0])
		list_clean(k->text + n, sizeof k->text - n, k->p.text, strlen(k->p.text));
	else
		log_line(t, k->text + n, sizeof k->text - n);
	if (n && !k->text[n])
		k->text[n - 1] = 0;
	k->line = k->text + n;
}

static int
broken(struct look *k, const char *why)
{
	k->health = HEALTH_LOST;
	k->rests_on = "manifest";
	k->line = k->text;
	list_clean(k->text, sizeof k->text, why, strlen(why));
	return 1;
}

/* Whether there is something to be told that only the manifest knows. */
static int
troubled(enum status s)
{
	return s == ST_FAILED || s == ST_CRASHED || s == ST_HUNG || s == ST_LIMITED || s == ST_ABANDONED;
}

static int
look_into(struct list *l, struct item *it, struct task *t, int full, struct look *k)
{
	struct health_facts f = { .status = it->status };
	char why[WHY];
	int r = 1;

	progress_load(t->fd, &k->p, &k->last_event);
	if (!it->done) {
		/* The lock before the files: a wrapper that ends writes `done` while it holds the lock. */
		f.held = k->held = lock_holder(t->fd, "lock") != 0;
		f.watched = !f.held && lock_holder(t->fd, "monitor.lock") != 0;
	}
	if (full || !it->done || troubled(it->status))
		r = list_state(l, it, 1, why);
	if (r <= 0)
		return r ? broken(k, why) : 0;
	f.status = it->status;
	f.done = it->done;
	if (f.held && !f.done)
		look_alive(l, it, t, &f, k);
	k->health = health_judge(&f, &k->rests_on);
	words(l, it, t, troubled(it->status), k);
	return 1;
}

int
list_look(struct list *l, struct item *it, int full, struct look *k)
{
	struct task t;
	char why[WHY];
	int r = 1;

	memset(k, 0, offsetof(struct look, text) + 1);
	if (it->status == ST_LAST && (r = list_state(l, it, 1, why)) <= 0)
		return r ? broken(k, why) : 0;
	t.fd = openat(l->dir, it->where, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (t.fd < 0)
		return 0;
	r = look_into(l, it, &t, full, k);
	close(t.fd);
	return r;
}
