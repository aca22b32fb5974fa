/*
 * watch_inotify - Linux tells of changes
 *
 * The kernel drops a dying process's record locks before it closes its files: when inotify tells
 * that a lock file was closed, its holder may be gone.
 */
#include "file/watch_sys.h"
#ifdef SYSTEM_LINUX

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

enum { EVENTS_SIZE = 16384 };

const int watch_sys_polls = 0;

int
watch_sys_open(void)
{
	return inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
}

/* inotify sees only what this host does; other hosts write on these file systems too. */
static int
shared(int dir)
{
	static const uint32_t magic[] = {
		0x00006969, /* nfs */
		0xff534d42, /* cifs */
		0xfe534d42, /* smb2 */
		0x0000517b, /* smb */
		0x65735546, /* fuse */
		0x01021997, /* 9p */
		0x00c36400, /* ceph */
		0x5346414f, /* afs */
		0x6b414653, /* kafs */
		0x73757245, /* coda */
		0x0bd00bd0, /* lustre */
		0x47504653, /* gpfs */
		0x19830326, /* beegfs */
		0x7461636f, /* ocfs2 */
		0x01161970, /* gfs2 */
	};
	struct statfs s;

	if (fstatfs(dir, &s))
		return 1;
	for (size_t i = 0; i < sizeof magic / sizeof *magic; i++)
		if ((uint32_t)s.f_type == magic[i])
			return 1;
	return 0;
}

int
watch_sys_add(int fd, int dir, const char *path, int writes)
{
	const uint32_t changes = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE |
		IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF;
	struct stat meant, named;
	int id;

	if (shared(dir)) {
		errno = EREMOTE;
		return -1;
	}
	id = inotify_add_watch(fd, path, changes | (writes ? IN_MODIFY : 0) | IN_ONLYDIR);
	if (id < 0)
		return -1;
	if (!fstat(dir, &meant) && !stat(path, &named) &&
		meant.st_dev == named.st_dev && meant.st_ino == named.st_ino)
		return id;
	inotify_rm_watch(fd, id);
	errno = ENOENT;
	return -1;
}

void
watch_sys_read(int fd, void (*f)(void *ctx, int id), void *ctx)
{
	char buf[EVENTS_SIZE];
	struct inotify_event e;
	ssize_t n;

	n = read(fd, buf, sizeof buf);
	for (ssize_t at = 0; at + (ssize_t)sizeof e <= n; at += (ssize_t)(sizeof e + e.len)) {
		memcpy(&e, buf + at, sizeof e);
		f(ctx, (e.mask & IN_Q_OVERFLOW) ? -1 : e.wd);
	}
}

#endif
