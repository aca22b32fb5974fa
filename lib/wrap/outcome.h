/* outcome - decides what the end of an attempt means: evidence in, status and reason out; no I/O */
#ifndef WRAP_OUTCOME_H
#define WRAP_OUTCOME_H

#include "task/failure.h"
#include "task/status.h"

struct evidence {
	int wstatus;          /* from waitpid; -1: the agent never ran, or its end was not seen */
	int exec_errno;       /* exec failed with this; 0: it did not fail */
	int stream;           /* the agent has an event stream, so an end event is expected */
	int ended;            /* the last word was an end event that says success */
	enum failure failure; /* the last word was an error of this kind */
	const char *error;    /* one line about it, "401 authentication_failed: ..."; NULL: none */
	long long resume_at;  /* epoch seconds, with FAIL_LIMITED; 0: the agent did not say */
	int stop_asked;       /* rca-reap -k, Ctrl-C, the session closed by hand */
	int hung;             /* the monitor ended it as hung */
	int unfinished;       /* background work, open at its end event, that would wake it */
	int lingered;         /* we ended it after its end event, so wstatus says nothing */
	int killed;           /* we ended it for another reason (SIGTERM to the wrapper) */
	int fruitless;        /* attempts in a row without an event, this one included */
	int ran;              /* an earlier attempt ran, so the program was there before */
};

struct outcome {
	enum status status;
	int exit_code;           /* as the shell would say it; 0 for a completed task */
	int term_signal;         /* 0: none */
	char reason[256];        /* "end", "exit:3", "signal:9", "no_progress: exit:1", ... */
	long long resume_at;     /* of a limited task; 0: not known */
	long long limited_since; /* 0: not limited */
	int unsure;              /* resume_at is the next look, not the end of the limit */
	int unbegun;             /* exec did not happen, so the agent has done nothing */
	int start_failed;        /* crashed because it could not be started, which may pass */
	long long ran_ms;        /* how long the attempt lasted; 0: not known */
};

enum { FRUITLESS_MAX = 3 };

void outcome_judge(const struct evidence *e, struct outcome *o);

/* A signal has cut short a wait or a check: the task is stopped, or (stop 0) will go on. */
void outcome_cut(struct outcome *o, int stop, int exit_code);

#endif
