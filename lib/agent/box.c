/* box - the setting box=: what the box is told, and what stands before the agent's argv */
#include "agent/box.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xdg.h"
#include "proc/plugin.h"
#include "proc/run.h"
#include "task/env.h"
#include "task/task.h"

enum { VARS = 4, TEXT = 16384, BEFORE = 4, TRY_MS = 20000 };

/* The first path of a box_state= line, PATH|PATH..., whose placeholders all have values. */
static void
add_state(struct buf *b, const char *line, const struct template_vars *v)
{
	char one[PATH_MAX], path[PATH_MAX];

	for (size_t n; *line; line += n + (line[n] == '|')) {
		n = strcspn(line, "|");
		snprintf(one, sizeof one, "%.*s", (int)n, line);
		if (!template_path(one, v, 0, path, sizeof path)) {
			buf_printf(b, "%s\n", path);
			return;
		}
	}
}

/* box_write=: absolute paths, or of the home, with ':' between them. */
static void
add_writable(struct buf *b, const char *dirs, const char *home)
{
	for (size_t n; *dirs; dirs += n + (dirs[n] == ':')) {
		n = strcspn(dirs, ":");
		if (home && *dirs == '~')
			buf_printf(b, "%s%.*s\n", home, (int)n - 1, dirs + 1);
		else
			buf_printf(b, "%.*s\n", (int)n, dirs);
	}
}

/* What of ours the agent must not see: other tasks, and what is run outside the box. */
static int
add_hidden(struct buf *b, const char *dir, char why[WHY])
{
	char path[PATH_MAX] = "/";

	if (task_home(path, sizeof path, why))
		return -1;
	buf_printf(b, "%s\n%.*s\n", path, (int)(strrchr(dir, '/') - dir), dir);
	if (xdg_config_file("config", path, sizeof path, why) < 0)
		return -1;
	*strrchr(path, '/') = '\0';
	buf_printf(b, "%s", path);
	return 0;
}

/* Begins the next string. */
static char *
next(struct buf *b, const char *words)
{
	char *s;

	if (b->n + 1 < b->size)
		b->n++;
	else
		b->cut = 1;
	s = b->s + b->n;
	buf_puts(b, words);
	return s;
}

/* A commit in a working tree of its own is written into the repository that it was made of. */
static void
add_tree(struct buf *b, const struct manifest *m)
{
	const char *tree = manifest_get(m, "worktree_dir");

	if (*tree)
		buf_printf(b, "%s\n%s/.git\n", tree, manifest_get(m, "worktree_of"));
}

static int
make_env(struct box *b, const struct manifest *m, const char *write, const struct agent *a,
	const struct template_vars *v, char *const *env, char why[WHY])
{
	struct buf t = { b->text, TEXT, 0, 0 };
	const struct agent_line *l = NULL;
	size_t n = 0;

	buf_printf(&t, "RCA_BOX=%s", b->name);
	b->env[n++] = t.s;
	b->env[n++] = next(&t, "RCA_BOX_STATE=");
	while (a && (l = agent_find(a, "box_state", l)))
		add_state(&t, l->value, v);
	add_tree(&t, m);
	b->env[n++] = next(&t, "RCA_BOX_WRITE=");
	add_writable(&t, write, env_get(env, "HOME"));
	b->env[n++] = next(&t, "RCA_BOX_HIDE=");
	if (add_hidden(&t, v->dir, why))
		return -1;
	if (t.cut)
		return err_why(why, "box %s: more paths than %d bytes", b->name, TEXT);
	while (*env)
		b->env[n++] = *env++;
	b->env[n] = NULL;
	return 0;
}

int
box_open(struct box *b, const struct config *c, const struct manifest *m, const struct agent *a,
	const struct template_vars *v, char *const *env, char why[WHY])
{
	const char *name = manifest_get(m, "box");
	size_t n = 0;

	/* rca-launch has written it there, so that no slip in the config takes the box away. */
	b->name = *name ? name : config_get(c, m, "box");
	if (!strcmp(b->name, "none")) {
		b->name = NULL;
		return 0;
	}
	b->project = v->project;
	b->dir = v->dir;
	if (plugin_find("box", b->name, b->path, sizeof b->path, why))
		return -1;
	while (env[n])
		n++;
	b->env = malloc((n + VARS + 1) * sizeof *b->env);
	b->text = malloc(TEXT);
	if (!b->env || !b->text)
		return err_why(why, "malloc:");
	return make_env(b, m, config_get(c, m, "box_write"), a, v, env, why);
}

void
box_free(struct box *b)
{
	free(b->env);
	free(b->text);
}

char **
box_argv(const struct box *b, char *const *argv)
{
	size_t n = 0, before = b->name ? BEFORE : 0;
	const char *words[BEFORE] = { b->path, b->project, b->dir, "--" };
	char **all;

	while (argv[n])
		n++;
	if (!(all = malloc((n + before + 1) * sizeof *all)))
		return NULL;
	for (size_t i = 0; i < before; i++)
		all[i] = (char *)words[i];
	memcpy(all + before, argv, (n + 1) * sizeof *all);
	return all;
}

int
box_try(const struct box *b, char why[WHY])
{
	char *program[] = { (char *)"true", NULL }, said[WHY], **argv = box_argv(b, program);
	struct run r = { .spawn = { .argv = argv, .env = b->env, .dir = b->project,
		.fd = { -1, -1, -1 }, .group = SPAWN_SESSION },
		.err = said, .err_size = sizeof said, .ms = TRY_MS };
	int code = argv ? run_program(&r) : -1;

	if (code < 0) {
		err_why(why, "box %s: start %s:", b->name, b->path);
		code = EX_SYSTEM;
	} else if (code) {
		run_last_line(b->name, said, why);
		snprintf(said, sizeof said, "%.400s", why);
		err_why(why, "box %s: %s%s", b->name, said, *said ? "" : "fails");
	}
	free(argv);
	return code;
}
