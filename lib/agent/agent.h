/* agent - an agent's file (rca-agent(5)): how it is started, resumed and read; parsed and checked, every error with its line */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include <stddef.h>

#include "base/err.h"
#include "task/failure.h"

enum agent_prompt { PROMPT_STDIN, PROMPT_ARG, PROMPT_NONE };
enum agent_session { SESSION_PIN, SESSION_CAPTURE, SESSION_NONE };
enum agent_read { READ_PIPE, READ_PTY };

/* What a template may name; a NULL or "" value makes the word go, and the option word (leading '-') before it. */
struct agent_vars {
	const char *model, *session, *session_file, *dir, *project, *prompt, *settings;
	const char *(*env)(void *ctx, const char *name); /* {NAME} in capitals: the agent's environment; NULL if unset */
	void *ctx;
};

struct agent; /* opaque: the words, the rules, the sort lines */

/* Looks for NAME in $XDG_CONFIG_HOME/rca/agents (default ~/.config), then in the lib/plugins/agents of this installation. Returns NULL and why. Free with parse_free. */
struct agent *stream_rules_load(const char *name, char why[WHY]);
/* The same from text already in memory (tests, fuzzing); file is the name used in messages. */
struct agent *stream_rules_parse(const char *file, const char *text, size_t n, char why[WHY]);
/* The same for an agent that stream_rules_load has checked (when the task was launched): to try sort= expressions costs 60 kB that a process never gets back. */
struct agent *stream_rules_load_checked(const char *name, char why[WHY]);
/* The same without its event, sort and stderr lines, for who reads no stream: less code, less memory; those lines are not checked, stream_rules_of, stream_rules_classify and stream_rules_stderr are not for it. */
struct agent *agent_load_words(const char *name, char why[WHY]);
struct agent *parse_words(const char *file, const char *text, size_t n, char why[WHY]);
void parse_free(struct agent *a);

enum agent_prompt agent_prompt(const struct agent *a);
enum agent_session agent_session(const struct agent *a);
enum agent_read agent_read(const struct agent *a);

/* What events and outcome go by; they live as long as a. */
struct rules;
struct fault;
const struct rules *stream_rules_of(const struct agent *a); /* nrules 0: the agent has no event stream */
/* How a failure sorts (classify.h): the agent's own sort= lines first, or (own) those alone. */
enum failure stream_rules_classify(const struct agent *a, int own, const struct fault *f, long long limit_at, long long now, long long *resume_at);
/* What the stderr.* lines find in a line: the groups of stderr.session= and stderr.retry= (of no length: it does not match), and whether a stderr.drop= line does. */
struct stderr_line {
	const char *id, *retry;
	size_t nid, nretry;
	int drop;
};
void stream_rules_stderr(const struct agent *a, const char *line, struct stderr_line *found);

/* A plain key of the file ("interactive", "silence", ...); NULL if it is not there. Lives as long as a. */
const char *agent_get(const struct agent *a, const char *key);

/* alias.NAME= of a model name, or the name itself. */
const char *agent_model(const struct agent *a, const char *model);

/* The i-th env.NAME=VALUE line as "NAME=VALUE" (a default: the launcher's own value wins); NULL past the last. */
const char *agent_env(const struct agent *a, size_t i);

/*
 * argv for a start or a resume: a NULL-terminated vector in one allocation, to be freed by the caller with free().
 * NULL with errno (EINVAL: the file has no such line).
 */
char **agent_argv(const struct agent *a, int resume, const struct agent_vars *v);
/* The same for any line that is a command line: "interactive", "interactive_resume". */
char **agent_argv_of(const struct agent *a, const char *key, const struct agent_vars *v);

/*
 * Where the session's file should be: the first session_file= line whose placeholders are all set, expanded; substituted values are escaped for glob(3), which '*' in
 * the line is for. 1 found on disk (path in buf), 0 not there (buf: where it will be, "" if the line has wildcards), -1 the file has no such line or nothing could be expanded.
 */
int agent_session_file(const struct agent *a, const struct agent_vars *v, char *buf, size_t size);

#endif
