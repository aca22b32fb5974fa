/*
 * system - which of two implementations a module uses, and limits that a system may not define
 *
 * Such a module is two files, NAME_linux.c and NAME_posix.c, below one header; each is empty on the
 * other system. The compiler's target decides; -DRCA_POSIX=1 chooses POSIX everywhere.
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
