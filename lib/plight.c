/* plight - what a task wants that nobody may be carrying on */
#include "plight.h"

int
plight_wants(const struct plight *p)
{
	if (p->done || p->watched || p->launching)
		return 0;
	/* Its prompt may not be written yet: it has not been asked for. */
	if (p->status == ST_CREATED && !p->stop)
		return 0;
	if (p->status == ST_ABANDONED && !p->left && !p->stop)
		return 0;
	if ((p->status == ST_RUNNING || p->status == ST_LAUNCHING) && !p->held && !p->stop && !p->guest)
		return PLIGHT_MONITOR | PLIGHT_TELL;
	return PLIGHT_MONITOR;
}
