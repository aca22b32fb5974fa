/* failure - what an agent's failure means for its task */
#ifndef TASK_FAILURE_H
#define TASK_FAILURE_H

/* As an agent's sort= lines have it; FAIL_LOST: the session to resume does not exist any more. */
enum failure { FAIL_NONE, FAIL_TRANSIENT, FAIL_LIMITED, FAIL_PERMANENT, FAIL_LOST };

#endif
