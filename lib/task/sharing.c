/* sharing - whether the locks of a task are seen by all who may ask for them */
#include "task/sharing.h"

#include <stdio.h>
#include <string.h>

#include "file/mounts.h"

/* option NULL: always, even for a task that stays on this host. */
static const struct { const char *type, *option; } alone[] = {
	{ "fuse.sshfs", NULL },
	{ "nfs", "nolock" }, { "nfs", "local_lock=all" }, { "nfs", "local_lock=posix" },
	{ "lustre", "localflock" }, { "cifs", "nobrl" }, { "smb3", "nobrl" },
};

/* "nfs" is also the type nfs4, which has the same options. */
static int
is_type(const char *kind, const char *type)
{
	size_t n = strlen(type);

	return !strncmp(kind, type, n) && (kind[n] == ' ' || kind[n] == '4');
}

static int
has_option(const char *kind, const char *option)
{
	size_t n = strlen(option);

	for (const char *p = strchr(kind, ' '); p; p = strchr(p + 1, ','))
		if (!strncmp(p + 1, option, n) && (!p[1 + n] || p[1 + n] == ','))
			return 1;
	return 0;
}

int
sharing_refuses(const char *kind, int remote, char why[WHY])
{
	for (size_t i = 0; i < sizeof alone / sizeof *alone; i++) {
		const char *option = alone[i].option;

		if (!is_type(kind, alone[i].type))
			continue;
		if (option && !(remote && has_option(kind, option)))
			continue;
		err_why(why, "its file system (%s%s%s) does not share locks: put RCA_HOME on one "
			"that does, as NFS, Lustre with flock or a local disk do (see rca(7), "
			"FILE SYSTEMS)", alone[i].type, option ? " with " : "",
			option ? option : "");
		return 1;
	}
	return 0;
}

int
sharing_refused(int dir, int remote, char why[WHY])
{
	char kind[MOUNTS_KIND];

	return mounts_kind(dir, kind) && sharing_refuses(kind, remote, why);
}
