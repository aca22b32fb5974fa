/* interactive - an agent in its own interface: its first words, and its conversation */
#ifndef WRAP_INTERACTIVE_H
#define WRAP_INTERACTIVE_H

#include "agent/agent.h"
#include "agent/template.h"
#include "task/manifest.h"
#include "task/prompt.h"
#include "task/session.h"
#include "task/task.h"

/* 1 if the task is interactive (rca-mktask -i) and its agent has an interactive= line. */
int interactive_is(const struct manifest *m, const struct agent *a);

/*
 * The agent's first words, for its command line. They only name a file, because everybody can see a
 * command line. next: a prompt waits in DIR/resume. "" if there is nothing to say.
 */
enum { INTERACTIVE_WORDS = 4352 };
void interactive_words(const struct task *t, const struct manifest *m, enum prompt_kind kind,
	int next, char buf[INTERACTIVE_WORDS]);

/*
 * Finds the conversation of an agent that chooses its session id itself and has no event stream:
 * the one that has this task's first words as a message. 1 with its id; 0 if none has, or several
 * have.
 */
int interactive_session(const struct task *t, const struct manifest *m,
	const struct template_vars *v, char id[SESSION_ID]);

#endif
