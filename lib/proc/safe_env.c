/* safe_env - a reduced environment; secrets reach the agent by DIR/env alone */
#include "proc/safe_env.h"

#include <string.h>

extern char **environ;

static int
listed(const char *const *names, const char *var)
{
	size_t len = strcspn(var, "=");

	for (; names && *names; names++) {
		size_t n = strlen(*names);

		if ((n == len || (n < len && (*names)[n - 1] == '_')) && !strncmp(*names, var, n))
			return 1;
	}
	return 0;
}

int
safe_env_fill(char *env[SAFE_ENV_WORDS], const char *const *more)
{
	static const char *const names[] = {
		"PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_", "TERM", "TMPDIR",
		"TMUX_TMPDIR", "TZ", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME",
		"DBUS_SESSION_BUS_ADDRESS", "INVOCATION_ID", "XDG_SESSION_ID", "RCA_SCOPED",
		"RCA_HOME", "LD_LIBRARY_PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS",
		"SLURM_", "SBATCH_", NULL
	};
	int n = 0;

	env[n++] = (char *)"RCA_TASK=";
	for (char **e = environ; *e && n < SAFE_ENV_WORDS - 1; e++)
		if (listed(names, *e) || listed(more, *e))
			env[n++] = *e;
	env[n] = NULL;
	return n;
}

const char *const *
safe_env_outward(void)
{
	static const char *const names[] = {
		"DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "OPENCLAW_", "http_proxy",
		"https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY",
		"SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", NULL
	};

	return names;
}
