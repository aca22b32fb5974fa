/* reset_time - when a limit ends, out of an agent's words; no I/O but the system's time zones */
#ifndef AGENT_RESET_TIME_H
#define AGENT_RESET_TIME_H

enum reset {
	RESET_NONE,
	RESET_GUESS, /* there is a time in it, of a zone that this system does not know */
	RESET_KNOWN
};

/*
 * At now: "try again at Mar 17th, 2030 5:46 PM", "in 2 hours 5 minutes", "in ~95 min.",
 * "requested 7200s retry delay", "resets 3:03am (UTC)", "resets Mar 3, 9am (Europe/Berlin)",
 * "on 2026-12-01 at 00:00 UTC", "try again at 11:05 PM" (past: tomorrow), "retry-after: 3600".
 * Without a zone it is local time (TZ). *at: epoch seconds; 0 with RESET_NONE, with RESET_GUESS
 * as if the zone were the local one.
 */
enum reset reset_time_read(const char *text, long long now, long long *at);

#endif
