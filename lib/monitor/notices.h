/* notices - puts a monitor's notices into the outbox and starts a deliverer; failures are logged */
#ifndef MONITOR_NOTICES_H
#define MONITOR_NOTICES_H

#include "monitor/monitor.h"

/* The status on disk, unless that notice was put before. detail: a line about it, or "". */
void notices_status(const struct monitor *mo, const char *detail);

/* An interactive agent, or a command on a terminal, asks something: line. */
void notices_waiting(const struct monitor *mo, const char *line);

/* Starts a deliverer for what a killed deliverer or writer has left in the outbox. */
void notices_rest(const struct monitor *mo);

#endif
