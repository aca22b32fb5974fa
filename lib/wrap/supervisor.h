/* supervisor - the state of supervise_run, shared by supervise.c, start.c and streams.c */
#ifndef WRAP_SUPERVISOR_H
#define WRAP_SUPERVISOR_H

#include "file/log_writer.h"
#include "proc/pty.h"
#include "text/strip.h"
#include "wrap/hooks.h"
#include "wrap/line_filter.h"
#include "wrap/pane.h"
#include "wrap/result.h"
#include "wrap/supervise.h"

enum {
	SUPERVISOR_READ = 131072, /* so large that calloc maps it: unused pages cost nothing */
	SUPERVISOR_LINE = 8192,
	SUPERVISOR_KEYS = 4096
};

struct supervisor {
	struct agent_run *r;
	struct log_writer events, errlog, log;
	struct pane pane;
	struct hooks hooks;
	struct events *ev;         /* NULL on a pty */
	struct line_filter filter; /* before ev and events.jsonl */
	int out, err, keys;        /* what is read; -1: none. On a pty, out is its master */
	struct pty_saved outer;
	pid_t pid;
	int reaped, swept;         /* the agent was waited for; its leftovers were ended */
	int ending;                /* the agent was asked to end */
	int ended;                 /* progress.ended at the last look; it changed at ended_at */
	/* Times of clock_ms; 0: not set. */
	long long ended_at, kill_at, drain_at, saved_at, heard_at, retry_at, interrupted_at;
	long long last_event;      /* epoch seconds */
	long long noted;           /* epoch seconds of the last entry of output.log.times */
	int trimmed;               /* memory was given back before a long sleep */
	int dirty, fresh;          /* progress is to be saved; the agent has done some work */
	size_t nline, ntyped;
	off_t start;               /* of this attempt in events.jsonl */
	/* The large buffers come last: see SUPERVISOR_READ. */
	struct strip strip;
	struct result_tail tail;     /* of a command */
	char line[SUPERVISOR_LINE];  /* of stderr */
	char typed[SUPERVISOR_KEYS]; /* for the agent's terminal */
	char buf[SUPERVISOR_READ];
};

/* streams.c: each stream is copied to where it belongs; one that ends is closed and becomes -1. */
void streams_log(struct supervisor *v, const char *s, size_t n);     /* for output.log */
void streams_say(void *supervisor, const char *s, size_t n);         /* for log and pane */
void streams_keep_events(void *supervisor, const char *s, size_t n); /* for events.jsonl and ev */
void streams_read(struct supervisor *v);        /* stdout, or the terminal */
void streams_read_errors(struct supervisor *v); /* stderr */
void streams_read_keys(struct supervisor *v);   /* what the person types ... */
void streams_write_keys(struct supervisor *v);  /* ... goes to the agent's terminal */
void streams_foreground(struct supervisor *v);  /* takes our terminal if we are in its foreground */
void streams_idle_line(struct supervisor *v, long long now); /* logs an unfinished line, if due */
int streams_retry(struct supervisor *v);        /* what a full disk refused; 1: some is left */
void streams_finish(struct supervisor *v);      /* at their end: the last lines, DIR/result */

/* start.c: 0, -1 with why */
int start_open(struct supervisor *v, char why[WHY]);  /* the logs and the reader of events */
int start_agent(struct supervisor *v, char why[WHY]); /* 0 also if the agent could not be started */
void start_close(struct supervisor *v);

#endif
