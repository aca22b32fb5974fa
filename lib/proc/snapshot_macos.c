/*
 * snapshot_macos - lists processes by libproc, and reads environments by sysctl
 *
 * The system hides the environment of its own programs (/bin/sh, sleep): those are found by descent
 * and by their session. Another user's processes are left out, as we could not end them.
 */
#include "proc/snapshot.h"
#ifdef SYSTEM_MACOS

#include <errno.h>
#include <libproc.h>
#include <mach/mach_time.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/proc.h>
#include <sys/sysctl.h>
#include <time.h>
#include <unistd.h>

enum { NEAR_S = 2, SPARE = 64 }; /* process_began, by ps, knows whole seconds */

/* The strings of a process, each with its NUL: arguments up to env, the environment up to end. */
struct strings {
	char *buf, *args, *env, *end;
	size_t size;
};

static int
strings_room(struct strings *s)
{
	long max = sysconf(_SC_ARG_MAX);

	s->size = max > 0 ? (size_t)max : 1024 * 1024;
	s->buf = malloc(s->size + 1);
	return s->buf ? 0 : -1;
}

/* The system writes: argc, the program's path, NULs, the arguments, the environment. */
static int
strings_read(struct strings *s, pid_t pid)
{
	int mib[] = { CTL_KERN, KERN_PROCARGS2, (int)pid }, argc;
	size_t n = s->size;

	if (sysctl(mib, sizeof mib / sizeof *mib, s->buf, &n, NULL, 0) || n < sizeof argc)
		return -1;
	memcpy(&argc, s->buf, sizeof argc);
	s->end = s->buf + n;
	*s->end = '\0';
	s->args = s->buf + sizeof argc;
	s->args += strlen(s->args);
	while (s->args < s->end && !*s->args)
		s->args++;
	for (s->env = s->args; argc > 0 && s->env < s->end; argc--)
		s->env += strlen(s->env) + 1;
	if (s->env > s->end)
		s->env = s->end;
	return 0;
}

/* The first variable of that name counts, as for getenv. */
static enum snapshot_mark
strings_mark(const struct strings *s, const char *mark)
{
	const size_t name = sizeof SNAPSHOT_MARK - 1;

	for (const char *p = s->env; p < s->end; p += strlen(p) + 1)
		if (strncmp(p, SNAPSHOT_MARK, name) == 0)
			return strcmp(p + name, mark) == 0 ? MARK_OURS : MARK_OTHER;
	return MARK_NONE;
}

static long long
cpu_ms(pid_t pid)
{
	struct rusage_info_v1 r;
	mach_timebase_info_data_t unit;

	if (proc_pid_rusage(pid, RUSAGE_INFO_V1, (rusage_info_t *)&r)
	    || mach_timebase_info(&unit))
		return 0;
	return (long long)((r.ri_user_time + r.ri_system_time + r.ri_child_user_time
		+ r.ri_child_system_time) / 1000 * unit.numer / unit.denom / 1000);
}

static int
add(struct snapshot *l, struct strings *s, pid_t pid, const char *mark)
{
	struct proc_bsdinfo b;
	struct process_info *p;

	/* The 1 asks for zombies, too. */
	if (pid <= 0 || proc_pidinfo(pid, PROC_PIDTBSDINFO, 1, &b, sizeof b) != (int)sizeof b)
		return 0;
	if (!(p = snapshot_add(l)))
		return -1;
	p->pid = pid;
	p->ppid = (pid_t)b.pbi_ppid;
	p->sid = getsid(pid);
	if (p->sid < 0)
		p->sid = (pid_t)b.pbi_pgid;
	p->zombie = b.pbi_status == SZOMB;
	p->start = b.pbi_start_tvsec;
	p->age_s = (long long)time(NULL) - (long long)b.pbi_start_tvsec;
	p->cpu_ms = cpu_ms(pid);
	if (mark && !p->zombie && strings_read(s, pid) == 0)
		p->mark = strings_mark(s, mark);
	return 0;
}

/* All pids, to be freed; their number in *n. NULL with errno. */
static pid_t *
list_pids(int *n)
{
	int room = proc_listallpids(NULL, 0);
	pid_t *pids = NULL, *more;

	do {
		room = room > 0 ? 2 * room + SPARE : SPARE;
		if (!(more = realloc(pids, (size_t)room * sizeof *pids)))
			break;
		pids = more;
		*n = proc_listallpids(pids, room * (int)sizeof *pids);
	} while (*n >= room);
	if (more && *n > 0)
		return pids;
	free(pids);
	if (more)
		errno = ENOSYS;
	return NULL;
}

int
snapshot_take(struct snapshot *l, const char *mark)
{
	struct strings s = { 0 };
	int n = 0, r = 0;
	pid_t *pids = list_pids(&n);

	if (!pids)
		return -1;
	if (mark)
		r = strings_room(&s);
	for (int i = 0; r == 0 && i < n; i++)
		r = add(l, &s, pids[i], mark);
	free(s.buf);
	free(pids);
	snapshot_sort(l);
	if (r == 0 && !snapshot_find(l, getpid())) {
		errno = ENOSYS;
		return -1;
	}
	return r;
}

int
snapshot_began(const struct process_info *p, long long began)
{
	long long start = (long long)p->start;

	return start > began + NEAR_S ? 1 : start < began - NEAR_S ? -1 : 0;
}

void
snapshot_command(pid_t pid, char *buf, size_t size)
{
	struct strings s = { 0 };

	*buf = '\0';
	if (strings_room(&s) == 0 && strings_read(&s, pid) == 0) {
		for (char *p = s.args; p + 1 < s.env; p++)
			if (!*p)
				*p = ' ';
		snprintf(buf, size, "%s", s.args);
	}
	free(s.buf);
}

#endif
