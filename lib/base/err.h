/* err - complaints and exit codes; the only room that may end the program */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stddef.h>

enum {
	EX_YES = 0, /* done, or: yes */
	EX_NO = 1,
	EX_TIMEOUT = 99,
	EX_CALLER = 100, /* the caller's mistake */
	EX_GONE = 102,   /* no such task, or it is gone */
	EX_SYSTEM = 111, /* a system call failed */
	EX_CANTEXEC = 126,
	EX_NOTFOUND = 127
};

/* An errno of our own, which what is below puts into words: see regular_open. */
enum { ERR_NOT_REGULAR = 100001 };

/*
 * Where a failure needs more than errno to be understood, the function takes `char why[WHY]` and, when it
 * fails, leaves a line there: lower case, no full stop, no newline.
 */
enum { WHY = 512 };

#if defined(__GNUC__)
#define ERR_PRINTF(a, b) __attribute__((format(printf, a, b)))
#else
#define ERR_PRINTF(a, b)
#endif

extern const char *prog;

/* Sets prog from argv[0] (its last component). */
void err_setprog(const char *argv0);

/* Prints "prog: message" on stderr; a format that ends in ':' gets strerror(errno) appended. */
void err_warn(const char *fmt, ...) ERR_PRINTF(1, 2);

/* strerror, which knows ours, too. */
const char *err_text(int error);

/* err_warn, then exit(code). */
_Noreturn void err_die(int code, const char *fmt, ...) ERR_PRINTF(2, 3);

/* From here on that, and not the system's words, is what the errno err means: where those would not say what to do. */
void err_because(int err, const char *fmt, ...) ERR_PRINTF(2, 3);

/* Writes a line into why, as snprintf; the same ':' rule. Returns -1, so that callers can return it. */
int err_why(char why[WHY], const char *fmt, ...) ERR_PRINTF(2, 3);

/* Prints the version and exits, if stdout took it. */
_Noreturn void err_version(void);

/* Flushes stdout; exits 111 with a complaint if anything written to it was lost. Call before a successful exit. */
void err_flush(void);

#endif
