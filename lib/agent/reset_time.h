/* reset_time - finds in a text when a limit ends */
#ifndef AGENT_RESET_TIME_H
#define AGENT_RESET_TIME_H

enum reset {
	RESET_NONE,
	RESET_GUESS, /* a time in a zone that this system does not know */
	RESET_KNOWN
};

/*
 * Reads, at now: "try again at Mar 17th, 2030 5:46 PM", "in 2 hours 5 minutes", "in ~95 min.",
 * "requested 7200s retry delay", "resets 3:03am (UTC)", "resets Mar 3, 9am (Europe/Berlin)",
 * "on 2026-12-01 at 00:00 UTC", "try again at 11:05 PM" (past: tomorrow), "retry-after: 3600".
 * A time without a zone is local (TZ). *at: epoch seconds; 0 with RESET_NONE; with RESET_GUESS as
 * if the zone were the local one.
 */
enum reset reset_time_read(const char *text, long long now, long long *at);

#endif
