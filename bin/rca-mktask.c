/*
 * rca-mktask - makes a task directory and prints its path
 *
 * It is made under a name with a dot and published by one rename, so there is a whole task or none.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/stream_rules.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/name.h"
#include "base/pairs.h"
#include "base/uuid.h"
#include "engine/adopt.h"
#include "engine/engine.h"
#include "file/file.h"
#include "mktask/directory.h"
#include "proc/plugin.h"
#include "proc/tool.h"
#include "task/config.h"
#include "task/history.h"
#include "task/manifest.h"
#include "task/prompt.h"
#include "task/session.h"
#include "task/task.h"
#include "task/worktree.h"

enum { SETTINGS = 64, KEY = 80, GIT_MS = 5000, GIT_SAYS = 4 * PATH_MAX };

struct order {
	const char *agent, *name, *project, *model, *prompt, *parent;
	struct prompt text; /* of prompt */
	const char *setting[SETTINGS];
	int settings;
	struct config conf;
	int interactive;
	int join;           /* -w */
	char **command;
	const char *adopt;  /* -A ... */
	struct adopt guest; /* ... and what runs there */
	char path[PATH_MAX]; /* of project, resolved */
};

static const char help[] =
	"usage: rca-mktask [-hiwV] [-A socket:session] [-a agent] [-d project-dir]\n"
	"                  [-k key=value]... [-m model] [-n name] [-p promptfile | -]\n"
	"                  [-t parent] [-- command [arg ...]]\n"
	"\n"
	"Make a task directory.\n"
	"\n"
	"  -A socket:session register a session that runs already\n"
	"  -a agent          claude (default), codex, opencode, pi or your own\n"
	"  -d project-dir    the agent's directory; default: this one\n"
	"  -i                in the agent's own full-screen interface\n"
	"  -k key=value      a setting of this task; may be repeated\n"
	"  -m model          the agent's model\n"
	"  -n name           the task is named agent-name\n"
	"  -p promptfile     the prompt; - reads standard input\n"
	"  -t parent         make it in this directory, not in RCA_HOME\n"
	"  -w                if a task of that name exists, print its path, exit 1\n"
	"  -- command ...    run a command instead of an agent\n";

/* Splits "key=value"; returns the value. */
static const char *
split_setting(const char *s, char key[KEY])
{
	size_t n = strcspn(s, "=");

	if (!s[n] || n >= KEY)
		err_die(EX_CALLER, "-k %s: not key=value", s);
	memcpy(key, s, n);
	key[n] = 0;
	return s + n + 1;
}

/* What the caller does not say: the agent is the program that runs, the project its directory. */
static void
adopt(struct order *o)
{
	char why[WHY];
	struct agent *a;
	int r;

	if (o->command || o->prompt || o->model)
		err_die(EX_CALLER,
			"-A: somebody else has started it: it takes no prompt, model or command");
	if ((r = adopt_find(o->adopt, &o->guest, why)))
		err_die(r, "-A %s", why);
	if (!o->agent) {
		if (!name_ok(o->guest.program) || !(a = stream_rules_load(o->guest.program, why)))
			err_die(EX_CALLER, "-A %s: %s runs there: say with -a which agent that is",
				o->adopt, *o->guest.program ? o->guest.program : "something");
		agent_free(a);
		o->agent = o->guest.program;
	}
	if (!o->name && name_ok(o->guest.session))
		o->name = o->guest.session;
	if (!o->project)
		o->project = o->guest.path;
}

static int
has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return 1;
	return 0;
}

/* -k; else of the config file, which counts at this moment: later launches stay with it. */
static const char *
setting(const struct order *o, const char *name)
{
	char key[KEY];

	for (int i = o->settings; i-- > 0; ) {
		const char *val = split_setting(o->setting[i], key);

		if (!strcmp(key, name))
			return val;
	}
	return config_get(&o->conf, NULL, name);
}

static void
check_engine(const struct order *o)
{
	char why[WHY], path[PATH_MAX];

	if (engine_find(setting(o, "engine"), path, sizeof path, why))
		err_die(EX_CALLER, "%s", why);
	if (o->adopt && strcmp(setting(o, "engine"), "tmux"))
		err_die(EX_CALLER, "-A: a session of tmux: -k engine=tmux");
}

