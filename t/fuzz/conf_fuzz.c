/* conf_fuzz - the user's config: numbers that pass the check are in range; messages are one line */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "task/config.h"

enum { MOST = 65536 };

static void
use(const struct config *c)
{
	static const char *const numbers[] = { "base", "max_interval", "deadline", "grace",
		"max_retries", "dispatch_wait", "tool_timeout", "linger", "kill_grace", "max_log",
		"max_nudges" };
	char why[WHY] = "";
	const char *val;

	if (config_check_all(NULL, why)) {
		HOLDS(*why && !strchr(why, '\n'));
		return;
	}
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		HOLDS(config_num(c, NULL, numbers[i]) >= 0 &&
			config_num(c, NULL, numbers[i]) <= 1000000000000LL);
		HOLDS(!config_check(numbers[i], config_get(c, NULL, numbers[i]), why));
		HOLDS(!(val = config_line(c, numbers[i], 0)) || !*val ||
			!strcmp(val, config_get(c, NULL, numbers[i])));
	}
	for (int i = 0; (val = config_line(c, "notify", i)); i++)
		HOLDS(!strchr(val, '\n') && val > c->text && val <= c->text + c->size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static int ready;
	char why[WHY] = "", *s;
	struct config c;

	if (n > MOST || fuzz_costly(data, n))
		return 0;
	if (!ready++) {
		char command[256];

		setenv("XDG_CONFIG_HOME", fuzz_path(), 1);
		strcpy(command, "mkdir ");
		strcat(strcat(command, fuzz_path()), "/rca");
		HOLDS(!system(command));
	}
	fuzz_file("rca/config", data, n);
	if (config_load(&c, why))
		HOLDS(*why && !strchr(why, '\n'));
	use(&c);
	config_free(&c);
	/* As the value of a setting, from -k. */
	s = fuzz_string(data, n);
	if (!config_check("check", s, why))
		HOLDS(strlen(s) <= 4096 && !strpbrk(s, "\n\r\033\177"));
	if (!config_check("base", s, why))
		HOLDS(strtoll(s, NULL, 10) > 0);
	config_check("ready", s, why);
	free(s);
	return 0;
}
