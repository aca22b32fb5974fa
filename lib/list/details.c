/*
 * details - what is seen of a task at one look, by its files and locks alone
 *
 * The layers and their order are rca-probe's; what costs more than a few calls is left to it: processor time, and the screens of interactive agents.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "list/entry.h"
#include "probe/probe.h"
#include "proc/lock.h"
#include "task/task.h"

enum { TAIL = 4096, PROGRESS = 4096 }; /* bytes of a log's end; of progress */

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
	more[l->nagents++] = (struct list_agent){ .name = copy, .a = agent_load_words(name, why) };
	return more[l->nagents - 1].a;
}

/* As progress_load, by way of entry_slurp, which makes fewer calls. */
static void
progress_of(const struct list *l, const struct entry *it, struct details *k)
{
	char buf[PROGRESS + 1];
	ssize_t n = entry_slurp(l, it, "progress", buf, PROGRESS);

	if (n <= 0)
		return;
	buf[n] = 0;
	progress_parse(&k->p, &k->last_event, buf);
}

/* The last line of a log with something on it, for programs that have no events. */
static void
log_line(const struct list *l, const struct entry *it, char *dst, size_t size)
{
	char buf[TAIL];
	int fd = entry_file(l, it, "output.log");
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
		/* How it ended stands in the status. */
		if ((to - n < 3 || memcmp(buf + n, "== ", 3)) && entry_clean(dst, size, buf + n, (size_t)(to - n)))
			return;
		*dst = 0;
		n--;
	}
}

/* A question on the screen; that of an interactive agent is looked at by its monitor alone, and only in silence. */
static int
waiting(struct list *l, const struct task *t, const struct agent *a, long long silent_s)
{
	struct screen s;

	if (*manifest_get(&l->m, "interactive"))
		return silent_s >= config_num(&l->conf, &l->m, "base") && !strncmp(manifest_get(&l->m, "pane_state"), "waiting", 7);
	return !probe_screen(t, &l->m, a, &s) && s.kind == SCREEN_WAITING;
}

/* Whether somebody holds the lock of that name. */
static int
held(const struct list *l, const struct entry *it, const char *name)
{
	char path[PATH_MAX];

	return !entry_join(path, it, name) && lock_held(l->dir, path) == 1;
}

static void
look_alive(struct list *l, const struct entry *it, struct health_facts *f, struct details *k)
{
	const struct agent *a = agent_of(l);
	struct task t;

	entry_path(l, it, t.path);
	t.fd = openat(l->dir, it->where, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (t.fd < 0)
		return;
	f->rule = probe_rule(&l->conf, &l->m, a);
	probe_times(&t, 1, &f->look);
	k->silent_s = f->look.last_write ? f->look.now - f->look.last_write : 0;
	f->look.background = (int)k->p.background;
	f->quiet = *manifest_get(&l->m, "quiet_since") != 0;
	if (f->quiet || k->silent_s >= f->rule.silence_s)
		f->told = f->rule.silence_s && held(l, it, "monitor.lock");
	if (k->p.open_tools > 0) {
		f->look.tools = (int)k->p.open_tools;
		f->look.tool_age_s = k->silent_s;
	}
	f->waiting = waiting(l, &t, a, f->look.now - f->look.last_write);
	close(t.fd);
}

/* "(why it has that status) last line" */
static void
words(const struct list *l, const struct entry *it, struct details *k)
{
	size_t n = 0;

	char at[ENTRY_NOTE] = "";

	if (k->elsewhere[0] == '?')
		snprintf(at, sizeof at, "elsewhere");
	else if (k->elsewhere[0])
		snprintf(at, sizeof at, "on %.60s", k->elsewhere);
	if (it->note[0] || *at)
		n = (size_t)snprintf(k->text, sizeof k->text, "(%s%s%s) ", it->note, it->note[0] && *at ? "; " : "", at);
	k->line = k->text + n;
	if (k->p.text[0])
		entry_clean(k->text + n, sizeof k->text - n, k->p.text, strlen(k->p.text));
	else
		log_line(l, it, k->text + n, sizeof k->text - n);
	if (n && !*k->line)
		k->text[n - 1] = 0;
}

static int
broken(struct details *k, const char *why)
{
	k->health = HEALTH_LOST;
	k->rests_on = "manifest";
	k->line = k->text;
	entry_clean(k->text, sizeof k->text, why, strlen(why));
	return 1;
}

static void
where(const struct list *l, const struct entry *it, struct details *k)
{
	char path[PATH_MAX];

	if (!it->adopted && !entry_join(path, it, "lock"))
		lock_elsewhere(l->dir, path, k->elsewhere);
}

/*
 * The lock before the files: a wrapper that ends writes `done` while it holds the lock. So what was read before is read again if somebody lives, or is said to, or if
 * nobody does who should; one that rests stays as it was read.
 */
int
details_look(struct list *l, struct entry *it, int full, struct details *k)
{
	struct health_facts f = { .done = it->done };
	char why[WHY];
	int alone = 0, r;

	memset(k, 0, offsetof(struct details, text) + 1);
	if (!it->done && it->status < ST_LAST) {
		f.adopted = it->adopted;
		f.held = k->held = it->adopted || held(l, it, "lock");
		f.watched = !f.held && held(l, it, "monitor.lock");
		f.launching = !f.held && !f.watched && held(l, it, "launch.lock");
		alone = !f.held && !f.watched && !f.launching && it->status != ST_CREATED && it->status != ST_ABANDONED;
	}
	if (full || alone || f.held || it->status == ST_LAUNCHING || it->status == ST_RUNNING || it->status == ST_LAST)
		if ((r = entry_state(l, it, 1, why)) <= 0)
			return r ? broken(k, why) : 0;
	progress_of(l, it, k);
	f.status = it->status;
	f.done = it->done;
	if (f.held && !f.done) {
		look_alive(l, it, &f, k);
		where(l, it, k);
	}
	k->health = health_judge(&f, &k->rests_on);
	words(l, it, k);
	return 1;
}
