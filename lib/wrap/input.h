/* input - which session an attempt resumes, and what its agent is given to read */
#ifndef WRAP_INPUT_H
#define WRAP_INPUT_H

#include "wrap/attempt.h"

/* Sets session, session_file, resumed and kind; the environment and the number are known. */
void input_session(struct attempt *a);

/*
 * Opens what the agent reads on standard input (a->in), or puts its words for the command line into
 * a->prompt. 0; -1 with why, and a->code.
 */
int input_open(struct attempt *a, char why[WHY]);
void input_close(struct attempt *a);

/* The agent has its input, so the marker and the next prompt are removed. */
void input_consume(struct attempt *a);

#endif
