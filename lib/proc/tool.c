/* tool - how each tool begins: what it inherits is put in order, its options are read */
#include "proc/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "proc/which.h"

static const char *text;
static char letters[64]; /* for getopt; the longest list of options has 12 */

/* "-:" last: getopt then takes "--help" as an option '-' with the value "help". */
static void
list_letters(void)
{
	const char *line = text;
	size_t n = 0;

	letters[n++] = '+';
	while ((line = strstr(line, "\n  -")) && n < sizeof letters - 8) {
		line += 4;
		letters[n++] = line[0];
		if (line[1] == ' ' && line[2] != ' ')
			letters[n++] = ':';
	}
	memcpy(letters + n, "hV-:", 5);
}

void
tool_begin(enum inherit_kind kind, char *const argv[], const char *help)
{
	inherit_reset(kind);
	err_setprog(argv[0]);
	which_set_self(argv[0]);
	text = help;
	list_letters();
}

static _Noreturn void
print_help(void)
{
	printf("%s"
	       "  -h, --help        print this help\n"
	       "  -V, --version     print the version\n", text);
	err_flush();
	exit(EX_YES);
}

int
tool_option(int argc, char *const argv[], enum tool_operands operands)
{
	int c = getopt(argc, argv, letters + (operands != TOOL_TEXT));

	if (c == 'h' || (c == '-' && !strcmp(optarg, "help")))
		print_help();
	if (c == 'V' || (c == '-' && !strcmp(optarg, "version")))
		err_version();
	if (c == '-')
		err_warn("no such option: --%s", optarg);
	if (c == '-' || c == '?')
		tool_usage();
	return c;
}

void
tool_usage(void)
{
	fprintf(stderr, "%.*s", (int)(strstr(text, "\n\n") + 1 - text), text);
	exit(EX_CALLER);
}
