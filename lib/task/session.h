/* session - DIR/session_id: the agent's session in which the task is done */
#ifndef TASK_SESSION_H
#define TASK_SESSION_H

enum { SESSION_ID = 128 };

/* The id; "" if there is none, or what is there is not an id. */
void session_load(int dir, char id[SESSION_ID]);

/*
 * Writes the id, durably. It comes from the agent's output and goes into its argv, so it must be a
 * word of letters, digits, '.', '_' and '-' that is not an option: else -1 with errno EINVAL. 0.
 */
int session_store(int dir, const char *id);

/* The session is lost: a new id if we choose it (pinned), else none. 0, -1 with errno. */
int session_renew(int dir, int pinned);

#endif
