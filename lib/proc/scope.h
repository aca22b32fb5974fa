/*
 * scope - out of the control group that ends with our caller
 *
 * What a service of systemd has started ends with it, sessions of their own or not; what a login session has started likewise where logind is told so (KillUserProcesses). Who is to
 * outlive its caller is started through systemd-run there, in a scope of its own.
 */
#ifndef PROC_SCOPE_H
#define PROC_SCOPE_H

#include <stddef.h>

enum { SCOPE_WORDS = 8 };

/* 1 if who is to outlive us needs it. An engine is told by RCA_SCOPE=yes (lib/plugins/engines/scope.sh has the same words). */
int scope_wanted(void);

/*
 * Puts the words that do that before the n of argv (room for SCOPE_WORDS + n + 1), if they are needed and work here, which is tried. 1: they are there; 0: there is no need; -1: systemd-run
 * does not work, and argv is as it was. Where neither INVOCATION_ID nor XDG_SESSION_ID is set nothing is run.
 */
int scope_leave(char *argv[], size_t n);

#endif
