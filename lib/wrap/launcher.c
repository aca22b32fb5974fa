/* launcher - the rca-launch that waits on DIR/started; but it need not be one that has begun us */
#include "wrap/launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "file/file.h"

static int fifo = -1;

void
launcher_tell(void)
{
	/* It does not wait any more if it has seen our lock. */
	if (fifo >= 0 && write(fifo, "\n", 1) < 0 && errno != EPIPE)
		err_warn("tell rca-launch:");
	fifo = fifo < 0 ? -1 : file_close(fifo);
}

void
launcher_find(const struct task *t)
{
	struct stat st;

	fifo = openat(t->fd, "started", O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if (fifo >= 0 && (fstat(fifo, &st) || !S_ISFIFO(st.st_mode) || atexit(launcher_tell)))
		fifo = file_close(fifo);
}
