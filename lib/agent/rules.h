/*
 * rules - the event rules of an agent's file: conditions and fields over paths, which are kept as a
 * tree so that one pass over an event serves all rules
 */
#ifndef AGENT_RULES_H
#define AGENT_RULES_H

#include <regex.h>

#include "base/err.h"
#include "json/path.h"

enum { RULES_MAX = 64 }; /* the bits of a mask */

enum what { ON_SESSION, ON_TEXT, ON_PART, ON_TOOL, ON_TOOLEND, ON_BACKGROUND, ON_BACKGROUNDEND,
	ON_USAGE, ON_END, ON_ERROR, ON_OPEN, ON_RETRY, ON_LIMIT, ON_NOLIMIT, ON_LAST };

enum field {
	F_ID, F_TEXT, F_NAME, F_SUMMARY, F_FAILED, F_OUTPUT, F_IN, F_OUT, F_COST, F_TURNS, F_RESULT,
	F_CODE, F_KIND, F_ATTEMPT, F_MAX, F_AT, F_LAST
};

enum op { OP_IS, OP_NOT, OP_MATCH, OP_UNLIKE, OP_THERE, OP_ABSENT, OP_ABOVE };

struct cond {
	struct ref ref;
	enum op op;
	const char *value;
	double number;
	regex_t *re;
};

/*
 * One source of a field: a path or a literal. plus: it is added to the one before (numbers); else
 * it is tried if those before gave nothing.
 */
struct source {
	struct ref ref;
	unsigned char plus;
	const char *literal; /* NULL: a path */
};

struct rule {
	enum what what;
	short array;                  /* it fires for each element of this array; 0 none */
	int cond, nconds;             /* in rules->conds */
	int from[F_LAST], n[F_LAST];  /* in rules->sources */
};

struct rules {
	struct rule *rule;
	struct cond *conds;
	struct source *sources;
	struct path paths;
	int nrules, nconds, nsources;
	int room[3]; /* of the arrays above, in their order */
};

/*
 * Adds the rule event.NAME=text. text is changed (NULs go in) and kept, so it must live as long as
 * r. 0; -1 with why.
 */
int rules_add(struct rules *r, const char *name, char *text, char why[WHY]);
void rules_free(struct rules *r);

/* 1 if op holds for a value that is absent. */
int rules_deny(enum op op);
/* 1 if the value s (n bytes and a NUL; NULL: absent or null) satisfies c. */
int rules_hold(const struct cond *c, const char *s, size_t n);

#endif
