/* running - a living task is left in peace, and looked at now and then */
#include "monitor/running.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/pairs.h"
#include "engine/adopt.h"
#include "engine/alive.h"
#include "engine/engine.h"
#include "file/file.h"
#include "monitor/abandon.h"
#include "monitor/deadline.h"
#include "monitor/notices.h"
#include "monitor/queue.h"
#include "proc/lock.h"
#include "proc/trim.h"
#include "task/history.h"
#include "task/progress.h"
#include "task/queued.h"
#include "task/state.h"
#include "task/summary.h"

enum { ENGINE_MS = 20000, SURE_MS = 1000 };

static void
hung(struct monitor *mo, const struct hang_evidence *l)
{
	const char *silent = PAIRS_NUMBER(l->now - l->last_write), *tools = PAIRS_NUMBER(l->tools);
	const char *cpu = PAIRS_NUMBER(l->cpu_ms - mo->inspect.hang.cpu_ms);
	char reason[192];

	snprintf(reason, sizeof reason,
		"silent %s s, processor %s ms in the grace period, tools open %s", silent, cpu,
		tools);
	/*
	 * An earlier monitor may have died after it wrote the status and before it ended the
	 * attempt.
	 */
	if (monitor_turn(mo, ST_RUNNING, 0, PAIRS("status", "hung", "reason", reason)))
		history_add(mo->t.fd, "hung",
			PAIRS("silent_s", silent, "cpu_ms", cpu, "open_tools", tools));
	else if (manifest_status(&mo->m) != ST_HUNG)
		return;
	monitor_say(mo, "hung", reason);
	notices_status(mo, "");
	abandon_attempt(mo);
	summary_log(&mo->t);
}

/* The agent has reported its end and does not exit. The wrapper judges it by its report. */
static void
lingers(struct monitor *mo, const struct hang_evidence *l)
{
	long long silent_s = l->now - l->last_write;

	if (silent_s < monitor_num(mo, "linger"))
		return;
	history_add(mo->t.fd, "lingers", PAIRS("silent_s", PAIRS_NUMBER(silent_s)));
	monitor_say(mo, "ended", "the agent has reported its end, but does not exit");
	abandon_attempt(mo);
}

static int
reported_end(const struct monitor *mo)
{
	struct progress p;
	long long last;

	return !progress_load(mo->t.fd, &p, &last) && p.phase == PHASE_ENDED;
}

/*
 * Whether it has a terminal to which a person can come, as a command, a service or an interface
 * has.
 */
static int
can_be_answered(const struct monitor *mo)
{
	char why[WHY];

	if (*monitor_get(mo, "interactive"))
		return 1;
	return agent_read(mo->agent) == READ_PTY && !engine_call(monitor_get(mo, "engine"),
		"screen", mo->t.path, NULL, NULL, 0, ENGINE_MS, why);
}

static int
asks(struct monitor *mo, const char *line)
{
	if (!can_be_answered(mo))
		return abandon(mo, "waiting_for_input", line);
	history_add(mo->t.fd, "waiting_for_input", PAIRS("line", line));
	notices_waiting(mo, line);
	return MONITOR_ON;
}

static int
look(struct monitor *mo, pid_t holder)
{
	int r = abandon_deadline(mo);
	enum inspect_finding found;
	struct finding f;
	char why[WHY];

	if (r != MONITOR_ON)
		return r;
	notices_rest(mo);
	found = inspect(mo, holder, &f, why);
	if (*why && strcmp(why, mo->trouble))
		monitor_say(mo, "a look failed", why);
	snprintf(mo->trouble, sizeof mo->trouble, "%s", why);
	if (found == INSPECT_ASKS)
		return asks(mo, f.screen.line);
	if (found == INSPECT_HUNG && reported_end(mo))
		lingers(mo, &f.look);
	else if (found == INSPECT_HUNG)
		hung(mo, &f.look);
	return MONITOR_ON;
}

/* It lives, so it is not given up. */
static void
take_back(struct monitor *mo, enum status from)
{
	int queued = queued_by(monitor_get(mo, "reason")) == QUEUED_SLOT;

	monitor_turn(mo, from, 0, PAIRS("status", queued ? "launching" : "running",
		"abandon_reason", "", "abandoned_at", ""));
}

