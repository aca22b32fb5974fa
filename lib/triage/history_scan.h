/* history_scan - finds repeated failures, and events since a nudge, in a history; no I/O */
#ifndef TRIAGE_HISTORY_SCAN_H
#define TRIAGE_HISTORY_SCAN_H

#include <stddef.h>

/*
 * How often in a row the last failure of a tool or a turn came, by the hook lines in the last n
 * bytes of a history; its words in buf. 0: no failure, or a turn ended well after it.
 */
int history_scan_failures(const char *history, size_t n, char *buf, size_t size);

/* 1 if an event for triage came after the last nudge; 0 if not, or if there was no nudge. */
int history_scan_since_nudge(const char *history, size_t n);

#endif
