/* slim - POSIX has no way to give memory back */
#include "system.h"
#include "slim.h"
#ifdef SYSTEM_POSIX

void
slim_down(void)
{
}

#endif
