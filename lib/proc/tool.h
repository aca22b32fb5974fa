/* tool - how each tool begins: what it inherits is put in order, its options are read */
#ifndef PROC_TOOL_H
#define PROC_TOOL_H

#include "proc/inherit.h"

/*
 * Called first in main: inherit_reset, then the program's name and place are remembered. help is
 * kept, not copied. It has three parts with an empty line between them: the usage, "usage: " and
 * one or more lines; what the tool does, one line; a line "  -x text" or "  -x value text" for
 * each option, with the text in column 21.
 */
void tool_begin(enum inherit_kind kind, char *const argv[], const char *help);

enum tool_operands {
	TOOL_OPERANDS, /* as getopt has it: on some systems options may stand behind them */
	TOOL_TEXT      /* nothing behind the first operand is an option, whatever it looks like */
};

/*
 * getopt, by the options that help lists: the option, or -1 at their end. -h and --help print help,
 * -V and --version the version, both on standard output, and exit 0. An option that help does not
 * list ends in tool_usage.
 */
int tool_option(int argc, char *const argv[], enum tool_operands operands);

/* Prints the usage on standard error and exits 100. */
_Noreturn void tool_usage(void);

#endif
