/* outcome - what an attempt's end means: wait status and evidence in, status and reason out; a table, no I/O */
#ifndef WRAP_OUTCOME_H
#define WRAP_OUTCOME_H

#include "task/failure.h"
#include "task/status.h"

struct evidence {
	int wstatus;            /* from waitpid; -1: the agent never ran or its end was not seen */
	int exec_errno;         /* exec failed with this; 0 it did not */
	int stream;             /* 1: the agent has an event stream (an end event is expected) */
	int ended;              /* 1: the last word was an end event that says success */
	enum failure failure;   /* the last word was an error of this kind */
	const char *error;      /* one line about it: "401 authentication_failed: invalid x-api-key"; NULL none */
	long long resume_at;    /* epoch seconds, with FAIL_LIMITED; 0: nobody has said */
	int stop_asked;         /* rca-reap -k, Ctrl-C, the session closed by hand */
	int hung;               /* the monitor ended it */
	int unfinished;         /* pieces of background work that its last word left open, so that it was to be woken */
	int lingered;           /* ended by us after its end event: the wait status says nothing */
	int killed;             /* we ended the tree for another reason (SIGTERM to the wrapper) */
	int fruitless;          /* attempts in a row, this one included, that brought no event */
	int ran;                /* an earlier attempt has run: the program was there, and may be there again */
};

struct outcome {
	enum status status;
	int exit_code;          /* as the shell would say it; 0 for a completed task */
	int term_signal;        /* 0 none */
	char reason[256];       /* "end", "exit:3", "signal:9", "401 ...", "no_end_event", "no_progress: exit:1", ... */
	long long resume_at;    /* of a limited task; 0: nobody has said */
	long long limited_since; /* 0 not limited */
	int unsure;             /* resume_at is but when it is looked at again */
	int unbegun;            /* exec has not happened: whatever it is, it has done nothing */
	int start_failed;       /* crashed, for a want that may pass: of the program, or of what starts it */
	long long ran_ms;       /* the attempt lasted so long; 0 unknown */
};

enum { FRUITLESS_MAX = 3 };

void outcome_judge(const struct evidence *e, struct outcome *o);

#endif
