/*
 * live - the table of tasks as a screen that follows them
 *
 * Once a second the roster looks which tasks changed; locks, progress and silence are read only of
 * those on the screen.
 */
#include "list/live.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>

#include "base/clock.h"
#include "list/act.h"
#include "list/view.h"
#include "proc/inherit.h"
#include "proc/selfpipe.h"

enum { LOOK_MS = 1000 };

struct live {
	struct view v;
	struct act a;
	long long next; /* clock_ms of the next look */
};

static int
on_signals(struct live *l, char why[WHY])
{
	int s, resized = 0, again = 0;

	while ((s = selfpipe_next()))
		switch (s) {
		case SIGTERM:
		case SIGINT:
		case SIGHUP:
		case SIGQUIT: l->a.sig = s; break;
		case SIGWINCH: resized = 1; break;
		case SIGCHLD:
			act_reap(&l->a);
			l->next = 0; /* what it did shows together with what it said */
			break;
		case SIGTSTP: l->a.suspend = 1; break;
		case SIGCONT: again = 1; break; /* others drew meanwhile */
		}
	if (again && canvas_again(&l->v.c))
		l->a.suspend = 1; /* in the background */
	else if (again || resized)
		return view_fit(&l->v, again ? 0 : canvas_resize(&l->v.c), why);
	return 0;
}

static int
suspend(struct live *l, char why[WHY])
{
	l->a.suspend = 0;
	canvas_suspend(&l->v.c);
	return view_fit(&l->v, canvas_enter(&l->v.c), why);
}

/* Milliseconds that poll may wait. */
static int
patience(const struct live *l)
{
	long long now = clock_ms(), ms = l->next > now ? l->next - now : 0;

	if (keyboard_pending(&l->v.c.keyboard) && ms > KEYBOARD_ESCAPE_MS)
		ms = KEYBOARD_ESCAPE_MS;
	return (int)ms;
}

static int
over(const struct live *l)
{
	return l->a.sig || l->a.leave;
}

/* Looks at the tasks when it is time, draws, then waits for a key, a signal or the next look. */
static int
turn(struct live *l, char why[WHY])
{
	struct view *v = &l->v;
	struct pollfd f[2] = {
		{ .fd = selfpipe_fd(), .events = POLLIN }, { .fd = v->c.tty, .events = POLLIN }
	};
	int r, key;

	if (clock_ms() >= l->next) {
		if (view_look(v, why))
			return -1;
		l->next = clock_ms() + LOOK_MS;
	}
	if ((r = canvas_write(&v->c)) > 0 && v->stale) {
		view_draw(v);
		r = canvas_write(&v->c);
	}
	if (r < 0)
		l->a.sig = SIGHUP; /* the terminal is gone, its signal is perhaps still to come */
	if (!r)
		f[1].events |= POLLOUT;
	if (over(l) || poll(f, 2, patience(l)) < 0)
		return 0;
	if (f[0].revents && on_signals(l, why))
		return -1;
	while (!over(l) && !l->a.suspend && (key = canvas_key(&v->c)) != KEY_NONE)
		if (key < 0)
			l->a.sig = SIGHUP;
		else if (act_key(&l->a, key, why))
			return -1;
	return l->a.suspend && !over(l) ? suspend(l, why) : 0;
}

int
live_run(struct roster *r, int colour, char why[WHY])
{
	struct live *l = calloc(1, sizeof *l);
	int ret, saved;

	if (!l || selfpipe_catch() || (!inherit_ignored(SIGTSTP) && selfpipe_also(SIGTSTP))) {
		free(l);
		return err_why(why, "catch signals:");
	}
	l->v.r = r;
	l->v.colour = colour;
	l->a.v = &l->v;
	ret = canvas_open(&l->v.c, why);
	while (!ret && !over(l))
		ret = turn(l, why);
	saved = errno;
	canvas_close(&l->v.c);
	ret = l->a.sig ? l->a.sig : ret;
	free(l);
	errno = saved;
	return ret;
}
