/* evstate - what events.c, apply.c share: an attempt's state as its events tell it */
#ifndef EVENTS_EVSTATE_H
#define EVENTS_EVSTATE_H

#include "events/capture.h"
#include "events/events.h"
#include "events/final_text.h"
#include "events/render.h"
#include "events/usage.h"
#include "task/failure.h"

enum { HEAD = 512 }; /* bytes of a line kept to show it if it is noise */

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
	int ends;                      /* so far */
	int retrying;
	char code[16], kind[64], text[PROGRESS_TEXT]; /* of the error that is the last word */
	long long limit_at;
	int in_parts;                  /* the text at hand may go on */
	char tail[PROGRESS_TEXT - 1];           /* ... its last bytes */
	size_t ntail;
	int at_end;                    /* events_eof was called */
	char complaint[PROGRESS_TEXT];       /* last line of stderr; one that sorts is kept */
	enum failure complaint_class;
	long long complaint_at;
	/* What is large comes last: a page that is never written to costs nothing. */
	struct usage tally;
	struct final_text final;
	struct render render;
	struct capture capture;
};

/* An event was read whole: its rules fire. */
void apply_event(struct events *e, long long now);
/* The agent says that it tries again, for this reason. */
void final_state_retry(struct events *e, const char *why, size_t n);
/* Takes the phase from all else. */
void final_state_phase(struct events *e);

#endif
