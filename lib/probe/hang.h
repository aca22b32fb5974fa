/* hang - whether a silent attempt is hung: silence, then a grace period without processor time or an open tool call; pure, no I/O */
#ifndef PROBE_HANG_H
#define PROBE_HANG_H

struct hang_rule {
	long long silence_s;   /* nothing written for so long: quiet, the grace begins */
	long long grace_s;
	long long tool_s;      /* an open tool call excuses silence for so long */
	long long background_s; /* ... and background work that the agent waits for, for so long */
};

/*
 * What is seen at a look. Times are seconds of one clock: of a watcher's own, which neither a clock that
 * is set nor a machine that sleeps makes run (stopwatch.h); last_write is when it saw something change.
 * A single look has epoch seconds.
 */
struct hang_evidence {
	long long now, last_write;
	long long asleep_s;    /* so much of the age of a process the machine slept */
	int tools;             /* tool calls open by the events, or shells of their own in the process tree */
	long long tool_age_s;  /* how long */
	int background;        /* pieces of background work open by the events */
	long long cpu_ms;      /* used by the process tree so far; only asked for when hang_wants_cpu */
};

struct hang {
	int quiet;             /* 1 in a grace period */
	long long since;       /* it began then */
	long long cpu_ms;      /* ... with so much used */
	int tools;             /* ... and so many tools open: one that has closed since is a sign of life, though its result may not be printed yet */
};

enum hang_finding { HANG_NO, HANG_QUIET, HANG_BEGUN, HANG_BUSY, HANG_HUNG }; /* BEGUN: the grace period begins with this look; BUSY: it ended with a sign of life, and begins again */

/* What an idle program's timers use of one processor (measured: hung agents up to 0.8 %); an answer that streams unseen takes 1.5 % and more. */
enum { HANG_IDLE_PERCENT = 1 };

/* Whether the next hang_step needs cpu_ms and tools, which cost a walk over all processes: only when it is silent. */
int hang_wants_cpu(const struct hang *h, const struct hang_rule *r, long long now, long long last_write);

/* Whether what is open excuses this silence. */
int hang_excused(const struct hang_rule *r, const struct hang_evidence *l);

enum hang_finding hang_step(struct hang *h, const struct hang_rule *r, const struct hang_evidence *l);

/* Seconds until the next look is of use, at most `base`. */
long long hang_next(const struct hang *h, const struct hang_rule *r, long long now, long long base);

#endif
