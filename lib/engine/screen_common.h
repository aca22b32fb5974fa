/* screen_common - what any program prints when it asks, crashes, nags or has ended; no I/O */
#ifndef ENGINE_SCREEN_COMMON_H
#define ENGINE_SCREEN_COMMON_H

#include "text/last_lines.h"

/* The line of an open question, or -1. *what: y/N, password, enter, select, pager, answer. */
int screen_common_question(const struct last_lines *v, const char **what);

/*
 * The first line of a crash that little has followed, or -1.
 * *what: traceback, panic, signal, fatal.
 */
int screen_common_crash(const struct last_lines *v, const char **what);

/* An offer of a newer version among the last lines, or -1. */
int screen_common_nag(const struct last_lines *v);

/* 1 if the last line is a bare shell prompt. */
int screen_common_shell(const struct last_lines *v);

#endif
