/* stopwatch - how long a process has run */
#include "base/stopwatch.h"

#include "base/clock.h"

long long
stopwatch_ms(struct stopwatch *w, long long most_ms)
{
	long long now = clock_ms(), boot = clock_boot_ms();
	long long step = now - w->last_ms, passed = boot - w->boot_ms;

	if (w->runs) {
		if (step > most_ms)
			step = most_ms;
		if (step > 0)
			w->total_ms += step;
		if (passed > step)
			w->asleep_ms += passed - step;
	}
	w->runs = 1;
	w->last_ms = now;
	w->boot_ms = boot;
	return w->total_ms;
}
