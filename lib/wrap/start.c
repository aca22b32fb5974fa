/* start - files, pipes or terminal of an agent that is to run, and its start */
#include "wrap/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proc/spawn.h"
#include "engine/orphans.h"

/* The agent's ends of pipes or terminal, and ours. */
static int
connect_agent(struct run *u, struct spawn *s, int theirs[2])
{
	int out[2], err[2];

	if (u->r->pty) {
		u->out = pty_open(0, &theirs[0]);
		if (u->out < 0)
			return -1;
		fcntl(u->out, F_SETFL, O_NONBLOCK);
		strip_width(&u->strip, pty_columns(u->out));
		s->fd[0] = s->fd[1] = s->fd[2] = theirs[0];
		s->group = SPAWN_TTY;
		return 0;
	}
	if (pipe(out))
		return -1;
	u->out = out[0];
	theirs[0] = out[1];
	if (pipe(err))
		return -1;
	u->err = err[0];
	theirs[1] = err[1];
	fcntl(u->out, F_SETFL, O_NONBLOCK);
	fcntl(u->err, F_SETFL, O_NONBLOCK);
	s->fd[0] = u->r->in;
	s->fd[1] = theirs[0];
	s->fd[2] = theirs[1];
	s->group = SPAWN_SESSION;
	return 0;
}

int
start_agent(struct run *u, char why[WHY])
{
	char hold[PATH_MAX + sizeof "/" ORPHANS_LOCK];
	struct spawn s = { .argv = u->r->argv, .env = u->r->env, .dir = u->r->dir, .umask = &u->r->umask, .hold = hold };
	int theirs[2] = { -1, -1 }, ret = 0;

	snprintf(hold, sizeof hold, "%s/%s", u->r->task->path, ORPHANS_LOCK);
	if (connect_agent(u, &s, theirs))
		ret = err_why(why, "connect the agent:");
	else if ((u->pid = spawn_start(&s, &u->r->exec_step)) < 0)
		u->r->exec_errno = errno;
	for (int i = 0; i < 2; i++)
		if (theirs[i] >= 0)
			close(theirs[i]);
	if (u->pid <= 0)
		return ret;
	u->r->started(u->r->ctx, u->pid);
	streams_foreground(u);
	return 0;
}

int
start_open(struct run *u, char why[WHY])
{
	if (log_writer_open(&u->log, u->r->task->fd, "output.log", u->r->max_log))
		return err_why(why, "open output.log:");
	log_writer_write(&u->log, u->r->header, strlen(u->r->header));
	u->start = u->log.size + (off_t)u->log.nheld; /* what a full disk has not taken yet comes first */
	u->turns = u->log.turns;
	if (u->r->pty)
		return 0;
	pane_write(&u->pane, u->r->header, strlen(u->r->header));
	if (log_writer_open(&u->events, u->r->task->fd, "events.jsonl", 0))
		return err_why(why, "open events.jsonl:");
	if (log_writer_open(&u->errlog, u->r->task->fd, "stderr.log", u->r->max_log))
		return err_why(why, "open stderr.log:");
	u->start = u->events.size + (off_t)u->events.nheld;
	u->sieve.words = agent_get(u->r->agent, "drop");
	u->ev = events_new(u->r->agent, streams_say, u);
	return u->ev ? 0 : err_why(why, "read events:");
}

void
start_close(struct run *u)
{
	const int fds[] = { u->out, u->err };

	pty_restore(&u->outer);
	for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	events_free(u->ev);
	log_writer_close(&u->events);
	log_writer_close(&u->errlog);
	log_writer_close(&u->log);
}
