/* manifest_test - what a manifest may hold, and that no change of it is lost */
#include "task/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))
#define HEAD "version=1\ntask_name=t\nagent=claude\nproject_dir=/\nstatus=created\n"

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "manifest_test.c:%d: %s\n", line, what);
	exit(1);
}

static int
parse(struct manifest *m, const char *text, char why[WHY])
{
	return manifest_parse(m, text, strlen(text), why);
}

static void
bad(const char *text, const char *says)
{
	struct manifest m;
	char why[WHY];

	errno = 0;
	CHECK(parse(&m, text, why) == -1);
	CHECK(errno == EINVAL);
	if (!strstr(why, says)) {
		fprintf(stderr, "said: %s\n", why);
		fail(__LINE__, says);
	}
}

static void
broken_ones_are_told_by_their_line(void)
{
	bad(HEAD "a=1\na=2\n", "line 7: this key occurs twice");
	bad(HEAD "a=1\nno equals\n", "line 7: no '='");
	bad(HEAD "a=x\x01y\n", "line 6: control character");
	bad(HEAD "a=x\x7f\n", "line 6: control character");
	bad(HEAD "A=1\n", "line 6: not a key");
	bad(HEAD "=1\n", "line 6: not a key");
	bad(HEAD "a=cut", "line 6: cut");
	bad("version=1\ntask_name=t\nagent=claude\nproject_dir=/\n", "no key status");
	bad("", "no key version");
}

/* Whatever is cut off a manifest, what is left is refused, or still has all that a task needs. */
static void
a_cut_one_is_never_half_a_task(void)
{
	const char *whole = HEAD;
	struct manifest m;
	char why[WHY];

	for (size_t n = 0; n < strlen(whole); n++)
		CHECK(manifest_parse(&m, whole, n, why) == -1);
	CHECK(manifest_parse(&m, whole, strlen(whole), why) == 0);
}

static void
values_are_set_and_removed_in_place(void)
{
	struct manifest m;
	char why[WHY];

	CHECK(!parse(&m, HEAD "strange_key=kept = yes\n", why));
	CHECK(!strcmp(manifest_get(&m, "strange_key"), "kept = yes"));
	CHECK(!manifest_set(&m, "status", "running") &&
		!strcmp(manifest_get(&m, "status"), "running"));
	CHECK(!manifest_set(&m, "note", "two\nlines\x1b[0m") &&
		!strcmp(manifest_get(&m, "note"), "two lines [0m"));
	CHECK(!manifest_set(&m, "attempt", "12") && manifest_num(&m, "attempt", -1) == 12);
	CHECK(manifest_num(&m, "status", -1) == -1);
	CHECK(!manifest_set(&m, "note", NULL) && !*manifest_get(&m, "note"));
	CHECK(!strcmp(manifest_get(&m, "attempt"), "12"));
	CHECK(manifest_set(&m, "Bad", "x") == -1 && errno == EINVAL);
}

static void
too_much_is_refused(void)
{
	static char big[MANIFEST_SIZE];
	struct manifest m;
	char why[WHY];

	memset(big, 'x', sizeof big - 1);
	CHECK(!parse(&m, HEAD, why));
	CHECK(manifest_set(&m, "note", big) == -1 && errno == ENOSPC);
	for (int i = 0; i < MANIFEST_KEYS; i++) {
		char key[16];

		snprintf(key, sizeof key, "k%d", i);
		if (manifest_set(&m, key, "v"))
			CHECK(errno == ENOSPC && m.n == MANIFEST_KEYS);
	}
	CHECK(m.n == MANIFEST_KEYS);
	CHECK(!strcmp(manifest_get(&m, "status"), "created"));
}

/* Processes that each add to their own key, at once: no change of another is lost. */
static void
concurrent_changes_all_arrive(void)
{
	enum { WRITERS = 6, ROUNDS = 20 };
	char dir[] = "/tmp/manifest_test.XXXXXX", why[WHY], key[16], n[16], path[64];
	struct manifest m;
	int fd, ws;

	CHECK(mkdtemp(dir) && (fd = open(dir, O_RDONLY | O_DIRECTORY)) >= 0);
	CHECK(!parse(&m, HEAD, why) && !manifest_write(fd, &m));
	for (int w = 0; w < WRITERS; w++)
		if (!fork()) {
			snprintf(key, sizeof key, "w%d", w);
			for (int i = 1; i <= ROUNDS; i++) {
				snprintf(n, sizeof n, "%d", i);
				if (manifest_change(fd, (const char *const[]){ key, n, NULL }, why))
					_exit(1);
			}
			_exit(0);
		}
	for (int w = 0; w < WRITERS; w++)
		CHECK(wait(&ws) > 0 && ws == 0);
	CHECK(!manifest_read(fd, &m, why));
	for (int w = 0; w < WRITERS; w++) {
		snprintf(key, sizeof key, "w%d", w);
		CHECK(manifest_num(&m, key, 0) == ROUNDS);
	}
	snprintf(path, sizeof path, "%s/manifest", dir);
	unlink(path);
	snprintf(path, sizeof path, "%s/manifest.lock", dir);
	unlink(path);
	CHECK(!rmdir(dir)); /* no temporary is left */
}

int
main(void)
{
	broken_ones_are_told_by_their_line();
	a_cut_one_is_never_half_a_task();
	values_are_set_and_removed_in_place();
	too_much_is_refused();
	concurrent_changes_all_arrive();
	return 0;
}
