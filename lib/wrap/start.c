/* start - opens the files, pipes or terminal of an agent, and starts it */
#include "wrap/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/orphans.h"
#include "proc/spawn.h"

/* A pipe: its reading end, which does not block, in *ours, the agent's in *theirs. */
static int
open_pipe(int *ours, int *theirs)
{
	int fd[2];

	if (pipe(fd))
		return -1;
	*ours = fd[0];
	*theirs = fd[1];
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	return 0;
}

static int
connect_agent(struct supervisor *v, struct spawn *s, int theirs[2])
{
	if (v->r->pty) {
		v->out = pty_open(0, &theirs[0]);
		if (v->out < 0)
			return -1;
		fcntl(v->out, F_SETFL, O_NONBLOCK);
		strip_width(&v->strip, pty_columns(v->out));
		s->fd[0] = s->fd[1] = s->fd[2] = theirs[0];
		s->group = SPAWN_TTY;
		return 0;
	}
	if (open_pipe(&v->out, &theirs[0]) || open_pipe(&v->err, &theirs[1]))
		return -1;
	s->fd[0] = v->r->in;
	s->fd[1] = theirs[0];
	s->fd[2] = theirs[1];
	s->group = SPAWN_SESSION;
	return 0;
}

int
start_agent(struct supervisor *v, char why[WHY])
{
	struct agent_run *r = v->r;
	char hold[PATH_MAX + sizeof "/" ORPHANS_LOCK], keep[PATH_MAX + sizeof "/" ORPHANS_ALIVE];
	struct spawn s = {
		.argv = r->argv, .env = r->env, .dir = r->dir, .umask = &r->umask, .hold = hold,
		.keep = keep
	};
	int theirs[2] = { -1, -1 }, ret = 0;

	snprintf(hold, sizeof hold, "%s/%s", r->task->path, ORPHANS_LOCK);
	snprintf(keep, sizeof keep, "%s/%s", r->task->path, ORPHANS_ALIVE);
	if (connect_agent(v, &s, theirs))
		ret = err_why(why, "open the agent's terminal and pipes:");
	else if ((v->pid = spawn_start(&s, &r->exec_step)) < 0)
		r->exec_errno = errno;
	for (int i = 0; i < 2; i++)
		if (theirs[i] >= 0)
			close(theirs[i]);
	if (v->pid > 0) {
		r->started(r->ctx, v->pid);
		streams_foreground(v);
	}
	return ret;
}

int
start_open(struct supervisor *v, char why[WHY])
{
	struct agent_run *r = v->r;

	if (hooks_open(&v->hooks, r->task, r->unboxed))
		return err_why(why, "watch hooks:");
	if (log_writer_open(&v->log, r->task->fd, "output.log", r->max_log))
		return err_why(why, "open output.log:");
	streams_log(v, r->header, strlen(r->header));
	if (r->pty)
		return 0;
	pane_write(&v->pane, r->header, strlen(r->header));
	if (log_writer_open(&v->events, r->task->fd, "events.jsonl", 0))
		return err_why(why, "open events.jsonl:");
	if (log_writer_open(&v->errlog, r->task->fd, "stderr.log", r->max_log))
		return err_why(why, "open stderr.log:");
	v->start = v->events.size + (off_t)v->events.nheld; /* the disk may have refused some */
	v->filter = (struct line_filter){
		.words = agent_get(r->agent, "drop"), .out = streams_keep_events, .ctx = v
	};
	v->ev = events_new(r->agent, streams_say, v);
	return v->ev ? 0 : err_why(why, "read events:");
}

void
start_close(struct supervisor *v)
{
	pty_restore(&v->outer);
	if (v->out >= 0)
		close(v->out);
	if (v->err >= 0)
		close(v->err);
	events_free(v->ev);
	hooks_close(&v->hooks);
	log_writer_close(&v->events);
	log_writer_close(&v->errlog);
	log_writer_close(&v->log);
}
