/* slim - POSIX has no way to give memory back */
#include "slim.h"

void
slim_down(void)
{
}
