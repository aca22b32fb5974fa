/* alive - what an engine says of a task's process: a word, and a reason for people */
#ifndef ENGINE_ALIVE_H
#define ENGINE_ALIVE_H

enum alive {
	ALIVE_UNKNOWN, /* the engine cannot tell, does not answer, or is not there */
	ALIVE_RUNNING,
	ALIVE_QUEUED,  /* it waits for its turn, for the reason */
	ALIVE_DEAD,    /* it has ended, or its agent has */
	ALIVE_CLOSED,  /* somebody closed it, which stops the task */
	ALIVE_GONE     /* the engine ended it, or has itself ended, so nothing is known of it */
};

enum { ALIVE_REASON = 128 };

/*
 * Asks for at most ms. within: the server that we run in, as the engine knows it, or "". The word
 * counts; an engine that prints none answers by its exit code. reason (may be NULL) is what follows
 * the word, or the engine's complaint, as one clean line; "" if there is nothing.
 */
enum alive alive_ask(const char *engine, const char *taskdir, const char *within, long ms,
	char reason[ALIVE_REASON]);

/* 1: the process is not there any more. */
int alive_over(enum alive a);

#endif
