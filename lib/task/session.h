/* session - DIR/session_id: which conversation of the agent's is this task's */
#ifndef TASK_SESSION_H
#define TASK_SESSION_H

enum { SESSION_ID = 128 };

/* The id, or "" if there is none, or what is there is not one. */
void session_load(int dir, char id[SESSION_ID]);

/* Keeps an id, durably. It comes from the agent's own output and goes into its argv: a word of letters, digits, '.', '_' and '-', and no option. 0, -1 with errno (EINVAL: no such word). */
int session_store(int dir, const char *id);

/* The session is lost: a new id where it is chosen before the start (pinned), else none. 0, -1 with errno. */
int session_renew(int dir, int pinned);

#endif