/* Complains about a wrong order before anything is made. */
static void
check(struct order *o)
{
	char why[WHY], key[KEY];
	struct stat st;

	if (!o->agent && !o->command)
		err_die(EX_CALLER,
			"say what is to run: -a agent (claude, codex, opencode, pi, "
			"or one of yours), or -- command");
	if (o->agent && o->command && strcmp(o->agent, "command"))
		err_die(EX_CALLER, "agent %s takes no command: leave out -a, or what follows --",
			o->agent);
	if (!o->agent)
		o->agent = "command";
	if (!strcmp(o->agent, "command") && !o->command && !o->adopt)
		err_die(EX_CALLER, "agent command needs one: -- command [arg ...]");
	if (!name_ok(o->agent) && plugin_missing("agent", o->agent, why))
		err_die(EX_CALLER, "%s", why);
	if (!name_ok(o->name))
		err_die(EX_CALLER,
			"name %s: use 1 to 64 of a-z, 0-9 and '-', with no '-' at either end",
			*o->name ? o->name : "''");
	for (int i = 0; i < o->settings; i++)
		if (config_check(key, split_setting(o->setting[i], key), why))
			err_die(EX_CALLER, "-k %s", why);
	if (o->model && (has_control(o->model) || strchr(o->model, ' ') || *o->model == '-'))
		err_die(EX_CALLER, "model %s: not a model's name", o->model);
	if (!realpath(o->project, o->path) || stat(o->path, &st)
		|| (!S_ISDIR(st.st_mode) && (errno = ENOTDIR)) || access(o->path, X_OK))
		err_die(EX_CALLER, "project directory %s:", o->project);
	if (has_control(o->path))
		err_die(EX_CALLER, "project directory %s: control character in its name", o->path);
	/* A launch would refuse the task because of these. */
	if (config_load(&o->conf, why) || config_check_all(NULL, why))
		err_die(EX_CALLER, "%s", why);
	check_engine(o);
}

static const char *
default_name(char buf[NAME_SIZE])
{
	char now[CLOCK_UTC], id[UUID_TEXT];

	clock_utc(clock_now(), now);
	if (uuid_random(id))
		err_die(EX_SYSTEM, "read random bytes:");
	snprintf(buf, NAME_SIZE, "%.4s%.2s%.2s-%.2s%.2s%.2s-%.4s", now, now + 5, now + 8, now + 11,
		now + 14, now + 17, id);
	return buf;
}

static void
print_path(const struct directory *d)
{
	printf("%s/%s\n", d->parent, d->label);
	err_flush();
}

/* The task exists: with -w that is an answer. */
_Noreturn static void
exists(const struct directory *d, const struct order *o, const char *hint)
{
	if (!o->join)
		err_die(EX_CALLER, "task %s exists: %s/%s%s", d->label, d->parent, d->label, hint);
	print_path(d);
	exit(EX_NO);
}

_Noreturn static void
give_up(struct directory *d, int code, const char *why)
{
	directory_remove(d);
	err_die(code, "%s", why);
}

/* A system call failed, by errno. */
_Noreturn static void
fail(struct directory *d, const char *what)
{
	char why[WHY];

	err_why(why, "%s:", what);
	give_up(d, EX_SYSTEM, why);
}

static int
write_command(struct directory *d, char **command)
{
	int fd = file_open(d->fd, "command", 0600);

	if (fd < 0)
		return -1;
	for (; *command; command++)
		if (file_write_all(fd, *command, strlen(*command) + 1)) {
			file_abort(d->fd, "command", fd);
			return -1;
		}
	return file_commit(d->fd, "command", fd, FILE_DATA);
}

/* tmux has one name space for all parents, so a hash of another parent is part of the name. */
static void
session_name(const struct directory *d, const struct order *o, char *buf, size_t size)
{
	if (!o->parent)
		snprintf(buf, size, "%s", d->label);
	else
		snprintf(buf, size, "%s-%06llx", d->label,
		         hash_add(HASH_START, d->parent, strlen(d->parent)) & 0xffffff);
}

static int
fill(struct manifest *m, const struct directory *d, const struct order *o, const struct agent *a)
{
	char name[TASK_LABEL + 16], dir[PATH_MAX + TASK_LABEL + 1], home[PATH_MAX],
		sock[PATH_MAX + 16];
	char why[WHY];
	const char *now = PAIRS_TIME(clock_now());
	const struct adopt *guest = o->adopt ? &o->guest : NULL;
	struct utsname u;
	int r = 0;

	session_name(d, o, name, sizeof name);
	snprintf(dir, sizeof dir, "%s/%s", d->parent, d->label);
	if (task_home(home, sizeof home, why) || uname(&u) < 0)
		return -1;
	snprintf(sock, sizeof sock, "%s/tmux.sock", home);
	const struct { const char *key, *val; } all[] = {
		{ "version", "1" },
		{ "task_name", o->name },
		{ "agent", o->agent },
		{ "model", agent_model(a, o->model ? o->model : "") },
		{ "project_dir", o->path },
		{ "session_name", guest ? guest->session : name },
		{ "engine", setting(o, "engine") },
		{ "engine_opts", *setting(o, "engine_opts") ? setting(o, "engine_opts") : NULL },
		{ "socket", guest ? guest->socket : sock },
		{ "host", u.nodename },
		{ "tmpdir", dir },
		{ "created_at", now },
		{ "status", guest ? "running" : "created" },
		{ "pid", "0" },
		{ "attempt", guest ? "1" : "0" },
		{ "retry_count", "0" },
		{ "interactive", o->interactive || guest ? "1" : NULL },
		{ "adopted", guest ? "1" : NULL },
		{ "pane", guest ? guest->pane : NULL },
		{ "server", guest ? guest->server : NULL },
		{ "agent_program", guest ? guest->program : NULL },
		{ "agent_pid", guest && *guest->agent_pid ? guest->agent_pid : NULL },
		{ "agent_tty", guest && *guest->agent_tty ? guest->agent_tty : NULL },
		{ "started_at", guest ? now : NULL },
	};

	m->n = 0;
	m->used = 0;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		r |= manifest_set(m, all[i].key, all[i].val);
	for (int i = 0; i < o->settings; i++) {
		char key[KEY];

		r |= manifest_set(m, key, split_setting(o->setting[i], key));
	}
	return r;
}

