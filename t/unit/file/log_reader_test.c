/* log_reader_test - a log that grows and is rotated under its reader: no byte lost, none twice */
#include "base/err.h"
#include "file/log_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file/log_writer.h"

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

enum { LINES = 20000, SIZE = 65536, LINE = 32 };

static char path[] = "/tmp/log_reader_test.XXXXXX";
static int dir;
static void (*at_end)(void); /* called once, when a read has found the end of its file */

/* Replaces the reader's read, so that the writer can act between two of its calls. */
ssize_t
read(int fd, void *buf, size_t size)
{
	struct iovec v = { buf, size };
	ssize_t n = readv(fd, &v, 1);
	void (*happens)(void) = at_end;

	if (n == 0 && happens) {
		at_end = NULL;
		happens();
	}
	return n;
}

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "log_reader_test.c:%d: %s (%s)\n", line, what, strerror(errno));
	exit(1);
}

static void
put(const char *name, const char *text)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_APPEND, 0600);

	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

static void
clear(void)
{
	unlinkat(dir, "log", 0);
	unlinkat(dir, "log.1", 0);
}

static const char *
rest(struct log_reader *t)
{
	static char buf[SIZE];
	size_t n = 0;
	ssize_t r;

	while ((r = log_reader_read(t, buf + n, sizeof buf - 1 - n)) > 0)
		n += (size_t)r;
	CHECK(r == 0);
	buf[n] = 0;
	return buf;
}

static int
last(long long n, const char *want)
{
	struct log_reader t;
	int same;

	CHECK(!log_reader_last(&t, dir, "log", n, ""));
	same = !strcmp(rest(&t), want);
	log_reader_close(&t);
	return same;
}

static int
from(const char *mark, const char *want)
{
	struct log_reader t;
	int same;

	CHECK(!log_reader_last(&t, dir, "log", 1, mark));
	same = !strcmp(rest(&t), want);
	log_reader_close(&t);
	return same;
}

static void
the_last_line_with_a_mark(void)
{
	static char tail[2 * 16384];

	clear();
	CHECK(from("-- ", ""));
	put("log", "-- 1\na\n-- 2\nx -- 3\n--");
	CHECK(from("-- ", "-- 2\nx -- 3\n--") && from("-- 1", "-- 1\na\n-- 2\nx -- 3\n--"));
	CHECK(from("== ", "-- 1\na\n-- 2\nx -- 3\n--"));
	clear();
	put("log.1", "a\n-- 1\nb\n");
	put("log", "c\nd\n");
	CHECK(from("-- ", "-- 1\nb\nc\nd\n") && from("== ", "a\n-- 1\nb\nc\nd\n"));
	clear();
	put("log.1", "-- 1\n");
	put("log", "-- 2\nd\n");
	CHECK(from("-- ", "-- 2\nd\n"));
	/* It may lie across two blocks, as counted from the end. */
	for (size_t n = 16384 - 16; n < 16384 + 16; n++) {
		memset(tail, 'x', n);
		memcpy(tail, "-- 1\n", 5);
		tail[n] = '\0';
		clear();
		put("log", "a\n");
		put("log", tail);
		CHECK(from("-- ", tail));
	}
}

static void
what_is_not_there_may_come(void)
{
	struct log_reader t;

	clear();
	CHECK(last(3, ""));
	CHECK(!log_reader_open(&t, dir, "log"));
	CHECK(!strcmp(rest(&t), ""));
	put("log", "a\n");
	CHECK(!strcmp(rest(&t), "a\n"));
	put("log", "b");
	CHECK(!strcmp(rest(&t), "b"));
	log_reader_close(&t);
}

static void
the_last_lines(void)
{
	clear();
	put("log", "a\nb\n\nc\n");
	CHECK(last(0, "") && last(1, "c\n") && last(2, "\nc\n") && last(3, "b\n\nc\n"));
	CHECK(last(4, "a\nb\n\nc\n") && last(9, "a\nb\n\nc\n"));
	put("log", "d");
	CHECK(last(1, "d") && last(2, "c\nd"));
	put("log.1", "x\ny\n");
	CHECK(last(5, "a\nb\n\nc\nd") && last(6, "y\na\nb\n\nc\nd"));
	CHECK(last(99, "x\ny\na\nb\n\nc\nd"));
	put("log.1", "z");
	CHECK(last(0, "") && last(4, "b\n\nc\nd"));
	CHECK(last(5, "za\nb\n\nc\nd") && last(6, "y\nza\nb\n\nc\nd"));
}

