/* stopwatch - how long a process has watched: neither a clock that is set nor a machine that sleeps counts */
#ifndef BASE_STOPWATCH_H
#define BASE_STOPWATCH_H

/* Zeros at first; it begins to run when it is first looked at. */
struct stopwatch {
	int runs;
	long long last_ms, boot_ms; /* clock_ms and clock_boot_ms at the last look */
	long long total_ms;         /* awake */
	long long asleep_ms;        /* what has passed beyond that: the machine slept, or we were not let run */
};

/*
 * Looks at it: the milliseconds it has run. No more than most_ms are counted from look to look, for
 * where no clock stands still while the machine sleeps: most is what a look may be late at the worst.
 */
long long stopwatch_ms(struct stopwatch *w, long long most_ms);

#endif
