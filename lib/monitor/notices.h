/* notices - what a monitor has to tell somebody: put into the outbox, and a courier sent on its way; what goes wrong is said in the log */
#ifndef MONITOR_NOTICES_H
#define MONITOR_NOTICES_H

#include "monitor/monitor.h"

/* The news that the status on disk is, unless it was put before. detail: a line about it, or "". */
void notices_status(const struct monitor *mo, const char *detail);

/* An interface asks something, and this is the line. */
void notices_waiting(const struct monitor *mo, const char *line);

/* What a courier that was killed, or a writer that was, has left in the outbox. */
void notices_rest(const struct monitor *mo);

#endif
