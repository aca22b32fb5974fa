/* task - finds, checks and opens a task directory */
#include "task/task.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/trust.h"

static int
home_path(char *buf, size_t size, char why[WHY])
{
	const char *home = getenv("RCA_HOME"), *state = getenv("XDG_STATE_HOME"),
		*user = getenv("HOME");
	int n;

	if (home && *home)
		n = snprintf(buf, size, "%s", home);
	else if (state && *state == '/')
		n = snprintf(buf, size, "%s/rca", state);
	else if (user && *user == '/')
		n = snprintf(buf, size, "%s/.local/state/rca", user);
	else if (user && *user)
		return err_why(why, "no place for tasks: HOME=%s is not an absolute path: set it "
			"right, or RCA_HOME to a directory", user);
	else
		return err_why(why, "neither RCA_HOME nor HOME is set: set RCA_HOME to a "
			"directory");
	if (buf[0] != '/')
		return err_why(why, "RCA_HOME %s: not an absolute path", home);
	if (n < 0 || (size_t)n >= size)
		return err_why(why, "RCA_HOME: path too long");
	return 0;
}

int
task_home(char *buf, size_t size, char why[WHY])
{
	static char known[PATH_MAX]; /* is checked once for all tasks */
	char tasks[PATH_MAX + 8], what[WHY];

	if (home_path(buf, size, why))
		return -1;
	if (!strcmp(buf, known))
		return 0;
	snprintf(tasks, sizeof tasks, "%s/tasks", buf);
	if (trust_path(buf, TRUST_OURS, what) || trust_path(tasks, TRUST_OURS, what))
		return err_why(why, "RCA_HOME %.400s", what);
	snprintf(known, sizeof known, "%s", buf);
	return 0;
}

static int
locate(const char *arg, char *buf, size_t size, char why[WHY])
{
	char home[PATH_MAX];
	int n;

	if (strchr(arg, '/')) {
		n = snprintf(buf, size, "%s", arg);
		/* "dir/" must not hide that dir is a symlink */
		while (n > 1 && (size_t)n < size && buf[n - 1] == '/')
			buf[--n] = 0;
	} else {
		if (!*arg || *arg == '.') {
			err_why(why, "%s: not a task name: give a name as rca-mktask printed it, "
				"or a path with a '/'", *arg ? arg : "''");
			return EX_CALLER;
		}
		if (task_home(home, sizeof home, why))
			return EX_CALLER;
		n = snprintf(buf, size, "%s/tasks/%s", home, arg);
	}
	if (n < 0 || (size_t)n >= size) {
		err_why(why, "task path is too long");
		return EX_CALLER;
	}
	return 0;
}

static int
refuse(struct task *t, int code, char why[WHY], const char *arg, const char *what)
{
	err_why(why, "%s: %s", arg, what);
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	return code;
}

/* All files are opened by way of the descriptor; the path must mean the same directory. */
static int
check(struct task *t, const char *where, const char *arg, char why[WHY])
{
	struct stat st, by_name, m;

	if (fstat(t->fd, &st))
		return refuse(t, EX_SYSTEM, why, arg, err_text(errno));
	if (st.st_uid != geteuid())
		return refuse(t, EX_CALLER, why, arg, "belongs to another user: refused");
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return refuse(t, EX_CALLER, why, arg,
			"others can write it: refused (chmod 700 it if that was a mistake)");
	if (!realpath(where, t->path) || stat(t->path, &by_name))
		return refuse(t, EX_SYSTEM, why, arg, err_text(errno));
	if (by_name.st_dev != st.st_dev || by_name.st_ino != st.st_ino)
		return refuse(t, EX_SYSTEM, why, arg, "changed while it was opened");
	if (fstatat(t->fd, "manifest", &m, AT_SYMLINK_NOFOLLOW))
		return refuse(t, errno == ENOENT ? EX_GONE : EX_SYSTEM, why, arg,
			errno == ENOENT ? "not a task: no manifest in it (rca-mktask makes one)"
			: err_text(errno));
	return 0;
}

int
task_open(struct task *t, const char *arg, char why[WHY])
{
	char where[PATH_MAX];
	const char *slash;
	int r;

	t->fd = -1;
	if ((r = locate(arg, where, sizeof where, why)))
		return r;
	t->fd = open(where, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (t->fd < 0) {
		struct stat st;

		if (!lstat(where, &st) && S_ISLNK(st.st_mode))
			return refuse(t, EX_CALLER, why, arg, "is a symlink: refused");
		if (errno == ENOENT || errno == ENOTDIR)
			return refuse(t, EX_GONE, why, arg, "no such task");
		return refuse(t, errno == EACCES ? EX_CALLER : EX_SYSTEM, why, arg,
			err_text(errno));
	}
	if ((r = check(t, where, arg, why)))
		return r;
	slash = strrchr(t->path, '/');
	if (strlen(slash + 1) >= sizeof t->name)
		return refuse(t, EX_CALLER, why, arg, "its name is too long for a task");
	memcpy(t->name, slash + 1, strlen(slash + 1) + 1);
	return 0;
}

void
task_open_or_die(struct task *t, const char *arg)
{
	char why[WHY];
	int r = task_open(t, arg, why);

	if (r)
		err_die(r, "%s", why);
}

void
task_close(struct task *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
}

int
task_each_in(const char *dir, int (*f)(void *ctx, const char *name), void *ctx, char why[WHY])
{
	struct dirent *e;
	DIR *d = opendir(dir);
	int r = 0;

	if (!d)
		return err_why(why, "open %s:", dir);
	while (!r && (errno = 0, e = readdir(d)))
		if (e->d_name[0] != '.')
			r = f(ctx, e->d_name);
	if (!r && errno)
		r = err_why(why, "read %s:", dir);
	closedir(d);
	return r;
}

int
task_each(int (*f)(void *ctx, const char *name), void *ctx, char why[WHY])
{
	char path[PATH_MAX], home[PATH_MAX - 8];

	if (task_home(home, sizeof home, why))
		return -1;
	snprintf(path, sizeof path, "%s/tasks", home);
	if (access(path, F_OK) && errno == ENOENT)
		return 0;
	return task_each_in(path, f, ctx, why);
}
