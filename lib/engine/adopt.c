/* adopt - finds a tmux session that somebody else started, and describes it */
#include "engine/adopt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/engine.h"

enum { ENGINE_MS = 5000, ANSWER = 8192 };

/* The last ':' divides: a session's name never has one. */
static int
split(const char *where, struct adopt *a, char name[PATH_MAX], char why[WHY])
{
	const char *colon = strrchr(where, ':');

	if (!colon || colon == where || !colon[1])
		return err_why(why, "%s: not socket:session", where);
	if ((size_t)(colon - where) >= PATH_MAX || strlen(colon + 1) >= sizeof a->session)
		return err_why(why, "%s: too long", where);
	snprintf(name, PATH_MAX, "%.*s", (int)(colon - where), where);
	snprintf(a->session, sizeof a->session, "%s", colon + 1);
	return 0;
}

/* The socket's path, as tmux itself makes it of the name. */
static int
resolve(const char *name, struct adopt *a, char why[WHY])
{
	const char *tmp = getenv("TMUX_TMPDIR");
	char path[PATH_MAX + 64];

	if (strchr(name, '/'))
		snprintf(path, sizeof path, "%s", name);
	else
		snprintf(path, sizeof path, "%s/tmux-%ld/%.255s", tmp && *tmp ? tmp : "/tmp",
			(long)geteuid(), name);
	if (!realpath(path, a->socket))
		return err_why(why, "socket %s:", path);
	return 0;
}

static void
value(const char *answer, const char *key, char *dst, size_t size)
{
	const char *at = strstr(answer, key);

	at = at ? at + strlen(key) : "";
	snprintf(dst, size, "%.*s", (int)strcspn(at, "\n"), at);
}

int
adopt_find(const char *where, struct adopt *a, char why[WHY])
{
	char name[PATH_MAX];

	if (split(where, a, name, why) || resolve(name, a, why))
		return EX_CALLER;
	return adopt_ask(a, why);
}

int
adopt_ask(struct adopt *a, char why[WHY])
{
	char answer[ANSWER] = "\n", said[WHY], where[WHY];
	char *args[] = { a->session, NULL };
	int r;

	snprintf(where, sizeof where, "%.300s:%.100s", a->socket, a->session);
	r = engine_call("tmux", "adopt", a->socket, args, answer + 1, sizeof answer - 1, ENGINE_MS,
		said);
	if (r) {
		err_why(why, "%s: %s", where, said);
		return r == EX_NO ? EX_CALLER : r == EX_NOTFOUND ? r : EX_SYSTEM;
	}
	value(answer, "\nsession=", a->session, sizeof a->session);
	value(answer, "\npane=", a->pane, sizeof a->pane);
	value(answer, "\nserver=", a->server, sizeof a->server);
	value(answer, "\nprogram=", a->program, sizeof a->program);
	value(answer, "\npath=", a->path, sizeof a->path);
	value(answer, "\nagent_pid=", a->agent_pid, sizeof a->agent_pid);
	value(answer, "\nagent_tty=", a->agent_tty, sizeof a->agent_tty);
	if (*a->session && *a->pane == '%' && !a->pane[1 + strspn(a->pane + 1, "0123456789")] &&
		*a->server && !a->server[strspn(a->server, "0123456789.")])
		return 0;
	err_why(why, "%s: tmux did not describe it", where);
	return EX_SYSTEM;
}
