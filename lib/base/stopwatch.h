/* stopwatch - how long a process has run; clock changes and sleep of the machine do not count */
#ifndef BASE_STOPWATCH_H
#define BASE_STOPWATCH_H

/* Initialise with zeros: it starts with the first call of stopwatch_ms. */
struct stopwatch {
	int runs;
	long long last_ms, boot_ms; /* clock_ms and clock_boot_ms at the last call */
	long long total_ms;         /* awake */
	long long asleep_ms;        /* the rest: the machine slept, or the process was stopped */
};

/*
 * The milliseconds it has run. At most most_ms count from one call to the next, for systems where
 * no clock stands still while the machine sleeps; it is the longest that a call may be late.
 */
long long stopwatch_ms(struct stopwatch *w, long long most_ms);

#endif
