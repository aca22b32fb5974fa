/* files_fuzz - progress, env, session_id, done with any content; history of any words */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "file/file.h"
#include "task/done.h"
#include "task/env.h"
#include "task/history.h"
#include "task/progress.h"
#include "task/session.h"

#define RUNNING "version=1\ntask_name=t\nagent=a\nproject_dir=/\nstatus=running\n"

static void
progress(const uint8_t *data, size_t n)
{
	struct progress p, back;
	long long last, again;

	fuzz_file("progress", data, n);
	if (progress_load(fuzz_dir(), &p, &last))
		return;
	HOLDS(memchr(p.text, 0, sizeof p.text) && memchr(p.tool, 0, sizeof p.tool));
	if (progress_save(fuzz_dir(), &p, last))
		return;
	HOLDS(!progress_load(fuzz_dir(), &back, &again));
	HOLDS(back.phase == p.phase && back.turns == p.turns && back.tokens_in == p.tokens_in &&
		back.tokens_out == p.tokens_out);
	HOLDS(last < 0 || last > 253402300799LL || again == last);
}

static void
env(const uint8_t *data, size_t n)
{
	static const char *const extra[] = { "RCA_TASK=/x", NULL },
		*const defaults[] = { "TERM=dumb", NULL };
	char **envp;
	int marks = 0;

	fuzz_file("env", data, n);
	if (!(envp = env_load(fuzz_dir(), extra, defaults)))
		return;
	for (char **e = envp; *e; e++) {
		HOLDS(strchr(*e, '='));
		marks += !strncmp(*e, "RCA_TASK=", 9);
	}
	HOLDS(marks == 1 && !strcmp(env_get(envp, "RCA_TASK"), "/x") && env_get(envp, "TERM"));
	HOLDS(!env_save(fuzz_dir(), envp));
	free(envp);
}

static void
ids(const uint8_t *data, size_t n)
{
	char id[SESSION_ID], again[SESSION_ID], *s = fuzz_string(data, n);
	static struct manifest m;
	char why[WHY];
	long long code;

	fuzz_file("session_id", data, n);
	fuzz_file("done", data, n);
	session_load(fuzz_dir(), id);
	HOLDS(!id[strspn(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")]);
	HOLDS(*id != '-');
	if (!session_store(fuzz_dir(), s)) {
		session_load(fuzz_dir(), again);
		HOLDS(!strcmp(s, again));
	}
	HOLDS(!manifest_parse(&m, RUNNING, strlen(RUNNING), why));
	done_believe(fuzz_dir(), &m);
	code = manifest_num(&m, "exit_code", -1);
	HOLDS(status_terminal(manifest_status(&m)) ? code >= 0 : code == -1);
	free(s);
}

/* An event is one line, whatever its words are. */
static void
history(const uint8_t *data, size_t n)
{
	char *s = fuzz_string(data, n), buf[8192];
	ssize_t len;

	fuzz_file("history", data, 0);
	HOLDS(!history_add(fuzz_dir(), "event", (const char *const[]){ "a", s, "b", "c d", NULL }));
	len = file_read(fuzz_dir(), "history", buf, sizeof buf);
	HOLDS(len > CLOCK_UTC && memchr(buf, '\n', (size_t)len) == buf + len - 1);
	HOLDS(clock_parse((buf[20] = 0, buf)) > 0);
	for (ssize_t i = 21; i < len - 1; i++)
		HOLDS((unsigned char)buf[i] >= ' ' && buf[i] != 0x7f);
	HOLDS(!strcmp(buf + len - 8, "b=\"c d\"\n") || strlen(s) > 900);
	free(s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	progress(data, n);
	env(data, n);
	ids(data, n);
	history(data, n);
	return 0;
}
