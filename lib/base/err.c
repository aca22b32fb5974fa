/* err - messages and exit codes */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef VERSION
#define VERSION "0.1"
#endif

const char *prog = "rca";

static char because[256];
static int because_of;

const char *
err_text(int error)
{
	if (error && error == because_of)
		return because;
	if (error == ERR_NOT_REGULAR)
		return "not a regular file: remove what stands in its place";
	return strerror(error);
}

static void format(char *buf, size_t size, const char *fmt, va_list ap) ERR_PRINTF(3, 0);
static void print(const char *fmt, va_list ap) ERR_PRINTF(1, 0);

static void
format(char *buf, size_t size, const char *fmt, va_list ap)
{
	int saved = errno;
	int n = vsnprintf(buf, size, fmt, ap);
	size_t len = strlen(fmt);

	if (n > 0 && (size_t)n < size && len > 0 && fmt[len - 1] == ':')
		snprintf(buf + n, size - (size_t)n, " %s", err_text(saved));
	for (char *p = buf; *p; p++) /* a hostile name in a message must not reach the terminal */
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	errno = saved;
}

void
err_setprog(const char *argv0)
{
	const char *slash = argv0 ? strrchr(argv0, '/') : NULL;

	if (argv0)
		prog = slash ? slash + 1 : argv0;
}

void
err_because(int error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(because, sizeof because, fmt, ap);
	va_end(ap);
	because_of = error;
}

static void
print(const char *fmt, va_list ap)
{
	char buf[2048];

	format(buf, sizeof buf, fmt, ap);
	fprintf(stderr, "%s: %s\n", prog, buf);
}

void
err_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print(fmt, ap);
	va_end(ap);
}

void
err_die(int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print(fmt, ap);
	va_end(ap);
	exit(code);
}

int
err_why(char why[WHY], const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	format(why, WHY, fmt, ap);
	va_end(ap);
	return -1;
}

void
err_version(void)
{
	printf("%s %s\n", prog, VERSION);
	err_flush();
	exit(EX_YES);
}

void
err_flush(void)
{
	if (fflush(stdout) || ferror(stdout))
		err_die(EX_SYSTEM, "write standard output:");
}
