/*
 * rca-mktask - makes a task directory and prints its path
 *
 * It is made under a dot-name and published by one rename: there is a whole task or none. While it is made its launch.lock is held, so that rca-reap can tell it
 * from what a dead maker left.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/stream_rules.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/name.h"
#include "base/trust.h"
#include "base/uuid.h"
#include "engine/adopt.h"
#include "file/file.h"
#include "proc/inherit.h"
#include "proc/lock.h"
#include "proc/which.h"
#include "task/config.h"
#include "task/history.h"
#include "task/manifest.h"
#include "task/prompt.h"
#include "task/session.h"
#include "task/task.h"

enum { SETTINGS = 64, KEY = 80 };

struct order {
	const char *agent, *name, *project, *model, *prompt, *parent;
	struct prompt text; /* of prompt */
	const char *setting[SETTINGS];
	int settings;
	int interactive;
	int join; /* -w */
	char **command;
	const char *adopt;  /* -A, and what was found there */
	struct adopt guest;
};

/* What is being made: everything a failure has to take away again. */
struct making {
	char parent[PATH_MAX], label[TASK_LABEL], hidden[TASK_LABEL + 32];
	int parentfd, fd;
};

static void
usage(void)
{
	fprintf(stderr, "usage: rca-mktask [-iwV] [-A socket:session] [-a agent] [-d project-dir] [-k key=value]... [-m model]\n"
	                "                  [-n name] [-p promptfile | -] [-t parent] [-- command [arg ...]]\n");
	exit(EX_CALLER);
}

/* The key of "key=value" into key; the value. */
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

/* Takes away what was made so far. */
static void
take_away(struct making *k)
{
	static const char *const files[] = { "manifest", ".manifest.new", "prompt", ".prompt.new", "session_id", ".session_id.new", "command", ".command.new", "history", "launch.lock" };

	if (k->fd >= 0) {
		for (size_t i = 0; i < sizeof files / sizeof *files; i++)
			unlinkat(k->fd, files[i], 0);
		close(k->fd);
		unlinkat(k->parentfd, k->hidden, AT_REMOVEDIR);
	}
}

_Noreturn static void
give_up(struct making *k, int code, const char *why)
{
	take_away(k);
	err_die(code, "%s", why);
}

