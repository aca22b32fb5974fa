/*
 * hang - whether a silent attempt is hung; no I/O
 *
 * Silence alone proves nothing. It begins a grace period; an attempt is hung when the grace period
 * ends without processor time, a tool call or background work that would explain the silence.
 */
#ifndef PROBE_HANG_H
#define PROBE_HANG_H

struct hang_rule {
	long long silence_s;    /* nothing written for this long: the grace period begins */
	long long grace_s;
	long long tool_s;       /* an open tool call excuses silence for this long */
	long long background_s; /* background work that the agent waits for excuses it, too */
};

/*
 * One look. Times are seconds of one clock. A watcher uses its own, which stands still while the
 * machine sleeps and ignores changes of the wall clock (stopwatch.h), and last_write is when it
 * saw a change. A single look uses epoch seconds.
 */
struct hang_evidence {
	long long now, last_write;
	long long asleep_s;   /* machine sleep that counts in the age of a process */
	int tools;            /* open tool calls, by the events or by the process tree */
	long long tool_age_s;
	int background;       /* pieces of background work open by the events */
	long long cpu_ms;     /* used by the process tree so far; read only when hang_wants_cpu */
	long long at_ms;      /* when another host read that, by its own clock; 0: here and now */
};

struct hang {
	int quiet;        /* 1 in a grace period; the rest describes its beginning */
	long long since;
	long long cpu_ms, at_ms;
	int tools;        /* if one closes, that is a sign of life before its result is printed */
};

enum hang_finding {
	HANG_NO,
	HANG_QUIET,
	HANG_BEGUN, /* the grace period begins with this look */
	HANG_BUSY,  /* the grace period ended with a sign of life and begins again */
	HANG_HUNG
};

/*
 * Percent of one processor that the timers of an idle program use (measured: hung agents up to
 * 0.8 %, an answer that streams unseen 1.5 % and more).
 */
enum { HANG_IDLE_PERCENT = 1 };

/* Whether the next hang_step needs cpu_ms and tools, which cost a walk over all processes. */
int hang_wants_cpu(const struct hang *h, const struct hang_rule *r, long long now,
	long long last_write);

/* Whether an open tool call or background work excuses the silence. */
int hang_excused(const struct hang_rule *r, const struct hang_evidence *e);

enum hang_finding hang_step(struct hang *h, const struct hang_rule *r,
	const struct hang_evidence *e);

/* Seconds until the next look is of use, from 1 to base. */
long long hang_next(const struct hang *h, const struct hang_rule *r, long long now, long long base);

#endif
