/* screen_common - what programs of any kind print when they ask, crash, nag or are gone; no I/O */
#ifndef ENGINE_SCREEN_COMMON_H
#define ENGINE_SCREEN_COMMON_H

#include "text/last_lines.h"

/* The line of a question that nobody has answered yet; -1 if there is none. *what: y/N, password, enter, select, pager, answer. */
int screen_common_question(const struct last_lines *v, const char **what);

/* The first line of what a program left that crashed, if nothing much came after it; -1. *what: traceback, panic, signal, fatal. */
int screen_common_crash(const struct last_lines *v, const char **what);

/* An offer of a newer version among the last lines; -1. */
int screen_common_nag(const struct last_lines *v);

/* True if the last line is a bare shell prompt. */
int screen_common_shell(const struct last_lines *v);

#endif
