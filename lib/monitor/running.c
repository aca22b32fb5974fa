/* running - a task that lives is left in peace, and looked at now and then */
#include "monitor/running.h"

#include <stdio.h>
#include <string.h>

#include "engine/adopt.h"
#include "engine/engine.h"
#include "file/file.h"
#include "monitor/abandon.h"
#include "monitor/notices.h"
#include "proc/lock.h"
#include "proc/trim.h"
#include "task/history.h"
#include "task/progress.h"
#include "task/state.h"

enum { ENGINE_MS = 20000, SURE_MS = 1000 };

static void
hung(struct monitor *mo, const struct hang_evidence *l)
{
	char silent[32], cpu[32], tools[32], reason[192];

	snprintf(silent, sizeof silent, "%lld", l->now - l->last_write);
	snprintf(cpu, sizeof cpu, "%lld", l->cpu_ms - mo->inspect.hang.cpu_ms);
	snprintf(tools, sizeof tools, "%d", l->tools);
	snprintf(reason, sizeof reason, "silent %s s, processor %s ms in the grace period, tools open %s", silent, cpu, tools);
	/* A monitor before us may have died between the word and the deed. */
	if (monitor_turn(mo, ST_RUNNING, 0, (const char *const[]){ "status", "hung", "reason", reason, NULL }))
		history_add(mo->t.fd, "hung", (const char *const[]){ "silent_s", silent, "cpu_ms", cpu, "open_tools", tools, NULL });
	else if (manifest_status(&mo->m) != ST_HUNG)
		return;
	mo->say(mo, "hung", reason);
	notices_status(mo, "");
	abandon_attempt(mo);
}

/* Its last word was an end or an error, and it stays: no hang, and the wrapper judges by the word. */
static void
lingers(struct monitor *mo, const struct hang_evidence *l)
{
	char silent[32];

	if (l->now - l->last_write < monitor_num(mo, "linger"))
		return;
	snprintf(silent, sizeof silent, "%lld", l->now - l->last_write);
	history_add(mo->t.fd, "lingers", (const char *const[]){ "silent_s", silent, NULL });
	mo->say(mo, "ended", "the agent has said its last word and stays");
	abandon_attempt(mo);
}

static int
has_ended(const struct monitor *mo)
{
	struct progress p;
	long long last;

	return !progress_load(mo->t.fd, &p, &last) && p.phase == PHASE_ENDED;
}

/* It has a terminal to which somebody can come: that of a command, a service or an interface, where the engine shows one. */
static int
can_be_answered(const struct monitor *mo)
{
	char why[WHY];

	if (*monitor_get(mo, "interactive"))
		return 1;
	return agent_read(mo->agent) == READ_PTY && !engine_call(monitor_get(mo, "engine"), "screen", mo->t.path, NULL, NULL, 0, ENGINE_MS, why);
}

/* Nobody will answer a headless agent. */
static int
asks(struct monitor *mo, const char *line)
{
	if (!can_be_answered(mo))
		return abandon(mo, "waiting_for_input", line);
	history_add(mo->t.fd, "waiting_for_input", (const char *const[]){ "line", line, NULL });
	notices_waiting(mo, line);
	return MONITOR_ON;
}

static struct inspected
patient(const struct monitor *mo, pid_t holder)
{
	return (struct inspected){ .t = &mo->t, .m = &mo->m, .conf = &mo->conf, .agent = mo->agent, .holder = holder };
}

static int
look(struct monitor *mo, pid_t holder)
{
	struct inspected p = patient(mo, holder);
	int r = abandon_deadline(mo);
	enum inspect_finding found;
	struct finding f;
	char why[WHY];

	if (r != MONITOR_ON)
		return r;
	notices_rest(mo);
	found = inspect(&mo->inspect, &p, &f, why);
	if (*why && strcmp(why, mo->trouble))
		mo->say(mo, "checkup", why);
	snprintf(mo->trouble, sizeof mo->trouble, "%s", why);
	if (found == INSPECT_ASKS)
		return asks(mo, f.screen.line);
	if (found == INSPECT_HUNG && has_ended(mo))
		lingers(mo, &f.look);
	else if (found == INSPECT_HUNG)
		hung(mo, &f.look);
	return MONITOR_ON;
}

