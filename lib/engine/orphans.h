/*
 * orphans - what an attempt left running, ended before anything else of its task is started
 *
 * What is ended is said in history. A terminal server (tmux, screen) that somebody has come to use
 * since is left alone, with all that runs in it, and named there.
 */
#ifndef ENGINE_ORPHANS_H
#define ENGINE_ORPHANS_H

#include "proc/tree.h"
#include "task/task.h"

/*
 * In DIR. Who becomes an agent holds it from a look at its parent until exec (spawn.h, hold):
 * before exec it has no mark by which it could be found, and the wrapper that forked it may die
 * just then. Its line says whose session the attempt is (tree.h); "-": nothing is left of one.
 */
#define ORPHANS_LOCK TREE_LEADER

/*
 * Ends all that belongs to the task, once nobody is on its way there. 0 when none is left but what
 * is left alone, 1 if some could not be ended, -1 with errno (ENOSYS: the system does not list
 * processes, and whose session the last attempt was is not known).
 */
int orphans_end(const struct task *t, long grace_ms);

/*
 * The same for who is the parent of them: the wrapper, once its agent, or its check, of process id
 * leader has ended. *behind (may be NULL): one of another session than the leader's was there.
 */
int orphans_sweep(const struct task *t, pid_t leader, long grace_ms, int *behind);

/*
 * Asks the wrapper's agent and all below it to end (TERM), or (kill) ends them; not a word in
 * history.
 */
void orphans_ask(const struct task *t);
void orphans_kill(const struct task *t, pid_t keep);

#endif
