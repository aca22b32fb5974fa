/* err - messages and exit codes; nothing else in lib/ may end the program */
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

/* An errno of our own: see regular_open. */
enum { ERR_NOT_REGULAR = 100001 };

/*
 * Where errno alone does not explain a failure, the function takes `char why[WHY]` and leaves one
 * line there when it fails: lower case, no full stop, no newline.
 */
enum { WHY = 512 };

#if defined(__GNUC__)
#define ERR_PRINTF(a, b) __attribute__((format(printf, a, b)))
#else
#define ERR_PRINTF(a, b)
#endif

extern const char *prog;

/* Sets prog to the last component of argv[0]. */
void err_setprog(const char *argv0);

/* Prints "prog: message" on stderr. A format that ends in ':' gets the text of errno appended. */
void err_warn(const char *fmt, ...) ERR_PRINTF(1, 2);

/* err_warn, then exit(code). */
_Noreturn void err_die(int code, const char *fmt, ...) ERR_PRINTF(2, 3);

/* As err_warn, but into why. Returns -1, which callers can return in turn. */
int err_why(char why[WHY], const char *fmt, ...) ERR_PRINTF(2, 3);

/* strerror, with our own errno and with what err_because has set. */
const char *err_text(int error);

/* Replaces the system's text for one errno where that would not say what to do. */
void err_because(int err, const char *fmt, ...) ERR_PRINTF(2, 3);

/* Prints the version and exits. */
_Noreturn void err_version(void);

/* Flushes stdout, before an exit in success: exits 111 with a message if any output was lost. */
void err_flush(void);

#endif
