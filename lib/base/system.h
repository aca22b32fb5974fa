/*
 * system - included before all else, by the compiler's -include: what the system is to show of its
 * headers, and which of several implementations a module uses
 *
 * Such a module is a file for each below one header, NAME_linux.c, NAME_posix.c; all but one are
 * empty. The compiler's target decides; -DRCA_POSIX=1 chooses POSIX everywhere.
 */
#ifndef BASE_SYSTEM_H
#define BASE_SYSTEM_H

/* macOS and the BSDs show all that they have unless a standard is asked for. */
#if defined __APPLE__
#define SYSTEM_MACOS 1
#define st_mtim st_mtimespec
#elif defined __FreeBSD__ || defined __NetBSD__ || defined __OpenBSD__ || defined __DragonFly__
#define SYSTEM_BSD 1
#else
#define _XOPEN_SOURCE 700
#define _FILE_OFFSET_BITS 64 /* also where a long has 32 */
#define _TIME_BITS 64
#endif

#if RCA_POSIX
#undef SYSTEM_MACOS
#undef SYSTEM_BSD
#elif defined __linux__
#define SYSTEM_LINUX 1
#endif

#if defined SYSTEM_MACOS || defined SYSTEM_BSD
#define SYSTEM_KQUEUE 1
#endif

#ifdef __GNU__ /* the Hurd knows no limit */
#define PATH_MAX 4096
#endif

#endif
