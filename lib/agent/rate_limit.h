/* rate_limit - whether the text of a failure says that a service was asked too much */
#ifndef AGENT_RATE_LIMIT_H
#define AGENT_RATE_LIMIT_H

/*
 * 1 if text speaks of a rate or usage limit, too many requests, throttling, or of the status 429,
 * as a program does in an error message; 0 also if the word is part of a name (test_rate_limit.py)
 * or 429 counts something else (line 1429, a.c:429, 429 files).
 */
int rate_limit_said(const char *text);

#endif
