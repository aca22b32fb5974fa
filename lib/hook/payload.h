/* payload - the fields of a hook's JSON that matter, each bounded, whatever its size; no I/O */
#ifndef HOOK_PAYLOAD_H
#define HOOK_PAYLOAD_H

#include <stddef.h>

#include "json/parser.h"

enum { PAYLOAD_WORD = 65, PAYLOAD_ID = 161, PAYLOAD_TEXT = 1001, PAYLOAD_PATH = 4097 };

struct payload {
	char event[PAYLOAD_WORD];   /* hook_event_name, else type (codex's notify) */
	char session[PAYLOAD_ID];   /* session_id, thread-id */
	char cwd[PAYLOAD_PATH];
	char tool[PAYLOAD_WORD];    /* tool_name */
	char notice[PAYLOAD_WORD];  /* notification_type */
	char kind[PAYLOAD_WORD];    /* source, reason */
	char stop[PAYLOAD_WORD];    /* stop_reason */
	char error[PAYLOAD_TEXT];   /* StopFailure: a word; PostToolUseFailure: the tool's words */
	char details[PAYLOAD_TEXT]; /* error_details */
	char message[PAYLOAD_TEXT]; /* message */
	char said[PAYLOAD_TEXT];    /* last_assistant_message */
	char raw[PAYLOAD_WORD];     /* the first bytes, to show what is not JSON */
	char interrupt[8];          /* is_interrupt: "true" */
	char type[PAYLOAD_WORD];
	unsigned long long hash;    /* of all its bytes */
	unsigned long long failure; /* of tool and whole error */
	int background;             /* entries of background_tasks and session_crons */
	int whole;                  /* it was one complete JSON object */
};

struct payload_reader {
	struct payload *p;
	struct json json;
	char *to;        /* where the current value goes; NULL: nowhere */
	size_t room, n, nraw;
	int root, error; /* the object has begun; the current value is `error` */
	int list;        /* 1: the current value is a list of background work; 2: inside it */
};

void payload_begin(struct payload_reader *r, struct payload *p);
void payload_feed(struct payload_reader *r, const char *s, size_t n);
/* After the last byte: p is complete. */
void payload_end(struct payload_reader *r);

#endif
