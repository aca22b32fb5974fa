/* parse - an agent's file as it lies in memory; for agent.c, parse.c and stream_rules.c alone */
#ifndef AGENT_PARSE_H
#define AGENT_PARSE_H

#include <regex.h>

#include "agent/agent.h"
#include "agent/classify.h"
#include "agent/rules.h"

enum { STDERR_MAX = 12 };

/* A stderr.WHAT= line; what: 's' session, 'r' retry, 'd' drop. */
struct stderr_rule {
	char what;
	regex_t re;
};

struct line {
	char *key, *value; /* key is not ended: "key=value" stays whole, env. lines are handed out so */
	size_t len;        /* of key */
	int no;
};

/* What the event, sort and stderr lines say. Whoever made it frees it, so that a tool that does not read streams need not know how. */
struct stream_rules {
	struct rules rules;
	struct error_class *sorts;
	int nsorts, sort_room;
	struct stderr_rule err[STDERR_MAX];
	int nerr;
	void (*free)(struct stream_rules *r);
};

struct agent {
	char *text;
	struct line *lines;
	int nlines, room;
	struct stream_rules *reading; /* NULL: only the words were asked for */
};

/* The next line with that key after the given one (NULL: the first); NULL if there is none. */
const struct line *parse_find(const struct agent *a, const char *key, const struct line *after);
/* The n-th place where an agent's file may be is looked at by this, for stream_rules_load and agent_load_words. NULL with why. */
struct agent *agent_read_file(const char *name, struct agent *(*parse)(const char *, const char *, size_t, char *), char why[WHY]);
/* Whether s begins with prefix and is longer. */
int parse_prefix(const char *s, size_t n, const char *prefix);

#endif
