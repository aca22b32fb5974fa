/*
 * orphans - processes that an attempt left running, ended before the task starts anything else
 *
 * History records each one. A terminal server (tmux, screen) that somebody has come to use since
 * is left alone with everything in it, and is named there.
 */
#ifndef ENGINE_ORPHANS_H
#define ENGINE_ORPHANS_H

#include "proc/tree.h"
#include "task/task.h"

/*
 * Lock file in DIR. A child that becomes an agent holds it from a look at its parent until exec
 * (spawn.h, hold): before exec it does not bear the mark by which it is found, and the wrapper that
 * forked it may die just then. Its line names the attempt's session (tree.h); "-": nothing is left.
 */
#define ORPHANS_LOCK TREE_LEADER

/* Lock file in DIR. The agent read-locks it while it lives (spawn.h, keep), for other hosts. */
#define ORPHANS_ALIVE "agent.lock"

/*
 * Ends all processes of the task, after any child that is on its way to exec. 0 when none is left
 * but those left alone; 1 if some could not be ended; -1 with errno (ENOSYS: the system does not
 * list processes, and the last attempt's session is not known; EHOSTUNREACH: the agent lives on
 * another host, and nothing was ended).
 */
int orphans_end(const struct task *t, long grace_ms);

/*
 * The same for their parent, the wrapper, once its agent or check (process leader) has ended.
 * *behind (may be NULL): 1 if there was a process of another session than the leader's.
 */
int orphans_sweep(const struct task *t, pid_t leader, long grace_ms, int *behind);

/* For the wrapper: asks (TERM) its agent's tree to end, or kills it but for keep. No history. */
void orphans_ask(const struct task *t);
void orphans_kill(const struct task *t, pid_t keep);

#endif
