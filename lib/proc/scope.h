/*
 * scope - starts a program outside the control group that ends with our caller, by systemd-run
 *
 * systemd ends all processes of a service with it, also those in sessions of their own; logind does
 * the same to a login session where KillUserProcesses is set.
 */
#ifndef PROC_SCOPE_H
#define PROC_SCOPE_H

#include <stddef.h>

enum { SCOPE_WORDS = 8 };

/* 1 if a process that is to outlive us needs it. Engines are told by RCA_SCOPE=yes (scope.sh). */
int scope_wanted(void);

/*
 * Puts the words that do it before the n of argv (which has room for SCOPE_WORDS + n + 1), if they
 * are needed, and work here, which is tried. 1: they are there; 0: not needed; -1: systemd-run does
 * not work.
 */
int scope_leave(char *argv[], size_t n);

#endif
