/*
 * send_keys - text and keys into the terminal of a task
 *
 * Text reaches the engine on its standard input, never in its arguments, where all could read it.
 */
#include "engine/send_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "engine/engine.h"
#include "file/file.h"
#include "proc/spawn.h"

enum { SEND_MS = 20000 };

/* A file without a name that holds the text, at its start. */
static int
hold(const struct task *t, const char *text, size_t n)
{
	char name[32];
	int fd;

	snprintf(name, sizeof name, ".typed.%ld", (long)getpid());
	unlinkat(t->fd, name, 0);
	fd = openat(t->fd, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	unlinkat(t->fd, name, 0);
	if (!file_write_all(fd, text, n) && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Reads the engine's complaint to its end. 0, -1 if time is up. */
static int
complaint(int fd, char why[WHY])
{
	long long end = clock_ms() + SEND_MS;
	size_t len = 0;

	for (;;) {
		struct pollfd f = { .fd = fd, .events = POLLIN };
		long long left = end - clock_ms();
		char buf[256];
		ssize_t n;

		if (left <= 0)
			return -1;
		if (poll(&f, 1, (int)left) <= 0)
			continue;
		n = read(fd, buf, sizeof buf);
		if (n == 0 || (n < 0 && errno != EINTR))
			break;
		for (ssize_t i = 0; i < n && len < WHY - 1; i++)
			why[len++] = (unsigned char)buf[i] < ' ' || buf[i] == 0x7f ? ' ' : buf[i];
	}
	while (len && why[len - 1] == ' ')
		len--;
	why[len] = 0;
	return 0;
}

int
send_keys_text(const struct task *t, const char *engine, const char *text, size_t n, char why[WHY])
{
	char path[PATH_MAX];
	char *argv[] = { path, (char *)"send", (char *)t->path, (char *)"-l", NULL };
	struct spawn s = { .argv = argv, .fd = { -1, -1, -1 }, .group = SPAWN_SESSION };
	int p[2], late, wstatus;
	pid_t pid;

	if (engine_find(engine, path, sizeof path, why))
		return EX_CALLER;
	if ((s.fd[0] = hold(t, text, n)) < 0 || pipe(p)) {
		err_why(why, "hold the text:");
		return EX_SYSTEM;
	}
	s.fd[2] = p[1];
	pid = spawn_start(&s, NULL);
	close(s.fd[0]);
	close(p[1]);
	if (pid < 0) {
		err_why(why, "start %s:", path);
		close(p[0]);
		return EX_SYSTEM;
	}
	late = complaint(p[0], why);
	close(p[0]);
	if (late)
		kill(-pid, SIGKILL);
	if (spawn_wait(pid, &wstatus) < 0 || late)
		return err_why(why, "engine %s: send did not end in time", engine);
	return spawn_code(wstatus);
}

int
send_keys(const struct task *t, const char *engine, char *const *keys, char why[WHY])
{
	char *args[SEND_KEYS_MAX + 2] = { (char *)"-k" };

	for (int i = 0; i < SEND_KEYS_MAX && keys[i]; i++)
		args[i + 1] = keys[i];
	return engine_call(engine, "send", t->path, args, NULL, 0, SEND_MS, why);
}

/* The length of the character s begins with, 0 if it is none (control, broken UTF-8). */
static size_t
character(const char *s)
{
	unsigned char c = (unsigned char)*s;
	size_t n = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;

	if (c <= ' ' || c == 0x7f || (c >= 0x80 && c < 0xc2) || c > 0xf4)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return utf8_plain(s, n) == n ? n : 0; /* C1 controls are none, either */
}

int
send_keys_is_key(const char *name)
{
	static const char *const words[] = { "Enter", "Escape", "Space", "Tab", "BTab", "BSpace", "Up", "Down", "Left", "Right", "Home", "End", "PageUp", "PageDown", "PgUp", "PgDn", "PPage", "NPage",
		"IC", "Insert", "DC", "Delete", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12" };
	size_t n;

	if (*name == '^' && name[1])
		return !name[2] && character(name + 1) == 1;
	while (*name && strchr("CMScms", *name) && name[1] == '-' && name[2])
		name += 2;
	n = character(name);
	if (n && !name[n])
		return 1;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcasecmp(words[i], name))
			return 1;
	return 0;
}