/* It lives, so it is not given up. */
static void
take_back(struct monitor *mo, enum status from)
{
	monitor_turn(mo, from, 0, (const char *const[]){ "status", "running", "abandon_reason", "", "abandoned_at", "", NULL });
}

int
running_watch(struct monitor *mo, pid_t holder)
{
	struct inspected p = patient(mo, holder);
	long long wait = inspect_next(&mo->inspect, &p);
	int r;

	if (!strcmp(monitor_get(mo, "status"), "abandoned"))
		take_back(mo, ST_ABANDONED);
	trim_down();
	if (lock_wait(mo->t.fd, "lock", (long)wait * 1000, mo->stopped) == 1) {
		inspect_afresh(&mo->inspect);
		return MONITOR_ON;
	}
	if (*mo->stopped)
		return MONITOR_ON;
	/* Whoever wrote it could not end the wrapper, or has not yet: from another host nobody can but we. */
	if (file_there(mo->t.fd, "stop") == 1 && file_there(mo->t.fd, "done") == 0)
		abandon_attempt(mo);
	r = monitor_reload(mo);
	return r == MONITOR_ON ? look(mo, holder) : r;
}

/* Of what runs in a pane: that it is the agent. Most are scripts, whose name is that of what runs them. */
static int
is_agent(const char *program, const char *agent)
{
	return !strcmp(program, agent) || !strcmp(program, "node") || !strcmp(program, "bun");
}

/*
 * Whoever registers a session in the breath in which he types the agent's name into it comes first, and only a shell is known to be there. So the agent is looked for until it is seen: when it
 * ends, the shell stays.
 */
static void
find_agent(struct monitor *mo)
{
	const char *agent = monitor_get(mo, "agent");
	struct adopt a;
	char why[WHY];

	if (*monitor_get(mo, "agent_pid") || is_agent(monitor_get(mo, "agent_program"), agent) || !strcmp(agent, "command"))
		return;
	snprintf(a.socket, sizeof a.socket, "%s", monitor_get(mo, "socket"));
	snprintf(a.session, sizeof a.session, "%s", monitor_get(mo, "pane"));
	if (adopt_ask(&a, why) || strcmp(a.server, monitor_get(mo, "server")) || !*a.agent_pid || !is_agent(a.program, agent))
		return;
	monitor_change(mo, (const char *const[]){ "agent_program", a.program, "agent_pid", a.agent_pid, "agent_tty", a.agent_tty, NULL });
}

int
running_session(struct monitor *mo)
{
	char why[WHY];
	int r, there;

	if (state_given_up(&mo->m)) {
		err_why(mo->last, "abandoned (%s)", monitor_get(mo, "abandon_reason"));
		return EX_NO;
	}
	r = engine_call(monitor_get(mo, "engine"), "alive", mo->t.path, NULL, NULL, 0, ENGINE_MS, why);
	there = r != ENGINE_CLOSED && r != ENGINE_DEAD;
	if (!there && !mo->missed++) {
		monitor_pause(mo, SURE_MS);
	} else if (!there) {
		if (file_mark(mo->t.fd, "stop"))
			monitor_pause(mo, monitor_num(mo, "base") * 1000);
	} else {
		mo->missed = 0;
		if (r && !mo->deaf)
			mo->say(mo, "cannot look at its session", why);
		mo->deaf = r != 0;
		if (strcmp(monitor_get(mo, "status"), "running"))
			take_back(mo, ST_LAST);
		find_agent(mo);
		r = look(mo, 0);
		if (r != MONITOR_ON)
			return r;
		monitor_pause(mo, monitor_num(mo, "base") * 1000);
	}
	return MONITOR_ON;
}
