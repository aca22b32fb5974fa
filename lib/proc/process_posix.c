/*
 * process_posix - by ps, which tells the start of a process to the second; a process cannot be held
 * between the look at it and the signal
 */
#include "proc/process.h"
#ifndef SYSTEM_LINUX

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "proc/run.h"

enum { NEAR_S = 2 }; /* some systems compute the start each time, from an age and a clock */

/* "Fri Nov 27 17:15:28 2026", local time, in the C locale. */
static long long
epoch(const char *s)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char mon[4] = "";
	const char *at;
	struct tm t;
	int day, hour, min, sec, year;

	if (sscanf(s, " %*3s %3s %d %d:%d:%d %d", mon, &day, &hour, &min, &sec, &year) != 6
	    || strlen(mon) != 3 || !(at = strstr(months, mon)))
		return -1;
	t = (struct tm){ .tm_year = year - 1900, .tm_mon = (int)(at - months) / 3, .tm_mday = day,
		.tm_hour = hour, .tm_min = min, .tm_sec = sec, .tm_isdst = -1 };
	return (long long)mktime(&t);
}

long long
process_began(pid_t pid)
{
	char number[32], out[128];
	char *argv[] = { (char *)"env", (char *)"LC_ALL=C", (char *)"ps",
		(char *)"-o", (char *)"lstart=", (char *)"-p", number, NULL };
	struct run ps = { .spawn = { .argv = argv, .fd = { -1, -1, -1 }, .group = SPAWN_SAME },
		.out = out, .out_size = sizeof out, .ms = -1 };
	long long began;
	int code;

	if (kill(pid, 0) && errno == ESRCH)
		return -1;
	snprintf(number, sizeof number, "%ld", (long)pid);
	if ((code = run_program(&ps)) < 0)
		return -1;
	began = epoch(out);
	if (code || began < 0)
		errno = code ? EIO : ENOSYS;
	return code ? -1 : began;
}

int
process_same(long long a, long long b)
{
	return a >= 0 && b >= 0 && (a > b ? a - b : b - a) <= NEAR_S;
}

const char *
process_boot(char boot[PROCESS_BOOT])
{
	snprintf(boot, PROCESS_BOOT, "-");
	return boot;
}

int
process_visible(void)
{
	return 1;
}

long long
process_uptime(void)
{
	return -1;
}

int
process_open(pid_t pid)
{
	(void)pid;
	errno = ENOSYS;
	return -1;
}

int
process_signal(pid_t pid, long long began, pid_t sid, int sig)
{
	(void)sid;
	if (began >= 0 && !process_same(process_began(pid), began)) {
		errno = ESRCH;
		return -1;
	}
	return kill(pid, sig);
}

int
process_adopt(void)
{
	errno = ENOSYS;
	return -1;
}

int
process_locks_here(int fd)
{
	(void)fd;
	return 0;
}

#endif
