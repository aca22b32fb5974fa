/* classify - what a failure means: by an agent's own sort= lines, then by rules for all services */
#ifndef AGENT_CLASSIFY_H
#define AGENT_CLASSIFY_H

#include "base/err.h"
#include "task/failure.h"

/* One sort= line. */
struct error_class {
	enum failure class;
	char field;     /* 'c' code, 'k' kind, 't' text or 'a' any of them */
	const char *re; /* an extended regular expression; case does not matter */
};

/* What is known of a failure; each may be "" but not NULL. */
struct fault {
	const char *code, *kind, *text;
};

/* Parses "CLASS FIELD REGEX"; value is changed and must outlive s. 0; -1 with why. */
int classify_parse(struct error_class *s, char *value, char why[WHY]);
/* 0 if re is an expression; -1 with why. A wrong one matches nothing. */
int classify_check(const struct error_class *s, char why[WHY]);

/* The class of the first of the n lines that matches; FAIL_NONE if there is none. */
enum failure classify_own(const struct error_class *s, int n, const struct fault *f);

enum { SORT_NAMED = -1 };

/*
 * The class of a failure: by its own lines, then by words and HTTP codes that all services use.
 * limit_at: when a limit ends that the agent's events told of; SORT_NAMED they did not say when, 0
 * they told of no limit. *resume_at, for FAIL_LIMITED, is that time, or one found in the text, or 0
 * if neither is known; else 0.
 */
enum failure classify_fault(const struct error_class *s, int n, const struct fault *f,
	long long limit_at, long long now, long long *resume_at);

#endif