/* A new directory's name is on disk only when the directory above it is. */
static int
sync_parent(const char *path)
{
	char above[PATH_MAX], *slash;
	int fd, r;

	snprintf(above, sizeof above, "%s", path);
	slash = strrchr(above, '/');
	slash[slash == above] = 0;
	if ((fd = open(above, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return errno == EACCES ? 0 : -1; /* one that we may pass through, but not read */
	r = file_syncdir(fd);
	close(fd);
	return r;
}

static void
make_parents(const char *path)
{
	char buf[PATH_MAX];

	snprintf(buf, sizeof buf, "%s", path);
	for (char *p = buf + 1;; p++) {
		char c = *p;

		if (c && c != '/')
			continue;
		*p = 0;
		if (mkdir(buf, 0700) ? errno != EEXIST : sync_parent(buf))
			err_die(EX_SYSTEM, "make directory %s:", buf);
		*p = c;
		if (!c)
			return;
	}
}

/* $RCA_HOME/tasks, made if need be; nobody else may be able to plant something in it. */
static void
open_parent(struct making *k, const char *parent)
{
	char home[PATH_MAX - 16], why[WHY];
	struct sockaddr_un sun;
	struct stat st, named;

	if (task_home(home, sizeof home, why))
		err_die(EX_CALLER, "%s", why);
	if (strlen(home) + sizeof "/tmux.sock" > sizeof sun.sun_path)
		err_die(EX_CALLER, "RCA_HOME %s: too long for a socket in it (at most %zu bytes): set a shorter one", home, sizeof sun.sun_path - sizeof "/tmux.sock");
	make_parents(home); /* the socket is there in any case */
	if (parent)
		snprintf(k->parent, sizeof k->parent, "%s", parent);
	else
		snprintf(k->parent, sizeof k->parent, "%s/tasks", home);
	if (!parent)
		make_parents(k->parent);
	/* Looked at once it is there: somebody else may have been quicker. */
	if (trust_path(home, TRUST_OURS, why))
		err_die(EX_CALLER, "RCA_HOME %.400s", why);
	k->parentfd = open(k->parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (k->parentfd < 0 || fstat(k->parentfd, &st) || !realpath(k->parent, home))
		err_die(errno == ENOENT || errno == ENOTDIR ? EX_CALLER : EX_SYSTEM, "open directory %s:", k->parent);
	if (trust_path(home, parent ? TRUST_SHARED : TRUST_OURS, why))
		err_die(EX_CALLER, "%s%s", parent ? "-t " : "", why);
	if (stat(home, &named) || named.st_dev != st.st_dev || named.st_ino != st.st_ino)
		err_die(EX_SYSTEM, "%s: changed while it was opened", k->parent);
	snprintf(k->parent, sizeof k->parent, "%s", home);
}

/* Ours, and as it was made: nobody has put another in its place. */
static int
made_by_us(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && st.st_uid == geteuid() && !(st.st_mode & (S_IRWXG | S_IRWXO));
}

/* A task of that name is there: with -w that is an answer. */
_Noreturn static void
is_there(struct making *k, const struct order *o, const char *hint)
{
	take_away(k);
	if (!o->join)
		err_die(EX_CALLER, "task %s exists: %s/%s%s", k->label, k->parent, k->label, hint);
	printf("%s/%s\n", k->parent, k->label);
	err_flush();
	exit(EX_NO);
}

static void
look(struct making *k, const struct order *o)
{
	struct stat st;

	snprintf(k->label, sizeof k->label, "%s-%s", o->agent, o->name);
	snprintf(k->hidden, sizeof k->hidden, ".new-%s-%ld", k->label, (long)getpid());
	open_parent(k, o->parent);
	if (!fstatat(k->parentfd, k->label, &st, AT_SYMLINK_NOFOLLOW))
		is_there(k, o, " (rca-reap -r removes one that ended)");
}

static void
begin(struct making *k)
{
	char why[WHY];

	if (mkdirat(k->parentfd, k->hidden, 0700))
		err_die(EX_SYSTEM, "make directory %s/%s:", k->parent, k->hidden);
	k->fd = openat(k->parentfd, k->hidden, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (k->fd >= 0 && !made_by_us(k->fd))
		err_die(EX_SYSTEM, "%s/%s: somebody else has put another directory there", k->parent, k->hidden);
	if (k->fd >= 0 && lock_take(k->fd, "launch.lock") >= 0)
		return;
	err_why(why, "%s directory %s/%s:", k->fd < 0 ? "open" : "lock", k->parent, k->hidden);
	if (k->fd >= 0)
		unlinkat(k->fd, "launch.lock", 0);
	unlinkat(k->parentfd, k->hidden, AT_REMOVEDIR);
	err_die(EX_SYSTEM, "%s", why);
}

static void
write_command(struct making *k, char **command)
{
	char why[WHY];
	int fd = file_open(k->fd, "command", 0600);

	if (fd < 0)
		goto fail;
	for (; *command; command++)
		if (file_write_all(fd, *command, strlen(*command) + 1)) {
			file_abort(k->fd, "command", fd);
			goto fail;
		}
	if (!file_commit(k->fd, "command", fd, FILE_DATA))
		return;
fail:
	err_why(why, "write command:");
	give_up(k, EX_SYSTEM, why);
}

/* tmux has one name space for all task directories. */
static void
session_name(const struct making *k, const struct order *o, char *buf, size_t size)
{
	if (!o->parent)
		snprintf(buf, size, "%s", k->label);
	else
		snprintf(buf, size, "%s-%06llx", k->label,
		         hash_add(HASH_START, k->parent, strlen(k->parent)) & 0xffffff);
}

static int
fill(struct manifest *m, const struct making *k, const struct order *o, const struct agent *a, const char *project)
{
	char name[TASK_LABEL + 16], dir[PATH_MAX + TASK_LABEL + 1], home[PATH_MAX], sock[PATH_MAX + 16], now[CLOCK_UTC], why[WHY];
	struct utsname u;
	int r = 0;

	session_name(k, o, name, sizeof name);
	snprintf(dir, sizeof dir, "%s/%s", k->parent, k->label);
	if (task_home(home, sizeof home, why) || uname(&u) < 0)
		return -1;
	snprintf(sock, sizeof sock, "%s/tmux.sock", home);
	m->n = 0;
	m->used = 0;
	r |= manifest_set(m, "version", "1");
	r |= manifest_set(m, "task_name", o->name);
	r |= manifest_set(m, "agent", o->agent);
	r |= manifest_set(m, "model", agent_model(a, o->model ? o->model : ""));
	r |= manifest_set(m, "project_dir", project);
	r |= manifest_set(m, "session_name", o->adopt ? o->guest.session : name);
	r |= manifest_set(m, "engine", "tmux");
	r |= manifest_set(m, "socket", o->adopt ? o->guest.socket : sock);
	r |= manifest_set(m, "host", u.nodename);
	r |= manifest_set(m, "tmpdir", dir);
	r |= manifest_set(m, "created_at", clock_utc(clock_now(), now));
	r |= manifest_set(m, "status", "created");
	r |= manifest_set(m, "pid", "0");
	r |= manifest_set(m, "attempt", "0");
	r |= manifest_set(m, "retry_count", "0");
	if (o->interactive || o->adopt)
		r |= manifest_set(m, "interactive", "1");
	if (o->adopt) {
		r |= manifest_set(m, "adopted", "1");
		r |= manifest_set(m, "pane", o->guest.pane);
		r |= manifest_set(m, "server", o->guest.server);
		r |= manifest_set(m, "agent_program", o->guest.program);
		r |= manifest_set(m, "agent_pid", *o->guest.agent_pid ? o->guest.agent_pid : NULL);
		r |= manifest_set(m, "agent_tty", *o->guest.agent_tty ? o->guest.agent_tty : NULL);
		r |= manifest_set(m, "status", "running");
		r |= manifest_set(m, "started_at", now);
		r |= manifest_set(m, "attempt", "1");
	}
	for (int i = 0; i < o->settings; i++) {
		char key[KEY];

		r |= manifest_set(m, key, split_setting(o->setting[i], key));
	}
	return r;
}

static void
write_files(struct making *k, const struct order *o, const struct agent *a, const char *project)
{
	char why[WHY];
	struct manifest m;
	int r;

	if (o->text.text && (r = prompt_store(&o->text, k->fd, "prompt", why)))
		give_up(k, r, why);
	if (o->command)
		write_command(k, o->command);
	if (!o->adopt && agent_session(a) == SESSION_PIN && session_renew(k->fd, 1)) {
		err_why(why, "write session_id:");
		give_up(k, EX_SYSTEM, why);
	}
	if (fill(&m, k, o, a, project) || manifest_write(k->fd, &m)) {
		err_why(why, "write manifest:");
		give_up(k, EX_SYSTEM, why);
	}
	if (history_add(k->fd, "created", (const char *const[]){ "agent", o->agent, "project_dir", project, "socket", o->guest.socket, "session", o->guest.session, "pane", o->guest.pane, NULL })) {
		err_why(why, "write history:");
		give_up(k, EX_SYSTEM, why);
	}
}

/* What cannot be promised is taken back before it is taken away: under its name there is a whole task or none. */
static void
publish(struct making *k, const struct order *o)
{
	char why[WHY];

	if (file_syncdir(k->fd) || renameat(k->parentfd, k->hidden, k->parentfd, k->label)) {
		if (errno == EEXIST || errno == ENOTEMPTY)
			is_there(k, o, "");
	} else if (!file_syncdir(k->parentfd)) {
		return;
	} else {
		err_why(why, "sync %s:", k->parent);
		if (renameat(k->parentfd, k->label, k->parentfd, k->hidden))
			err_die(EX_SYSTEM, "%s: task %s is there, but may not be after a power cut", why, k->label);
		give_up(k, EX_SYSTEM, why);
	}
	err_why(why, "publish %s/%s:", k->parent, k->label);
	give_up(k, EX_SYSTEM, why);
}

/* What runs there says which agent it is, where it runs the project directory, unless the caller does. */
static void
adopt(struct order *o)
{
	char why[WHY];
	struct agent *a;
	int r;

	if (o->command || o->prompt || o->model)
		err_die(EX_CALLER, "-A: somebody else has started it: no prompt, model or command goes with it");
	if ((r = adopt_find(o->adopt, &o->guest, why)))
		err_die(r, "-A %s", why);
	if (!o->agent) {
		if (!name_ok(o->guest.program) || !(a = stream_rules_load(o->guest.program, why)))
			err_die(EX_CALLER, "-A %s: %s runs there: say with -a which agent that is", o->adopt, *o->guest.program ? o->guest.program : "something");
		agent_free(a);
		o->agent = o->guest.program;
	}
	if (!o->name && name_ok(o->guest.session))
		o->name = o->guest.session;
	if (!o->project)
		o->project = o->guest.path;
}

/* What can be said of the order before anything is made. */
static void
check(struct order *o, char project[PATH_MAX])
{
	char why[WHY];
	struct stat st;

	if (!o->agent && !o->command)
		err_die(EX_CALLER, "say what is to run: -a agent (claude, codex, opencode, pi, or one of yours), or -- command");
	if (o->agent && o->command && strcmp(o->agent, "command"))
		err_die(EX_CALLER, "agent %s takes no command: leave out -a, or what follows --", o->agent);
	if (!o->agent)
		o->agent = "command";
	if (!strcmp(o->agent, "command") && !o->command && !o->adopt)
		err_die(EX_CALLER, "agent command needs one: -- command [arg ...]");
	if (!name_ok(o->agent))
		err_die(EX_CALLER, "agent %s: not a name", o->agent);
	if (!name_ok(o->name))
		err_die(EX_CALLER, "name %s: 1 to 64 of a-z, 0-9 and '-', with no '-' at either end, please", *o->name ? o->name : "''");
	for (int i = 0; i < o->settings; i++) {
		char key[KEY];

		if (config_check(key, split_setting(o->setting[i], key), why))
			err_die(EX_CALLER, "-k %s", why);
	}
	if (o->model)
		for (const char *p = o->model; *p; p++)
			if ((unsigned char)*p <= ' ' || *p == 0x7f || o->model[0] == '-')
				err_die(EX_CALLER, "model %s: not a model's name", o->model);
	if (!realpath(o->project, project) || stat(project, &st) || (!S_ISDIR(st.st_mode) && (errno = ENOTDIR)) || access(project, X_OK))
		err_die(EX_CALLER, "project directory %s:", o->project);
	for (const char *p = project; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			err_die(EX_CALLER, "project directory %s: control character in its name", project);
}

/* Said before anything is made of it: whoever launches the task would refuse. */
static void
check_config(void)
{
	struct config conf;
	char why[WHY];

	if (config_load(&conf, why) || config_check_all(NULL, why))
		err_die(EX_CALLER, "%s", why);
	config_free(&conf);
}

static const char *
default_name(char buf[NAME_SIZE])
{
	char now[CLOCK_UTC], id[UUID_TEXT];

	clock_utc(clock_now(), now);
	if (uuid_random(id))
		err_die(EX_SYSTEM, "read random bytes:");
	snprintf(buf, NAME_SIZE, "%.4s%.2s%.2s-%.2s%.2s%.2s-%.4s", now, now + 5, now + 8, now + 11, now + 14, now + 17, id);
	return buf;
}

int
main(int argc, char **argv)
{
	struct order o = { .agent = NULL };
	struct making k = { .parentfd = -1, .fd = -1 };
	char project[PATH_MAX], name[NAME_SIZE], why[WHY];
	struct agent *a;
	int c;

	inherit_reset(INHERIT_ACTS);
	err_setprog(argv[0]);
	which_set_self(argv[0]);
	while ((c = getopt(argc, argv, "A:a:d:ik:m:n:p:t:wV")) != -1)
		switch (c) {
		case 'A': o.adopt = optarg; break;
		case 'a': o.agent = optarg; break;
		case 'd': o.project = optarg; break;
		case 'i': o.interactive = 1; break;
		case 'k':
			if (o.settings == SETTINGS)
				err_die(EX_CALLER, "-k: at most %d of them", SETTINGS);
			o.setting[o.settings++] = optarg;
			break;
		case 'm': o.model = optarg; break;
		case 'n': o.name = optarg; break;
		case 'p': o.prompt = optarg; break;
		case 't': o.parent = optarg; break;
		case 'w': o.join = 1; break;
		case 'V': err_version();
		default: usage();
		}
	if (optind < argc) {
		if (strcmp(argv[optind - 1], "--"))
			usage();
		o.command = argv + optind;
	}
	if (o.adopt)
		adopt(&o);
	if (!o.project)
		o.project = ".";
	if (!o.name)
		o.name = default_name(name);
	check(&o, project);
	check_config();
	a = stream_rules_load(o.agent, why);
	if (!a)
		err_die(EX_CALLER, "%s", why);
	if (o.interactive && !o.adopt && !agent_get(a, "interactive") && !o.command)
		err_die(EX_CALLER, "agent %s: has no interactive= line in its file: leave out -i", o.agent);
	look(&k, &o);
	/* Before anything is made, or locked: whoever writes it may take his time. */
	if (o.prompt && (c = prompt_load(o.prompt, &o.text, why)))
		err_die(c, "%s", why);
	begin(&k);
	write_files(&k, &o, a, project);
	agent_free(a);
	prompt_free(&o.text);
	publish(&k, &o);
	printf("%s/%s\n", k.parent, k.label);
	err_flush();
	return EX_YES;
}
