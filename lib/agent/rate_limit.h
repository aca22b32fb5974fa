/* rate_limit - whether the words of a failure say that too much was asked of a service; no I/O */
#ifndef AGENT_RATE_LIMIT_H
#define AGENT_RATE_LIMIT_H

/*
 * 1 if text speaks of a rate or usage limit, too many requests, throttling, or of the status 429,
 * as a program would say it of itself. Not where it is part of a name (test_rate_limit.py) or
 * another number (line 1429, a.c:429, 429 files); 0.
 */
int rate_limit_said(const char *text);

#endif
