/*
 * system - which of two ways a module takes, and limits that a system may not name
 *
 * A module with two ways is two files, NAME_linux.c and NAME_posix.c, below one header; each is empty
 * on the other system. The compiler tells the system; -DRCA_POSIX=1 takes the POSIX way everywhere.
 */
#ifndef BASE_SYSTEM_H
#define BASE_SYSTEM_H

#include <limits.h>

#if defined(__linux__) && !RCA_POSIX
#define SYSTEM_LINUX 1
#else
#define SYSTEM_POSIX 1
#endif

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

#endif
