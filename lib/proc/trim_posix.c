/* trim_posix - POSIX has no way to give memory back */
#include "proc/trim.h"
#ifndef SYSTEM_LINUX

void
trim_down(void)
{
}

#endif
