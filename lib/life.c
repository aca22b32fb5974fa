/* life - whether a task is still being carried on */
#include "life.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "atomic.h"
#include "clock.h"
#include "regular.h"

/* Asked by a descriptor for reading alone: to close one that could write is a change (see watch.h), and who looks at each change would never sleep again. */
static int
held(int dir, const char *name)
{
	int fd = regular_open(dir, name, O_RDONLY), r;
	struct flock fl = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	r = fcntl(fd, F_GETLK, &fl);
	close(fd);
	return r ? -1 : fl.l_type == F_WRLCK;
}

static int
judge(const struct task *t, struct life *l, const struct manifest *m, int carried)
{
	int done = atomic_there(t->fd, "done");

	l->status = status_parse(manifest_get(m, "status"));
	l->attempt = manifest_num(m, "attempt", 0);
	l->given_up = l->status == ST_ABANDONED && strcmp(manifest_get(m, "abandon_reason"), "signal");
	if (done < 0)
		return -1;
	if (done)
		l->is = LIFE_OVER;
	else if (carried)
		l->is = LIFE_ON;
	else
		l->is = l->status == ST_CREATED ? LIFE_NEW : LIFE_LEFT;
	if (l->is != LIFE_LEFT)
		l->since = 0;
	else if (!l->since)
		l->since = clock_ms();
	return 0;
}

int
life_look(const struct task *t, struct life *l, struct manifest *m, char why[WHY])
{
	/* In the order in which they are handed on: a launch lets go once its wrapper holds, a wrapper once it has written its end, a monitor once it has said that it gives up. */
	int launched = held(t->fd, "launch.lock"), watched;

	l->held = held(t->fd, "lock");
	watched = held(t->fd, "monitor.lock");
	if (launched < 0 || l->held < 0 || watched < 0) {
		err_why(why, "%s: ask its locks:", t->name);
		return EX_SYSTEM;
	}
	if (manifest_read(t->fd, m, why)) {
		int code = errno == ENOENT ? EX_GONE : errno == EINVAL || errno == EFBIG ? EX_CALLER : EX_SYSTEM;
		char what[WHY];

		memcpy(what, why, sizeof what);
		err_why(why, "%s: %.400s", t->name, code == EX_GONE ? "the task is gone" : what);
		return code;
	}
	/* Nobody holds anything of a registered session: it is there until it is said to be gone. */
	if (*manifest_get(m, "adopted"))
		l->held = 1;
	if (judge(t, l, m, launched || l->held || watched)) {
		err_why(why, "%s: look for done:", t->name);
		return EX_SYSTEM;
	}
	return 0;
}

long
life_ends_in(const struct life *l)
{
	long long left;

	if (l->is == LIFE_OVER || (l->is == LIFE_LEFT && l->given_up))
		return 0;
	if (l->is != LIFE_LEFT)
		return -1;
	left = l->since + LIFE_PATIENCE_MS - clock_ms();
	return left > 0 ? (long)left : 0;
}

const char *
life_word(const struct life *l)
{
	return l->is == LIFE_OVER || l->status == ST_ABANDONED ? status_word(l->status) : "lost";
}
