/* outcome: what each kind of end means */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "task/status.h"
#include "wrap/outcome.h"

/* Wait statuses as the usual systems encode them, which main checks. */
#define EXIT(n) ((n) << 8)
#define SIG(n) (n)
#define UNSEEN (-1)

struct row {
	const char *what;
	struct evidence e;
	enum status status;
	const char *reason;
	int code, signal;
	long long at;
};

static const struct row rows[] = {
	/* an agent with an event stream */
	{"end", {.stream = 1, .ended = 1}, ST_COMPLETED, "end", 0, 0, 0},
	{"end, then exit 1", {.wstatus = EXIT(1), .stream = 1, .ended = 1},
		ST_COMPLETED, "end", 0, 0, 0},
	{"end, then no exit: we ended it",
		{.wstatus = SIG(SIGTERM), .stream = 1, .ended = 1, .lingered = 1},
		ST_COMPLETED, "end", 0, SIGTERM, 0},
	{"end, and its exit not seen", {.wstatus = UNSEEN, .stream = 1, .ended = 1},
		ST_COMPLETED, "end", 0, 0, 0},
	{"end before the stop", {.stream = 1, .ended = 1, .stop_asked = 1},
		ST_COMPLETED, "end", 0, 0, 0},
	{"end with work left open, then exit 0", {.stream = 1, .ended = 1, .unfinished = 1},
		ST_COMPLETED, "end", 0, 0, 0},
	{"end with work left open: we waited in vain",
		{.wstatus = SIG(SIGTERM), .stream = 1, .ended = 1, .unfinished = 2, .lingered = 1},
		ST_COMPLETED, "end", 0, SIGTERM, 0},
	{"end with work left open, then SIGKILL",
		{.wstatus = SIG(SIGKILL), .stream = 1, .ended = 1, .unfinished = 1},
		ST_CRASHED, "signal:9", 137, SIGKILL, 0},
	{"end with work left open, then SIGTERM, caught",
		{.wstatus = EXIT(143), .stream = 1, .ended = 1, .unfinished = 1},
		ST_CRASHED, "exit:143", 143, 0, 0},
	{"end with work left open, then exit 1",
		{.wstatus = EXIT(1), .stream = 1, .ended = 1, .unfinished = 1},
		ST_CRASHED, "exit:1", 1, 0, 0},
	{"end with work left open, its exit not seen",
		{.wstatus = UNSEEN, .stream = 1, .ended = 1, .unfinished = 1},
		ST_CRASHED, "lost", 1, 0, 0},
	{"end with work left open, and we were told to go",
		{.stream = 1, .ended = 1, .unfinished = 1, .killed = 1},
		ST_CRASHED, "terminated", 1, 0, 0},
	{"end with work left open, and then a stop",
		{.stream = 1, .ended = 1, .unfinished = 1, .stop_asked = 1},
		ST_STOPPED, "stop", 1, 0, 0},
	{"end with work left open, and then a hang",
		{.wstatus = SIG(SIGKILL), .stream = 1, .ended = 1, .unfinished = 1, .killed = 1,
		.hung = 1},
		ST_HUNG, "hung", 137, SIGKILL, 0},
	{"exit 0 without a word", {.stream = 1}, ST_CRASHED, "no_end_event", 1, 0, 0},
	{"exit 0, but only complaints", {.stream = 1, .error = "warning"},
		ST_CRASHED, "no_end_event", 1, 0, 0},
	{"exit 1 without a word", {.wstatus = EXIT(1), .stream = 1}, ST_CRASHED, "exit:1", 1, 0, 0},
	{"exit 1 and a complaint", {.wstatus = EXIT(1), .stream = 1, .error = "in use"},
		ST_CRASHED, "exit:1: in use", 1, 0, 0},
	{"exit 2 and nothing done", {.wstatus = EXIT(2), .stream = 1, .fruitless = 1},
		ST_FAILED, "exit:2", 2, 0, 0},
	{"exit 126 and nothing done", {.wstatus = EXIT(126), .stream = 1, .fruitless = 1},
		ST_FAILED, "exit:126", 126, 0, 0},
	{"exit 127 and nothing done", {.wstatus = EXIT(127), .stream = 1, .fruitless = 2},
		ST_FAILED, "exit:127", 127, 0, 0},
	{"exit 2 in the middle of work", {.wstatus = EXIT(2), .stream = 1},
		ST_CRASHED, "exit:2", 2, 0, 0},
	{"SIGKILL", {.wstatus = SIG(SIGKILL), .stream = 1},
		ST_CRASHED, "signal:9", 137, SIGKILL, 0},
	{"SIGSEGV", {.wstatus = SIG(SIGSEGV), .stream = 1, .error = "note"},
		ST_CRASHED, "signal:11", 139, SIGSEGV, 0},
	{"SIGTERM, caught", {.wstatus = EXIT(143), .stream = 1}, ST_CRASHED, "exit:143", 143, 0, 0},
	{"end not seen", {.wstatus = UNSEEN, .stream = 1}, ST_CRASHED, "lost", 1, 0, 0},
	{"transient",
		{.wstatus = EXIT(1), .stream = 1, .failure = FAIL_TRANSIENT,
		.error = "529 overloaded"},
		ST_CRASHED, "529 overloaded", 1, 0, 0},
	{"transient, exit 0", {.stream = 1, .failure = FAIL_TRANSIENT, .error = "terminated"},
		ST_CRASHED, "terminated", 1, 0, 0},
	{"permanent",
		{.wstatus = EXIT(1), .stream = 1, .failure = FAIL_PERMANENT, .error = "401 no"},
		ST_FAILED, "401 no", 1, 0, 0},
	{"permanent, exit 0", {.stream = 1, .failure = FAIL_PERMANENT, .error = "401 no"},
		ST_FAILED, "401 no", 1, 0, 0},
	{"permanent without words", {.wstatus = EXIT(1), .stream = 1, .failure = FAIL_PERMANENT},
		ST_FAILED, "error", 1, 0, 0},
	{"limited",
		{.wstatus = EXIT(1), .stream = 1, .failure = FAIL_LIMITED, .error = "limit",
		.resume_at = 77},
		ST_LIMITED, "limit", 1, 0, 77},
	{"limited, nobody knows how long",
		{.wstatus = EXIT(1), .stream = 1, .failure = FAIL_LIMITED, .error = "limit"},
		ST_LIMITED, "limit", 1, 0, 0},
	{"limited, for the third time",
		{.wstatus = EXIT(1), .stream = 1, .failure = FAIL_LIMITED, .error = "limit",
		.resume_at = 77, .fruitless = 3},
		ST_LIMITED, "limit", 1, 0, 77},
	{"session lost",
		{.wstatus = EXIT(1), .stream = 1, .failure = FAIL_LOST,
		.error = "No conversation found"},
		ST_CRASHED, "session_lost", 1, 0, 0},
	{"hung", {.wstatus = SIG(SIGKILL), .stream = 1, .hung = 1},
		ST_HUNG, "hung", 137, SIGKILL, 0},
	{"hung after an error",
		{.wstatus = SIG(SIGTERM), .stream = 1, .hung = 1, .failure = FAIL_PERMANENT,
		.error = "x"},
		ST_HUNG, "hung", 143, SIGTERM, 0},
	{"stop", {.wstatus = SIG(SIGTERM), .stream = 1, .stop_asked = 1},
		ST_STOPPED, "stop", 143, SIGTERM, 0},
	{"stop, and the agent says error",
		{.wstatus = EXIT(1), .stream = 1, .stop_asked = 1, .failure = FAIL_TRANSIENT,
		.error = "interrupted"},
		ST_STOPPED, "stop", 1, 0, 0},
	{"stop, exit 0", {.stream = 1, .stop_asked = 1}, ST_STOPPED, "stop", 1, 0, 0},
	{"we were told to go", {.wstatus = SIG(SIGTERM), .stream = 1, .killed = 1},
		ST_CRASHED, "terminated", 143, SIGTERM, 0},
	{"we were told to go, the agent says error",
		{.wstatus = EXIT(1), .stream = 1, .killed = 1, .failure = FAIL_PERMANENT,
		.error = "x"},
		ST_CRASHED, "terminated", 1, 0, 0},
	/* an agent that makes no progress */
	{"third exit 1", {.wstatus = EXIT(1), .stream = 1, .fruitless = 3},
		ST_FAILED, "no_progress: exit:1", 1, 0, 0},
	{"third transient failure",
		{.wstatus = EXIT(1), .stream = 1, .fruitless = 3, .failure = FAIL_TRANSIENT,
		.error = "x"},
		ST_FAILED, "no_progress: x", 1, 0, 0},
	{"second exit 1", {.wstatus = EXIT(1), .stream = 1, .fruitless = 2},
		ST_CRASHED, "exit:1", 1, 0, 0},
	{"third own crash", {.wstatus = SIG(SIGSEGV), .stream = 1, .fruitless = 3},
		ST_FAILED, "no_progress: signal:11", 139, SIGSEGV, 0},
	{"third SIGKILL from outside", {.wstatus = SIG(SIGKILL), .stream = 1, .fruitless = 3},
		ST_CRASHED, "signal:9", 137, SIGKILL, 0},
	{"third SIGTERM from outside", {.wstatus = SIG(SIGTERM), .stream = 1, .fruitless = 9},
		ST_CRASHED, "signal:15", 143, SIGTERM, 0},
	{"third SIGHUP from outside, caught", {.wstatus = EXIT(129), .stream = 1, .fruitless = 3},
		ST_CRASHED, "exit:129", 129, 0, 0},
	{"third loss of the machine", {.wstatus = UNSEEN, .stream = 1, .fruitless = 3},
		ST_CRASHED, "lost", 1, 0, 0},
	{"third time we were told to go",
		{.wstatus = EXIT(1), .stream = 1, .fruitless = 3, .killed = 1},
		ST_CRASHED, "terminated", 1, 0, 0},
	{"third hang", {.wstatus = SIG(SIGKILL), .stream = 1, .fruitless = 3, .hung = 1},
		ST_HUNG, "hung", 137, SIGKILL, 0},
	/* a program that cannot be executed */
	{"not found", {.wstatus = UNSEEN, .exec_errno = ENOENT, .stream = 1},
		ST_FAILED, "exec: No such file or directory", 127, 0, 0},
	{"not executable", {.wstatus = UNSEEN, .exec_errno = EACCES, .stream = 1},
		ST_FAILED, "exec: Permission denied", 126, 0, 0},
	{"a command not found", {.wstatus = UNSEEN, .exec_errno = ENOENT},
		ST_FAILED, "exec: No such file or directory", 127, 0, 0},
	{"argument list too long", {.wstatus = UNSEEN, .exec_errno = E2BIG, .stream = 1, .ran = 1},
		ST_FAILED, "exec: Argument list too long", 126, 0, 0},
	/* ... which may pass: a lack of resources, or a program that was there before */
	{"no process", {.wstatus = UNSEEN, .exec_errno = EAGAIN, .stream = 1},
		ST_CRASHED, "exec: Resource temporarily unavailable", 126, 0, 0},
	{"no process for a command", {.wstatus = UNSEEN, .exec_errno = EAGAIN},
		ST_CRASHED, "exec: Resource temporarily unavailable", 126, 0, 0},
	{"no descriptor", {.wstatus = UNSEEN, .exec_errno = ENFILE, .stream = 1},
		ST_CRASHED, "exec: Too many open files in system", 126, 0, 0},
	{"being written", {.wstatus = UNSEEN, .exec_errno = ETXTBSY, .stream = 1},
		ST_CRASHED, "exec: Text file busy", 126, 0, 0},
	{"not there any more", {.wstatus = UNSEEN, .exec_errno = ENOENT, .stream = 1, .ran = 1},
		ST_CRASHED, "exec: No such file or directory", 127, 0, 0},
	{"half of it", {.wstatus = UNSEEN, .exec_errno = ENOEXEC, .stream = 1, .ran = 1},
		ST_CRASHED, "exec: Exec format error", 126, 0, 0},
	{"not executable any more", {.wstatus = UNSEEN, .exec_errno = EACCES, .ran = 1},
		ST_CRASHED, "exec: Permission denied", 126, 0, 0},
	{"its interpreter not there any more",
		{.wstatus = EXIT(127), .stream = 1, .fruitless = 2, .ran = 1},
		ST_CRASHED, "exit:127", 127, 0, 0},
	{"half a script", {.wstatus = EXIT(2), .stream = 1, .fruitless = 1, .ran = 1},
		ST_CRASHED, "exit:2", 2, 0, 0},
	/* a command */
	{"command, exit 0", {.wstatus = EXIT(0)}, ST_COMPLETED, "end", 0, 0, 0},
	{"command, exit 3", {.wstatus = EXIT(3), .error = "not asked"},
		ST_FAILED, "exit:3", 3, 0, 0},
	{"command, exit 2, nothing printed", {.wstatus = EXIT(2), .fruitless = 1},
		ST_FAILED, "exit:2", 2, 0, 0},
	{"command, killed from outside", {.wstatus = SIG(SIGKILL)},
		ST_FAILED, "signal:9", 137, SIGKILL, 0},
	{"command, lost with its machine", {.wstatus = UNSEEN}, ST_FAILED, "lost", 1, 0, 0},
	{"command, we were told to go", {.wstatus = SIG(SIGTERM), .killed = 1},
		ST_CRASHED, "terminated", 143, SIGTERM, 0},
	{"command, stop", {.wstatus = SIG(SIGTERM), .stop_asked = 1},
		ST_STOPPED, "stop", 143, SIGTERM, 0},
	{"command, hung", {.wstatus = SIG(SIGKILL), .hung = 1}, ST_HUNG, "hung", 137, SIGKILL, 0}
};

