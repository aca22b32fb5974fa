/* zone_words - reads words about a time zone */
#ifndef AGENT_ZONE_WORDS_H
#define AGENT_ZONE_WORDS_H

#include "agent/time_words.h"

/* Z, UTC, (Europe/Berlin), PDT, +01:00 into t's zone or offset; other words are ignored. */
void zone_words(const char *s, struct time_words *t);

#endif
