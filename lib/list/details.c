/*
 * details - what the files and locks of a task say of it
 *
 * The layers and their order are rca-probe's. What costs more than a few calls is left to it:
 * processor time, and the screens of interactive agents.
 */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/agent_file.h"
#include "list/entry.h"
#include "probe/probe.h"
#include "proc/lock.h"
#include "task/task.h"
#include "text/strip.h"

enum { PROGRESS = 4096 };

/* NULL: it cannot be loaded, and the settings alone say how long a silence may be. */
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
	more[l->nagents++] = (struct list_agent){ .name = copy, .a = agent_file_load(name, why) };
	return more[l->nagents - 1].a;
}

static void
read_progress(const struct list *l, const struct entry *e, struct details *d)
{
	char buf[PROGRESS + 1];

	if (entry_part(l, e, "progress", 0, buf, sizeof buf) > 0)
		progress_parse(&d->p, &d->last_event, buf);
}

/* For programs that have no events. */
static void
log_line(const struct list *l, const struct entry *e, char *dst, size_t size)
{
	char path[PATH_MAX];

	*dst = 0;
	if (!entry_join(path, e, "output.log"))
		probe_last_line(l->dir, path, dst, size);
}

/* Only the monitor looks at the screen of an interactive agent, and only when it is silent. */
static int
waiting(struct list *l, const struct task *t, const struct agent *a, long long silent_s)
{
	struct screen s;

	if (*manifest_get(&l->m, "interactive"))
		return silent_s >= config_num(&l->conf, &l->m, "base") &&
		       !strncmp(manifest_get(&l->m, "pane_state"), "waiting", 7);
	return !probe_screen(t, &l->m, a, &s) && s.kind == SCREEN_WAITING;
}

static int
held(const struct list *l, const struct entry *e, const char *lock)
{
	char path[PATH_MAX];

	return !entry_join(path, e, lock) && lock_held(l->dir, path) == 1;
}

static void
read_silence(struct list *l, const struct entry *e, struct health_facts *f, struct details *d)
{
	const struct agent *a = agent_of(l);
	struct task t;

	entry_path(l, e, t.path);
	t.fd = openat(l->dir, e->where, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (t.fd < 0)
		return;
	f->rule = probe_rule(&l->conf, &l->m, a);
	probe_times(&t, 1, &f->look);
	d->silent_s = f->look.last_write ? f->look.now - f->look.last_write : 0;
	f->look.background = (int)d->p.background;
	f->quiet = *manifest_get(&l->m, "quiet_since") != 0;
	if (f->quiet || d->silent_s >= f->rule.silence_s)
		f->watched = f->rule.silence_s && held(l, e, "monitor.lock");
	if (d->p.open_tools > 0) {
		f->look.tools = (int)d->p.open_tools;
		f->look.tool_age_s = d->silent_s;
	}
	f->waiting = waiting(l, &t, a, f->look.now - f->look.last_write);
	close(t.fd);
}

/* "(reason of the status; host) last line" */
static void
describe(const struct list *l, const struct entry *e, struct details *d)
{
	char host[ENTRY_NOTE] = "";
	size_t n = 0;

	if (d->elsewhere[0] == '?')
		snprintf(host, sizeof host, "elsewhere");
	else if (d->elsewhere[0])
		snprintf(host, sizeof host, "on %.60s", d->elsewhere);
	if (e->note[0] || *host)
		n = (size_t)snprintf(d->text, sizeof d->text, "(%s%s%s) ", e->note,
		                     e->note[0] && *host ? "; " : "", host);
	d->line = d->text + n;
	if (d->p.text[0] || e->said)
		oneline(d->text + n, sizeof d->text - n, d->p.text, strlen(d->p.text));
	else
		log_line(l, e, d->text + n, sizeof d->text - n);
	if (n && !*d->line)
		d->text[n - 1] = 0;
}

static int
broken(struct details *d, const char *why)
{
	d->health = HEALTH_LOST;
	d->rests_on = "manifest";
	d->line = d->text;
	oneline(d->text, sizeof d->text, why, strlen(why));
	return 1;
}

/* Of a task of another host. */
static int
read_said(struct list *l, struct entry *e, struct details *d)
{
	const char *on;
	char why[WHY];

	if (entry_state(l, e, 1, why) < 0)
		return broken(d, why);
	read_progress(l, e, d);
	d->health = e->health;
	d->held = *manifest_get(&l->m, "silent_s") != 0;
	d->silent_s = manifest_num(&l->m, "silent_s", 0);
	on = manifest_get(&l->m, "elsewhere");
	snprintf(d->elsewhere, sizeof d->elsewhere, "%s", strcmp(on, "unknown") ? on : "?");
	describe(l, e, d);
	return 1;
}

/*
 * The locks before the files: a wrapper that ends writes `done` while it holds its lock. So the
 * files are read again if a process holds a lock, or if one should (the status says it runs, or it
 * is not at rest); a task that rests stays as it was read.
 */
int
details_read(struct list *l, struct entry *e, int full, struct details *d)
{
	struct health_facts f = { .done = e->done };
	char why[WHY], path[PATH_MAX];
	int alone = 0, r;

	memset(d, 0, offsetof(struct details, text) + 1);
	if (e->said)
		return read_said(l, e, d);
	if (!e->done && e->status < ST_LAST) {
		f.adopted = e->adopted;
		f.held = d->held = e->adopted || held(l, e, "lock");
		f.watched = !f.held && held(l, e, "monitor.lock");
		f.launching = !f.held && !f.watched && held(l, e, "launch.lock");
		alone = !f.held && !f.watched && !f.launching && e->status != ST_CREATED &&
		        e->status != ST_ABANDONED;
	}
	if (full || alone || f.held || e->status == ST_LAUNCHING || e->status == ST_RUNNING ||
	    e->status == ST_LAST)
		if ((r = entry_state(l, e, 1, why)) <= 0)
			return r ? broken(d, why) : 0;
	read_progress(l, e, d);
	f.queued = e->queued;
	f.status = e->status;
	f.done = e->done;
	if (f.held && !f.done) {
		read_silence(l, e, &f, d);
		if (!e->adopted && !entry_join(path, e, "lock"))
			f.elsewhere = *lock_elsewhere(l->dir, path, d->elsewhere) != 0;
	}
	d->health = e->health = health_judge(&f, &d->rests_on);
	if (!f.done)
		e->kind = health_well(d->health, &f) ? KIND_LIVING :
			e->status == ST_CREATED ? KIND_CREATED : KIND_ATTENTION;
	describe(l, e, d);
	return 1;
}
