/* history_scan - what has happened before, as the end of a history has it: the same failure again and again, an event since the last nudge; no I/O */
#ifndef TRIAGE_HISTORY_SCAN_H
#define TRIAGE_HISTORY_SCAN_H

#include <stddef.h>

/*
 * How often in a row the last failure of a tool or a turn came, as the hook lines of a history (n bytes of its end) have it; its words in buf, cut at size. 0: the last of them says that a
 * turn ended well, or there is none.
 */
int history_scan_failures(const char *history, size_t n, char *buf, size_t size);

/* 1 if an event that is to be judged came after a triage last decided to nudge: the agent's answer to it, perhaps. 0 if not, or if there is no such decision. */
int history_scan_since_nudge(const char *history, size_t n);

#endif
