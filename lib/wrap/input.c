/* input - which session an attempt resumes, and what its agent is given to read */
#include "wrap/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/template.h"
#include "base/pairs.h"
#include "file/file.h"
#include "task/history.h"
#include "wrap/interactive.h"

/*
 * Finds the session of an agent in its own interface, which does not report it. It is found by this
 * task's words in it, or not at all.
 */
static void
find_session(struct attempt *a)
{
	struct template_vars v = attempt_vars(a);

	if (!a->interactive || a->session[0] || a->number < 2
		|| agent_session(a->agent) != SESSION_CAPTURE)
		return;
	if (!interactive_session(a->task, a->m, &v, a->session)
		|| session_store(a->task->fd, a->session))
		a->session[0] = '\0';
	else
		history_add(a->task->fd, "session",
			PAIRS("id", a->session, "because", "it has this task's first words"));
}

/* Whether the last attempt was cut off in the middle of a turn. */
static int
cut_off(const struct attempt *a)
{
	return *manifest_get(a->m, "reason")
		&& (manifest_num(a->m, "retry_count", 0) > 0 || *manifest_get(a->m, "resume_at"));
}

/*
 * A session is resumed only if it is there. Where that cannot be seen, the id that an earlier
 * attempt left is believed: the agent says so if it is wrong.
 */
void
input_session(struct attempt *a)
{
	struct template_vars v = attempt_vars(a);
	int there;

	find_session(a);
	there = agent_session_file(a->agent, &v, a->session_file, sizeof a->session_file);
	if (agent_session(a->agent) != SESSION_NONE && a->session[0]
		&& !(a->interactive && !agent_get(a->agent, "interactive_resume")))
		a->resumed = there > 0 || (there < 0 && a->number > 1);
	if (!a->resumed)
		a->kind = a->number > 1 ? PROMPT_AGAIN : PROMPT_FRESH;
	else if (!a->interactive && strcmp(manifest_get(a->m, "session_worked"), a->session))
		a->kind = PROMPT_REPEATED;
	else
		a->kind = cut_off(a) ? PROMPT_CUT : PROMPT_RESUMED;
}

/* A fresh agent gets the prompt alone; a next prompt that waits already is for the next turn. */
static int
open_stdin(struct attempt *a)
{
	int lock = manifest_lock(a->task->fd), in;

	if (lock < 0)
		return -1;
	next_prompt_take(a->task->fd, &a->next);
	if (a->kind == PROMPT_FRESH && a->next.size > 0)
		a->next.there = 0;
	if (agent_prompt(a->agent) == PROMPT_NONE || (a->interactive && a->kind == PROMPT_FRESH))
		in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	else
		in = prompt_input(a->task->fd, a->kind);
	close(lock);
	return in;
}

void
input_close(struct attempt *a)
{
	if (a->in >= 0)
		close(a->in);
	a->in = -1;
}

int
input_open(struct attempt *a, char why[WHY])
{
	int argument = agent_prompt(a->agent) == PROMPT_ARG && !a->interactive;
	int none = a->interactive ? file_there(a->task->fd, "prompt") == 0
		: agent_prompt(a->agent) == PROMPT_NONE;

	if (!none && (a->code = prompt_check(a->task->fd, argument, why)))
		return -1;
	a->code = EX_SYSTEM;
	if ((a->in = open_stdin(a)) < 0)
		return err_why(why, "open prompt:");
	if (a->interactive) {
		/* Its standard input is its terminal, so its command line names a file. */
		if (!(a->prompt = malloc(INTERACTIVE_WORDS)))
			return err_why(why, "malloc:");
		interactive_words(a->task, a->m, a->kind, a->next.there && a->next.size > 0,
			a->prompt);
		input_close(a);
	} else if (argument) {
		/* It may have become too long with the text that is put before and after it. */
		if (!(a->prompt = prompt_argument(a->in, why))) {
			a->code = errno == E2BIG || errno == EINVAL ? EX_CALLER : EX_SYSTEM;
			return -1;
		}
		input_close(a);
	}
	return 0;
}

void
input_consume(struct attempt *a)
{
	a->consumed = 1;
	next_prompt_used(a->task->fd, &a->next);
}
