/* policy - decides by a table what to do about an agent's event; no I/O */
#ifndef HOOK_POLICY_H
#define HOOK_POLICY_H

#include "hook/payload.h"

enum decision {
	POLICY_RECORD,   /* a line in history, no more */
	POLICY_TRIAGE,   /* start rca-triage */
	POLICY_FAILURE,  /* a tool failed: failures.h decides */
	POLICY_ESCALATE  /* a person is needed, and no model is asked */
};

enum { POLICY_EVENT = 2 * PAYLOAD_WORD };

struct ruling {
	enum decision what;
	int stranger;
	char event[POLICY_EVENT]; /* "Stop", "PostToolUseFailure:503", "Notification:idle_prompt" */
	const char *need;         /* POLICY_ESCALATE: what the person has to do */
};

/*
 * interactive: a person can talk to the agent, and the end of a turn is not the end of the task.
 * stranger: the payload comes from another conversation than the task's (an agent that the agent
 * started), and is only recorded.
 */
void policy_decide(const struct payload *p, int interactive, int stranger, struct ruling *r);

/* The HTTP status from 400 to 599 in an error's words: at their start or announced; 0: none. */
int policy_code(const char *text);

/* The decision as history has it: "record", ... */
const char *policy_word(enum decision d);

#endif
