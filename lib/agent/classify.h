/* classify - how a failure sorts: an agent's own sort= lines, then what holds for every model service; a table, no I/O */
#ifndef AGENT_CLASSIFY_H
#define AGENT_CLASSIFY_H

#include "base/err.h"
#include "task/failure.h"

/* One sort= line; field is 'c' code, 'k' kind, 't' text or 'a' any of them; re an extended regular expression, matched whatever the case. */
struct error_class {
	enum failure class;
	char field;
	const char *re;
};

/* What is known of a failure; each may be "" but not NULL. */
struct fault {
	const char *code, *kind, *text;
};

/* Parses "CLASS FIELD REGEX"; value is changed and must outlive s. 0; -1 with why. */
int classify_parse(struct error_class *s, char *value, char why[WHY]);
/* Whether re is an expression; one that is none matches nothing. 0; -1 with why. */
int classify_check(const struct error_class *s, char why[WHY]);

/* The class the first of the n lines that matches gives, FAIL_NONE if none does. */
enum failure classify_own(const struct error_class *s, int n, const struct fault *f);

enum { SORT_NAMED = -1 };

/*
 * The class of a failure: own lines, then words and HTTP codes that hold everywhere. limit_at: the
 * time at which the limit ends that the agent's events told of; SORT_NAMED they did not say when, 0
 * they told of none. *resume_at is that time, or one found in the text at now, or 0 if nobody
 * knows; set for FAIL_LIMITED alone.
 */
enum failure classify_fault(const struct error_class *s, int n, const struct fault *f,
	long long limit_at, long long now, long long *resume_at);

#endif
