/* regular_test - anything but a regular file is refused at once, for reading and for writing */
#include "file/regular.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"
#include "file/file.h"
#include "proc/lock.h"

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

static char room[] = "/tmp/rca-regular.XXXXXX";
static int dir;

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "regular_test.c:%d: %s (errno %d: %s)\n", line, what, errno,
		err_text(errno));
	exit(1);
}

static void
refused(const char *name)
{
	static const int flags[] = { O_RDONLY, O_RDWR, O_WRONLY, O_WRONLY | O_CREAT,
		O_WRONLY | O_CREAT | O_TRUNC, O_RDWR | O_CREAT | O_APPEND };
	char buf[16];

	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		CHECK(regular_open(dir, name, flags[i]) == -1);
		CHECK(errno == ERR_NOT_REGULAR);
	}
	CHECK(regular_part(dir, name, 1, buf, sizeof buf) == -1 && errno == ERR_NOT_REGULAR);
	CHECK(!*buf);
	CHECK(file_append(dir, name, "x\n", 2) == -1 && errno == ERR_NOT_REGULAR);
	CHECK(file_mark(dir, name) == -1 && errno == ERR_NOT_REGULAR);
	CHECK(file_read(dir, name, buf, sizeof buf) == -1 && errno == ERR_NOT_REGULAR);
	CHECK(lock_take(dir, name) == -1 && errno == ERR_NOT_REGULAR);
	CHECK(lock_holder(dir, name) == -1 && errno == ERR_NOT_REGULAR);
	CHECK(lock_wait(dir, name, 0, NULL) == -1 && errno == ERR_NOT_REGULAR);
}

static void
others_are_refused(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	CHECK(!fchdir(dir) && !mkfifo("fifo", 0600));
	CHECK(!mkdirat(dir, "directory", 0700));
	CHECK(!symlinkat("there", dir, "symlink"));
	CHECK(!symlinkat("nowhere", dir, "dangling"));
	CHECK(!symlinkat("/dev/null", dir, "device"));
	snprintf(un.sun_path, sizeof un.sun_path, "%s/socket", room);
	CHECK(s >= 0 && !bind(s, (struct sockaddr *)&un, sizeof un));
	refused("fifo");
	refused("directory");
	refused("symlink");
	refused("dangling");
	refused("device");
	refused("socket");
	CHECK(faccessat(dir, "nowhere", F_OK, 0) == -1);
	close(s);
}

/* A FIFO with a reader and a writer opens at once, and is refused all the same. */
static void
a_busy_fifo_is_refused(void)
{
	int fd = openat(dir, "fifo", O_RDWR);

	CHECK(fd >= 0);
	refused("fifo");
	close(fd);
}

static void
regular_ones_are_opened(void)
{
	char buf[5];
	int fd = regular_open(dir, "there", O_RDWR | O_CREAT | O_APPEND);
	struct stat st;

	CHECK(fd >= 0 && !fstat(fd, &st) && (st.st_mode & 07777) == 0600);
	CHECK((fcntl(fd, F_GETFL) & (O_APPEND | O_NONBLOCK)) == O_APPEND);
	CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	CHECK(!regular_torn(fd));
	CHECK(write(fd, "0123456789", 10) == 10 && regular_torn(fd));
	CHECK(write(fd, "\n", 1) == 1 && !regular_torn(fd));
	close(fd);
	CHECK(regular_part(dir, "there", 0, buf, sizeof buf) == 4 && !strcmp(buf, "0123"));
	CHECK(regular_part(dir, "there", 1, buf, sizeof buf) == 4 && !strcmp(buf, "789\n"));
	CHECK(regular_open(dir, "none", O_RDONLY) == -1 && errno == ENOENT);
	CHECK(regular_part(dir, "none", 1, buf, sizeof buf) == -1 && errno == ENOENT);
}

int
main(void)
{
	static const char *const files[] = {
		"fifo", "symlink", "dangling", "device", "socket", "there"
	};

	CHECK(mkdtemp(room));
	CHECK((dir = open(room, O_RDONLY | O_DIRECTORY)) >= 0);
	umask(022);
	alarm(60);
	regular_ones_are_opened();
	others_are_refused();
	a_busy_fifo_is_refused();
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		unlinkat(dir, files[i], 0);
	unlinkat(dir, "directory", AT_REMOVEDIR);
	CHECK(!rmdir(room));
	puts("regular: ok");
	return 0;
}