/* After a sleep in its queue: no agent runs that could be looked at. */
static int
still_queued(struct monitor *mo)
{
	memset(&mo->inspect, 0, sizeof mo->inspect);
	notices_rest(mo);
	if (queued_in(&mo->m) != QUEUED_SLOT)
		queue_slept(mo, deadline_ms(mo), 1);
	return MONITOR_ON;
}

int
running_watch(struct monitor *mo, pid_t holder)
{
	long long wait_s = inspect_next(mo, holder), began = deadline_ms(mo);
	int queued, is_free, r;

	if (manifest_status(&mo->m) == ST_ABANDONED)
		take_back(mo, ST_ABANDONED);
	queued = queued_in(&mo->m) == QUEUED_SLOT;
	trim_down();
	is_free = lock_wait(mo->t.fd, "lock", (long)wait_s * 1000, mo->stopped) == 1;
	if (queued)
		queue_slept(mo, began, is_free || *mo->stopped);
	if (is_free)
		inspect_afresh(&mo->inspect);
	if (is_free || *mo->stopped)
		return MONITOR_ON;
	/*
	 * The writer of DIR/stop may not have ended the wrapper, which it cannot from another host.
	 */
	if (file_there(mo->t.fd, "stop") == 1 && file_there(mo->t.fd, "done") == 0)
		abandon_attempt(mo);
	r = monitor_reload(mo);
	if (r == MONITOR_ON && queued)
		return still_queued(mo);
	return r == MONITOR_ON ? look(mo, holder) : r;
}

/* Whether a pane's program is the agent. Most agents are scripts, and so named node or bun. */
static int
is_agent(const char *program, const char *agent)
{
	return !strcmp(program, agent) || !strcmp(program, "node") || !strcmp(program, "bun");
}

/*
 * A session may be registered just before the agent's name is typed into it, so that only a shell
 * is seen in it. The agent is looked for until it is seen, because the shell stays when the agent
 * ends.
 */
static void
find_agent(struct monitor *mo)
{
	const char *agent = monitor_get(mo, "agent");
	struct adopt a;
	char why[WHY];

	if (*monitor_get(mo, "agent_pid") || is_agent(monitor_get(mo, "agent_program"), agent)
		|| !strcmp(agent, "command"))
		return;
	snprintf(a.socket, sizeof a.socket, "%s", monitor_get(mo, "socket"));
	snprintf(a.session, sizeof a.session, "%s", monitor_get(mo, "pane"));
	if (adopt_ask(&a, why) || strcmp(a.server, monitor_get(mo, "server")) || !*a.agent_pid
		|| !is_agent(a.program, agent))
		return;
	monitor_change(mo, PAIRS("agent_program", a.program, "agent_pid", a.agent_pid,
		"agent_tty", a.agent_tty));
}

/* The session was not found. */
static void
session_missed(struct monitor *mo)
{
	if (!mo->missed++)
		poll(NULL, 0, SURE_MS);
	else if (file_mark(mo->t.fd, "stop"))
		monitor_pause(mo, monitor_num(mo, "base") * 1000);
}

int
running_session(struct monitor *mo)
{
	char reason[ALIVE_REASON];
	enum alive a;
	int r;

	if (state_given_up(&mo->m)) {
		err_why(mo->why_ended, "abandoned (%s)", monitor_get(mo, "abandon_reason"));
		return EX_NO;
	}
	a = alive_ask(monitor_get(mo, "engine"), mo->t.path, "", ENGINE_MS, reason);
	if (alive_over(a)) {
		session_missed(mo);
		return MONITOR_ON;
	}
	mo->missed = 0;
	monitor_unseen(mo, a == ALIVE_UNKNOWN, reason);
	if (manifest_status(&mo->m) != ST_RUNNING)
		take_back(mo, ST_LAST);
	find_agent(mo);
	if ((r = look(mo, 0)) == MONITOR_ON)
		monitor_pause(mo, monitor_num(mo, "base") * 1000);
	return r;
}
