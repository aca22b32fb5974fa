/* monitor - what all parts of a monitor share */
#include "monitor/monitor.h"

#include <limits.h>
#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/pairs.h"
#include "engine/stop_signal.h"
#include "file/file.h"
#include "monitor/notices.h"
#include "proc/lock.h"
#include "proc/trim.h"
#include "task/history.h"

/* The first LOOKS at a waiting session are a base interval apart, later ones LOOKS intervals. */
enum { LOOKS = 10 };

void
monitor_say(const struct monitor *mo, const char *what, const char *detail)
{
	fprintf(stderr, "%s %s: %s%s%s\n", PAIRS_TIME(clock_now()), mo->t.name, what,
		*detail ? ": " : "", detail);
}

void
monitor_unseen(struct monitor *mo, int unseen, const char *why)
{
	if (unseen && !mo->unseen)
		monitor_say(mo, "cannot look at its session", why);
	mo->unseen = unseen;
}

const char *
monitor_get(const struct monitor *mo, const char *key)
{
	return manifest_get(&mo->m, key);
}

long long
monitor_num(const struct monitor *mo, const char *key)
{
	return config_num(&mo->conf, &mo->m, key);
}

void
monitor_change(struct monitor *mo, const char *const kv[])
{
	char why[WHY];

	if (manifest_change(mo->t.fd, kv, why))
		monitor_say(mo, "cannot write the manifest", why);
}

int
monitor_turn(struct monitor *mo, enum status from, int unattended, const char *const kv[])
{
	char why[WHY];
	int r = manifest_turn(mo->t.fd, &mo->m, from, unattended, kv, why);

	if (r < 0)
		monitor_say(mo, "cannot change the status", why);
	return r > 0;
}

int
monitor_reload(struct monitor *mo)
{
	return manifest_read(mo->t.fd, &mo->m, mo->why_ended) ? manifest_code() : MONITOR_ON;
}

void
monitor_pause(struct monitor *mo, long long ms)
{
	long long base = monitor_num(mo, "base") * 1000;

	notices_rest(mo);
	trim_down();
	if (ms > base)
		ms = base;
	mo->leave |= mo->once && ms > 0;
	if (ms > 0 && !*mo->stopped && !mo->leave)
		poll(NULL, 0, ms < INT_MAX ? (int)ms : INT_MAX);
}

int
monitor_session_closed(struct monitor *mo)
{
	if (file_mark(mo->t.fd, "stop"))
		return 0;
	history_add(mo->t.fd, "pane_lost", PAIRS("because", "session_closed"));
	monitor_say(mo, "stopped", "its session was closed");
	return 1;
}

int
monitor_closed(struct monitor *mo)
{
	long long base = monitor_num(mo, "base") * 1000;

	mo->session_look_at = clock_ms() + base * (++mo->session_looks < LOOKS ? 1 : LOOKS);
	return stop_signal_closed(&mo->t, monitor_get(mo, "engine")) && monitor_session_closed(mo);
}

int
monitor_overtaken(struct monitor *mo)
{
	if (*mo->stopped || mo->leave || file_there(mo->t.fd, "done")
		|| file_there(mo->t.fd, "stop") == 1 || lock_held(mo->t.fd, "lock"))
		return 1;
	return clock_ms() >= mo->session_look_at && monitor_closed(mo);
}
