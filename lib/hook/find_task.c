/*
 * find_task - which task an agent's event belongs to
 *
 * A project's hooks also fire for sessions that are not tasks, and then every task is looked at:
 * one that has ended costs one call.
 */
#include "hook/find_task.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/file.h"
#include "task/manifest.h"

struct search {
	const struct payload *p;
	const char *project; /* where claude was started; cwd is where it is now */
	char tasks[PATH_MAX], found[PATH_MAX];
	size_t best; /* length of the project directory of `found` */
};

static int
below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return n > 0 && !strncmp(path, dir, n) && (!path[n] || path[n] == '/' || n == 1);
}

static int
has_session(const char *dir, const char *id)
{
	char file[PATH_MAX + 32], buf[PAYLOAD_ID + 2];
	ssize_t n;

	snprintf(file, sizeof file, "%s/session_id", dir);
	n = *id ? file_read(AT_FDCWD, file, buf, sizeof buf) : -1;
	if (n < 0)
		return 0;
	buf[strcspn(buf, "\n")] = '\0';
	return !strcmp(buf, id);
}

static void
consider_directory(struct search *s, const char *dir)
{
	struct manifest m;
	char why[WHY];
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	const char *project;

	if (fd < 0)
		return;
	if (!manifest_read(fd, &m, why) && manifest_num(&m, "adopted", 0)) {
		project = manifest_get(&m, "project_dir");
		if ((below(s->p->cwd, project) || below(s->project, project)) &&
		    strlen(project) > s->best) {
			s->best = strlen(project);
			memcpy(s->found, dir, strlen(dir) + 1);
		}
	}
	close(fd);
}

static int
consider(void *ctx, const char *name)
{
	struct search *s = ctx;
	char dir[PATH_MAX], file[PATH_MAX + 8];
	struct stat st;

	if (snprintf(dir, sizeof dir, "%s/%s", s->tasks, name) >= (int)sizeof dir)
		return 0;
	snprintf(file, sizeof file, "%s/done", dir);
	if (!lstat(file, &st))
		return 0;
	if (has_session(dir, s->p->session)) {
		memcpy(s->found, dir, strlen(dir) + 1);
		return 1;
	}
	consider_directory(s, dir);
	return 0;
}

int
find_task_open(struct task *t, const struct payload *p, char why[WHY])
{
	const char *mark = getenv("RCA_TASK"), *project = getenv("CLAUDE_PROJECT_DIR");
	struct search s = { .p = p, .project = project ? project : "" };
	char home[PATH_MAX - 8];

	if (mark && *mark)
		return task_open(t, mark, why);
	if (task_home(home, sizeof home, why))
		return EX_CALLER;
	snprintf(s.tasks, sizeof s.tasks, "%s/tasks", home);
	if (task_each(consider, &s, why) < 0)
		return EX_SYSTEM;
	if (!s.found[0]) {
		err_why(why, "the event does not belong to a task");
		return EX_GONE;
	}
	return task_open(t, s.found, why);
}
