/* prompt - the instructions a task is given: copied in, and put together for an attempt */
#ifndef TASK_PROMPT_H
#define TASK_PROMPT_H

#include <stddef.h>

#include "base/err.h"

/* PROMPT_ARG_MAX: as an argument; Linux takes 128 KiB, and something may stand beside it in its word. */
enum { PROMPT_MAX = 10 * 1024 * 1024, PROMPT_ARG_MAX = 127 * 1024 };

struct prompt {
	char *text;
	size_t n;
};

/*
 * Reads a prompt (a file's path, "-": standard input) whole, however long whoever writes it takes: to be called before any lock is taken, and before any change of directory. 0, and it is
 * to be freed; else the exit code with why: EX_CALLER for one that is missing, empty (blanks alone are empty), larger than PROMPT_MAX or a directory; EX_SYSTEM.
 */
int prompt_load(const char *from, struct prompt *p, char why[WHY]);
void prompt_free(struct prompt *p);

/* Puts it into dir/name, durably. 0; EX_SYSTEM with why, and nothing has changed. */
int prompt_store(const struct prompt *p, int dir, const char *name, char why[WHY]);

/* Whether dir/prompt is one that an agent can be started with, in whose arguments (argument) it can go. 0, else as above. */
int prompt_check(int dir, int argument, char why[WHY]);

/* Reads what prompt_input gave, for an argument. To be freed; NULL with errno and why: it is longer than PROMPT_ARG_MAX (E2BIG), or has a NUL in it (EINVAL). */
char *prompt_argument(int in, char why[WHY]);

/*
 * What the attempt reads on standard input, as a descriptor opened for reading at its start (close-on-exec); -1 with errno.
 *   FRESH: the prompt itself. The others are put together in dir/input:
 *   AGAIN (an earlier attempt's session is lost): a line that says so, the prompt, and the next prompt (dir/resume) if there is one.
 *   REPEATED (resumed, but the session never showed any work, and may not hold the prompt): the prompt, and the next one.
 *   RESUMED: the next prompt, or "continue" words if that is empty or not there.
 *   CUT (resumed, but its last turn was cut off): "continue" words, and the next prompt.
 */
enum prompt_kind { PROMPT_FRESH, PROMPT_AGAIN, PROMPT_REPEATED, PROMPT_RESUMED, PROMPT_CUT };
int prompt_input(int dir, enum prompt_kind kind);

#endif
