/* stamp - the local time before a log's line, and the date on a line of its own where it changes */
#ifndef LOG_STAMP_H
#define LOG_STAMP_H

struct stamp {
	long long last; /* epoch seconds; 0: none yet */
	char text[32];
};

/* What stands before a line of that time, epoch seconds; blanks if it is 0. Kept in s. */
const char *stamp_text(struct stamp *s, long long at);

#endif