int
main(void)
{
	char big[2000];
	struct outcome o;
	int failed = 0, three = EXIT(3), nine = SIG(9);

	if (!WIFEXITED(three) || WEXITSTATUS(three) != 3 || !WIFSIGNALED(nine)
		|| WTERMSIG(nine) != 9) {
		printf("%s:%d: wait statuses are encoded in another way here\n", __FILE__,
			__LINE__);
		return 1;
	}
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *r = &rows[i];

		outcome_judge(&r->e, &o);
		if (o.status == r->status && strcmp(o.reason, r->reason) == 0
			&& o.exit_code == r->code && o.term_signal == r->signal
			&& o.resume_at == r->at)
			continue;
		printf("%s:%d: %s: %s (%s) code %d signal %d at %lld\n", __FILE__, __LINE__,
			r->what, status_word(o.status), o.reason, o.exit_code, o.term_signal,
			o.resume_at);
		failed = 1;
	}
	memset(big, 'x', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	outcome_judge(&(struct evidence){.stream = 1, .failure = FAIL_TRANSIENT, .error = big}, &o);
	if (strlen(o.reason) != sizeof o.reason - 1) {
		printf("%s:%d: a long reason is cut\n", __FILE__, __LINE__);
		failed = 1;
	}
	for (int s = 0; s < ST_LAST; s++)
		if (status_parse(status_word((enum status)s)) != (enum status)s
			|| status_terminal((enum status)s)
			!= (s == ST_COMPLETED || s == ST_FAILED || s == ST_STOPPED)) {
			printf("%s:%d: %s\n", __FILE__, __LINE__, status_word((enum status)s));
			failed = 1;
		}
	if (status_parse("") != ST_LAST || status_parse("complete") != ST_LAST
		|| strcmp(status_word(ST_LAST), "unknown") != 0) {
		printf("%s:%d: unknown words\n", __FILE__, __LINE__);
		failed = 1;
	}
	if (!failed)
		puts("outcome: ok");
	return failed;
}