static int
wants_tree(const struct order *o)
{
	return !o->adopt && *setting(o, "worktree") == 'y';
}

/* A tree of its own, if that is wanted, and the commit with which the work begins. */
static int
ask_git(struct manifest *m, struct directory *d, const struct order *o)
{
	const char *const base[] = { "base", o->path, NULL };
	char said[GIT_SAYS] = "", name[TASK_LABEL + 16], *rest = NULL;
	int r = 0;

	session_name(d, o, name, sizeof name);
	if (wants_tree(o))
		r = directory_tree(d, o->path, name, !!o->parent, said, sizeof said);
	if (r) {
		directory_remove(d);
		exit(r);
	}
	if (!wants_tree(o) && worktree_likely(o->path))
		worktree_call(base, said, sizeof said, GIT_MS);
	for (char *l = strtok_r(said, "\n", &rest); l; l = strtok_r(NULL, "\n", &rest)) {
		char *val = strchr(l, '=');

		if (!val)
			continue;
		*val = '\0';
		r |= manifest_set(m, l, val + 1);
	}
	return r;
}

static void
write_files(struct directory *d, const struct order *o, const struct agent *a)
{
	char why[WHY];
	struct manifest m;
	int r;

	if (o->text.text && (r = prompt_store(&o->text, d->fd, "prompt", why)))
		give_up(d, r, why);
	if (o->command && write_command(d, o->command))
		fail(d, "write command");
	if (!o->adopt && agent_session(a) == SESSION_PIN && session_renew(d->fd, 1))
		fail(d, "write session_id");
	if (fill(&m, d, o, a) || ask_git(&m, d, o) || manifest_write(d->fd, &m))
		fail(d, "write manifest");
	if (history_add(d->fd, "created", PAIRS("agent", o->agent,
		"project_dir", manifest_get(&m, "project_dir"), "socket", o->guest.socket,
		"session", o->guest.session, "pane", o->guest.pane)))
		fail(d, "write history");
}

static void
read_options(int argc, char **argv, struct order *o)
{
	int c;

	while ((c = tool_option(argc, argv, TOOL_TEXT)) != -1)
		switch (c) {
		case 'A': o->adopt = optarg; break;
		case 'a': o->agent = optarg; break;
		case 'd': o->project = optarg; break;
		case 'i': o->interactive = 1; break;
		case 'k':
			if (o->settings == SETTINGS)
				err_die(EX_CALLER, "-k: at most %d of them", SETTINGS);
			o->setting[o->settings++] = optarg;
			break;
		case 'm': o->model = optarg; break;
		case 'n': o->name = optarg; break;
		case 'p': o->prompt = optarg; break;
		case 't': o->parent = optarg; break;
		case 'w': o->join = 1; break;
		}
	if (optind < argc) {
		if (strcmp(argv[optind - 1], "--"))
			err_die(EX_CALLER, "%s: a command goes after --, as in: -- %s",
			        argv[optind], argv[optind]);
		o->command = argv + optind;
	}
}

int
main(int argc, char **argv)
{
	static struct order o;
	struct directory d;
	char name[NAME_SIZE], label[TASK_LABEL], why[WHY];
	struct agent *a;
	int r;

	tool_begin(INHERIT_ACTS, argv, help);
	read_options(argc, argv, &o);
	if (o.adopt)
		adopt(&o);
	if (!o.project)
		o.project = ".";
	if (!o.name)
		o.name = default_name(name);
	check(&o);
	if (!(a = stream_rules_load(o.agent, why)))
		err_die(EX_CALLER, "%s", why);
	if (o.interactive && !o.adopt && !agent_get(a, "interactive") && !o.command)
		err_die(EX_CALLER, "agent %s: has no interactive= line in its file: leave out -i",
			o.agent);
	snprintf(label, sizeof label, "%s-%s", o.agent, o.name);
	if ((r = directory_find(&d, o.parent, label, why)) == EX_NO)
		exists(&d, &o, " (rca-reap -r removes one that ended)");
	/* Read before anything is made or locked, because its writer may take long. */
	if (r || (o.prompt && (r = prompt_load(o.prompt, &o.text, why))))
		err_die(r, "%s", why);
	if ((r = directory_make(&d, wants_tree(&o), why)) == EX_NO)
		exists(&d, &o, "");
	if (r)
		err_die(r, "%s", why);
	write_files(&d, &o, a);
	agent_free(a);
	prompt_free(&o.text);
	if ((r = directory_publish(&d, why)) == EX_NO)
		exists(&d, &o, "");
	if (r)
		err_die(r, "%s", why);
	print_path(&d);
	return EX_YES;
}
