/* failure - what an agent's failure means for its task */
#ifndef TASK_FAILURE_H
#define TASK_FAILURE_H

/* How a failure sorts (agent file: sort=); FAIL_LOST: the session to resume is not there. */
enum failure { FAIL_NONE, FAIL_TRANSIENT, FAIL_LIMITED, FAIL_PERMANENT, FAIL_LOST };

#endif
