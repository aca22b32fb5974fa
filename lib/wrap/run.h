/* run - a running agent, inside relay: its streams (streams.c), its start (start.c), its time (supervise.c) */
#ifndef WRAP_RUN_H
#define WRAP_RUN_H

#include "events/events.h"
#include "file/log_writer.h"
#include "proc/pty.h"
#include "text/strip.h"
#include "wrap/line_filter.h"
#include "wrap/pane.h"
#include "wrap/supervise.h"

enum {
	RUN_READ = 131072, /* with it the struct is large enough for calloc to map: pages that are never read into cost nothing */
	RUN_LINE = 8192,
	RUN_KEYS = 4096
};

struct run {
	struct supervised *r;
	struct log_writer events, errlog, log;
	struct pane pane;
	struct events *ev;
	struct line_filter sieve;     /* before ev and events.jsonl */
	int out, err, keys;     /* what is read; -1: ended, or not there. On a pty `out` is the master, written to as well */
	struct pty_saved outer;
	pid_t pid;
	int reaped, swept, ending, ended; /* ended: as progress.ended was at the last look */
	int slim;               /* memory was given back for the sleep that no timer ends */
	long long kill_at, drain_at, saved_at, heard_at, ended_at, retry_at, interrupted_at; /* clock_ms; 0: not set */
	long long last_event;   /* epoch seconds */
	int dirty, fresh;
	size_t nline, ntyped;
	off_t start;            /* where this attempt begins in events.jsonl; on a pty, in output.log ... */
	int turns;              /* ... after so many turns of that */
	/* What is large comes last: see RUN_READ. */
	struct strip strip;
	char line[RUN_LINE];    /* of stderr */
	char typed[RUN_KEYS];   /* for the agent's terminal */
	char buf[RUN_READ];
};

/* streams.c. For a person: into the log and onto the pane. */
void streams_say(void *u, const char *s, size_t n);
/* What is read is written where it belongs. A stream that ends is closed, its descriptor -1. */
void streams_read(struct run *u);        /* stdout, or the terminal */
void streams_read_errors(struct run *u); /* stderr */
void streams_read_keys(struct run *u);   /* what the person types ... */
void streams_write_keys(struct run *u);  /* ... goes to the agent's terminal */
void streams_foreground(struct run *u);  /* we may have become the terminal's foreground: takes it */
void streams_idle_line(struct run *u, long long now); /* a terminal's last line that has no end yet goes into the log, when it is due */
int streams_retry(struct run *u);        /* writes what a full disk did not take; 1 if some is still held */
void streams_finish(struct run *u);      /* no more will be read: last lines, result */

/* linger.c */
void linger_look(struct run *u);                   /* takes what the events have told by now */
long long linger_over_at(const struct run *u);     /* when an agent that has said its last word is ended if it does not exit (clock_ms); 0: not */
void linger_tell_over(struct run *u);              /* it is: history, if its work in the background was still open */

/* start.c */
int start_open(struct run *u, char why[WHY]);  /* logs and the reader of events */
int start_agent(struct run *u, char why[WHY]); /* the agent; 0 also if exec failed (u->r->exec_errno) */
void start_close(struct run *u);

#endif
