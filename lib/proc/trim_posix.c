/* trim_posix - POSIX has no way to give memory back */
#include "base/system.h"
#include "proc/trim.h"
#ifdef SYSTEM_POSIX

void
trim_down(void)
{
}

#endif
