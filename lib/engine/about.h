/* about - what an engine can do */
#ifndef ENGINE_ABOUT_H
#define ENGINE_ABOUT_H

struct about {
	int terminal; /* the task has a terminal, to look at and to type into */
	int remote;   /* the task may run on another host */
	int queue;    /* a task may have to wait until it is started */
	int tells;    /* `alive` tells about a process without a terminal */
};

/*
 * Asks the engine for `about`. An engine that does not know the verb has a terminal and nothing
 * else. tmux and none are known without a process, since every launch asks.
 */
struct about about_engine(const char *name, const char *taskdir);

#endif