static void
lines_longer_than_a_block(void)
{
	static char line[50001];

	clear();
	memset(line, 'l', sizeof line - 1);
	put("log", "a\n");
	put("log", line);
	CHECK(last(1, line));
	put("log", "\nz\n");
	CHECK(last(1, "z\n"));
	line[sizeof line - 2] = '\n';
	clear();
	put("log", "a\n");
	put("log", line);
	CHECK(last(1, line));
}

static void
rotated_under_its_reader(void)
{
	struct log_reader t;

	clear();
	put("log", "1\n");
	CHECK(!log_reader_open(&t, dir, "log"));
	CHECK(!strcmp(rest(&t), "1\n"));
	put("log", "2\n");
	CHECK(!renameat(dir, "log", dir, "log.1"));
	CHECK(!strcmp(rest(&t), "2\n"));
	put("log.1", "3\n"); /* the writer is between rename and open */
	CHECK(!strcmp(rest(&t), "3\n"));
	put("log.1", "4\n");
	put("log", "5\n");
	CHECK(!strcmp(rest(&t), "4\n5\n"));
	/* Two rotations between two reads. */
	put("log", "6\n");
	CHECK(!renameat(dir, "log", dir, "log.1"));
	put("log", "7\n");
	CHECK(!renameat(dir, "log", dir, "log.1"));
	put("log", "8\n");
	CHECK(!strcmp(rest(&t), "6\n7\n8\n"));
	log_reader_close(&t);
	CHECK(!log_reader_open(&t, dir, "log"));
	CHECK(!strcmp(rest(&t), "7\n8\n"));
	log_reader_close(&t);
}

static void
write_and_rotate(void)
{
	put("log", "2\n");
	CHECK(!renameat(dir, "log", dir, "log.1"));
	put("log", "3\n");
}

static void
written_between_the_last_read_and_the_rotation(void)
{
	struct log_reader t;

	clear();
	put("log", "1\n");
	CHECK(!log_reader_open(&t, dir, "log"));
	at_end = write_and_rotate;
	CHECK(!strcmp(rest(&t), "1\n2\n3\n"));
	CHECK(!at_end);
	log_reader_close(&t);
}

/* A fast writer beside the reader; it waits before the reader would fall behind by a whole file. */
static void
nothing_is_lost_and_nothing_comes_twice(void)
{
	int turns[2], status, want = 0;
	char buf[4096], line[LINE];
	size_t have = 0;
	struct log_reader t;
	pid_t pid;

	clear();
	CHECK(!pipe(turns));
	CHECK(!log_reader_open(&t, dir, "log"));
	if (!(pid = fork())) {
		struct log_writer s;

		CHECK(!log_writer_open(&s, dir, "log", 5000));
		for (int i = 0; i < LINES; i++) {
			int n = snprintf(line, sizeof line, "line %d\n", i);

			if (i % 300 == 0 && read(turns[0], buf, 1) != 1)
				_exit(1);
			log_writer_write(&s, line, (size_t)n);
		}
		_exit(s.dropped != 0);
	}
	for (int given = 0; want < LINES; ) {
		ssize_t r;

		if (given <= want) {
			CHECK(write(turns[1], "x", 1) == 1);
			given += 300;
		}
		CHECK((r = log_reader_read(&t, buf, sizeof buf)) >= 0);
		for (ssize_t i = 0; i < r; i++) {
			CHECK(have < sizeof line - 1);
			line[have++] = buf[i];
			if (buf[i] != '\n')
				continue;
			line[have] = 0;
			CHECK(!strncmp(line, "line ", 5) && atoi(line + 5) == want);
			want++;
			have = 0;
		}
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
	log_reader_close(&t);
}

static void
what_is_no_file_is_refused(void)
{
	struct log_reader t;

	clear();
	CHECK(!symlinkat("/etc/passwd", dir, "log"));
	CHECK(log_reader_open(&t, dir, "log") == -1);
	clear();
	CHECK(!fchdir(dir) && !mkfifo("log", 0600));
	CHECK(log_reader_open(&t, dir, "log") == -1 && errno == ERR_NOT_REGULAR);
	clear();
}

int
main(void)
{
	CHECK(mkdtemp(path) && (dir = open(path, O_RDONLY | O_DIRECTORY)) >= 0);
	what_is_not_there_may_come();
	the_last_lines();
	the_last_line_with_a_mark();
	lines_longer_than_a_block();
	rotated_under_its_reader();
	written_between_the_last_read_and_the_rotation();
	nothing_is_lost_and_nothing_comes_twice();
	what_is_no_file_is_refused();
	rmdir(path);
	puts("log_reader: ok");
	return 0;
}
