/* attempt - struct events: all that is known of an attempt by its events; private to events/ */
#ifndef EVENTS_ATTEMPT_H
#define EVENTS_ATTEMPT_H

#include "events/capture.h"
#include "events/events.h"
#include "events/final_text.h"
#include "events/render.h"
#include "events/usage.h"

enum { HEAD = 512 }; /* bytes of a line kept, to show it if it is noise */

/* The last word of the events; NONE: the agent goes on. */
enum word { WORD_NONE, WORD_END, WORD_ERROR };
enum line_mode { LINE_NEW, LINE_EVENT, LINE_IGNORED, LINE_NOISE };

struct events {
	const struct agent *agent;
	struct progress p;
	long long fed, line_len;
	enum line_mode mode;
	char head[HEAD];
	size_t nhead;
	enum word word;
	int ends;                           /* so far */
	int retrying;
	char code[16], kind[64], text[PROGRESS_TEXT]; /* of the error that is the last word */
	long long limit_at;                 /* as classify_fault takes it */
	int in_parts;                       /* the text being read may go on ... */
	char tail[PROGRESS_TEXT - 1];       /* ... these are its last bytes */
	size_t ntail;
	int at_end;                         /* events_eof was called */
	char complaint[PROGRESS_TEXT];      /* last line of stderr; one that sorts is kept */
	enum failure complaint_class;
	long long complaint_at;
	/* Large members come last: a page that is never written to costs nothing. */
	struct usage usage;
	struct final_text final;
	struct render render;
	struct capture capture;
};

#endif
