/* stream_rules - how an agent's output is to be read: its file's event, sort and stderr lines */
#ifndef AGENT_STREAM_RULES_H
#define AGENT_STREAM_RULES_H

#include "agent/agent.h"
#include "agent/classify.h"
#include "agent/rules.h"
#include "base/err.h"

/* agent_file_load, agent_file_parse, with these lines checked and kept. */
struct agent *stream_rules_load(const char *name, char why[WHY]);
struct agent *stream_rules_parse(const char *file, const char *text, size_t n, char why[WHY]);
/*
 * For an agent that stream_rules_load has already checked, when the task was launched: its sort
 * expressions are not tried, which would cost 60 kB that the process never gets back.
 */
struct agent *stream_rules_load_checked(const char *name, char why[WHY]);

/* nrules 0: the agent has no event stream. Lives as long as a. */
const struct rules *stream_rules_of(const struct agent *a);

/* How a failure sorts: by the agent's own sort= lines, then (unless own) as classify_fault. */
enum failure stream_rules_classify(const struct agent *a, int own, const struct fault *f,
	long long limit_at, long long now, long long *resume_at);

/* What the stderr.* lines find in a line. */
struct stderr_line {
	const char *id, *retry; /* the groups of stderr.session= and stderr.retry= */
	size_t nid, nretry;     /* 0: no match */
	int drop;               /* a stderr.drop= line matches */
};
void stream_rules_stderr(const struct agent *a, const char *line, struct stderr_line *found);

#endif
