/* interactive - an agent in its own interface: what it is told on its command line, and which conversation is this task's */
#ifndef WRAP_INTERACTIVE_H
#define WRAP_INTERACTIVE_H

#include "agent/agent.h"
#include "task/manifest.h"
#include "task/prompt.h"
#include "task/session.h"
#include "task/task.h"

/* 1 if the task is one (rca-mktask -i) and its agent has an interactive= line. */
int interactive_is(const struct manifest *m, const struct agent *a);

/*
 * The agent's first words, which name a file and no more: the command line is seen by everybody. next: words wait in DIR/resume. "" where there is nothing to say.
 */
enum { INTERACTIVE_WORDS = 4352 };
void interactive_words(const struct task *t, const struct manifest *m, enum prompt_kind kind, int next, char buf[INTERACTIVE_WORDS]);

/*
 * Finds the conversation of an agent that names its own and has no event stream to tell it by: the one that holds, as a message, the words that only this task begins with. 1 with its id; 0
 * there is none, or more than one.
 */
int interactive_session(const struct task *t, const struct manifest *m, const struct template_vars *v, char id[SESSION_ID]);

#endif
