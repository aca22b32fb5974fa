/* sharing_test - which file systems are refused, by what a system says of them */
#include "task/sharing.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file/mounts.h"

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x))

static _Noreturn void
fail(int line, const char *what)
{
	fprintf(stderr, "sharing_test.c:%d: %s\n", line, what);
	exit(1);
}

/* 2 refused even for a task that stays here, 1 only for one that may run elsewhere, 0 never. */
static int
refused(const char *kind)
{
	char here[WHY] = "", far[WHY] = "";
	int h = sharing_refuses(kind, 0, here), f = sharing_refuses(kind, 1, far);

	CHECK(f >= h && (!f || strstr(far, "does not share locks: put RCA_HOME on")));
	return h + f;
}

static void
those_that_keep_locks_to_themselves(void)
{
	CHECK(refused("fuse.sshfs rw,user_id=0,group_id=0") == 2);
	CHECK(refused("nfs rw,vers=3,nolock,local_lock=all") == 1);
	CHECK(refused("nfs4 rw,vers=4.2,local_lock=posix") == 1);
	CHECK(refused("nfs rw,vers=3,local_lock=flock,addr=10.0.0.1") == 0);
	CHECK(refused("nfs4 rw,vers=4.2,local_lock=none,addr=10.0.0.1") == 0);
	CHECK(refused("lustre rw,flock") == 0);
	CHECK(refused("lustre rw,localflock") == 1);
	CHECK(refused("cifs rw,vers=3.1.1,nobrl") == 1);
	CHECK(refused("ext4 rw,errors=remount-ro") == 0);
	CHECK(refused("fuse.glusterfs rw") == 0);
	CHECK(refused("") == 0);
}

static void
the_names_are_said(void)
{
	char why[WHY];

	CHECK(sharing_refuses("nfs rw,nolock", 1, why) && strstr(why, "(nfs with nolock)"));
	CHECK(sharing_refuses("fuse.sshfs rw", 0, why) && strstr(why, "(fuse.sshfs)"));
}

#ifdef SYSTEM_LINUX
static void
lines_of_the_list(void)
{
	static const char line[] = "158 27 0:57 / /mnt/a\\040b rw,nosuid shared:5 master:2 - "
		"fuse.sshfs me@host:/d\\040e rw,user_id=0\n";
	char kind[MOUNTS_KIND], copy[sizeof line];

	memcpy(copy, line, sizeof line);
	CHECK(mounts_line_kind(copy, "0:57", kind) && !strcmp(kind, "fuse.sshfs rw,user_id=0"));
	memcpy(copy, line, sizeof line);
	CHECK(!mounts_line_kind(copy, "0:5", kind));
	memcpy(copy, "158 27 0:57 / /mnt rw\n", 23);
	CHECK(!mounts_line_kind(copy, "0:57", kind));
	CHECK(mounts_kind(open("/proc", O_RDONLY), kind) && !strncmp(kind, "proc rw", 7));
}
#endif

int
main(void)
{
	those_that_keep_locks_to_themselves();
	the_names_are_said();
#ifdef SYSTEM_LINUX
	lines_of_the_list();
#endif
	puts("sharing: ok");
	return 0;
}
