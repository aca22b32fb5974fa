/* policy - what is to be done about an agent's event: a table, no I/O */
#ifndef HOOK_POLICY_H
#define HOOK_POLICY_H

#include "hook/payload.h"

enum decision {
	POLICY_RECORD,   /* nothing but the line in history */
	POLICY_TRIAGE,   /* a model is to look at it */
	POLICY_FAILURE,  /* a tool failed: failures.h says whether a model, or a person, is to look */
	POLICY_ESCALATE  /* a person is needed, whatever a model would say */
};

enum { POLICY_EVENT = 2 * PAYLOAD_WORD };

struct ruling {
	enum decision what;
	int stranger;
	char event[POLICY_EVENT]; /* "Stop", "StopFailure:server_error", "PostToolUseFailure:503", "PostToolUseFailure:Bash", "Notification:idle_prompt" */
	const char *need;         /* POLICY_ESCALATE: what a person has to do */
};

/*
 * interactive: somebody may speak to the agent in its own interface, and its turn's end is not the task's. stranger: the payload comes from another conversation than
 * the task's own (an agent that the agent started): recorded, no more.
 */
void policy_decide(const struct payload *p, int interactive, int stranger, struct ruling *r);

/* An HTTP status from 400 to 599 in an error's words, where it stands first or a word announces it; 0: none. */
int policy_code(const char *text);

/* The verb for history: "record", ... */
const char *policy_word(enum decision d);

#endif
