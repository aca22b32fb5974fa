/* agent - what an agent's file says (rca-agent(5)): how it is started, resumed and read */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include <stddef.h>

#include "agent/template.h"

enum agent_prompt { PROMPT_STDIN, PROMPT_ARG, PROMPT_NONE };
enum agent_session { SESSION_PIN, SESSION_CAPTURE, SESSION_NONE };
enum agent_read { READ_PIPE, READ_PTY };

struct agent_line {
	char *key, *value; /* "key=value" stays whole: agent_env hands it out. value is a string */
	size_t len;        /* of key */
	int number;
};

struct stream_rules;

/* Made by agent_file_load, or with its stream rules by stream_rules_load. */
struct agent {
	struct agent_line *lines;
	int nlines, room;
	struct stream_rules *stream; /* NULL: not asked for. Freed by: */
	void (*free_stream)(struct stream_rules *);
	char *text;
	char file[]; /* its name, for messages */
};

/* a may be NULL. */
void agent_free(struct agent *a);

/* The next line with that key after the given one (NULL: the first); NULL if there is none. */
const struct agent_line *agent_find(const struct agent *a, const char *key,
	const struct agent_line *after);
/* 1 if the line's key begins with prefix, and is longer. */
int agent_key_begins(const struct agent_line *l, const char *prefix);
/* The value of a key ("interactive", "silence", ...); NULL if it is not set. Lives as long as a. */
const char *agent_get(const struct agent *a, const char *key);

enum agent_prompt agent_prompt(const struct agent *a);
enum agent_session agent_session(const struct agent *a);
enum agent_read agent_read(const struct agent *a);

/* alias.NAME= of a model name, or the name itself. */
const char *agent_model(const struct agent *a, const char *model);

/*
 * The i-th env.NAME=VALUE line as "NAME=VALUE"; NULL past the last. It is a default: the launcher's
 * own value wins.
 */
const char *agent_env(const struct agent *a, size_t i);

/*
 * The command line of a key ("start", "resume", "interactive", "interactive_resume") as a
 * NULL-terminated vector in one allocation, which the caller frees. NULL with errno; EINVAL: the
 * file has no such line.
 */
char **agent_argv(const struct agent *a, const char *key, const struct template_vars *v);

/*
 * The path of the session's file, by the first session_file= line whose placeholders all have a
 * value; '*' in the line is for glob(3). 1 the file exists, buf is its path; 0 it does not, buf is
 * where it will be ("" if the line has wildcards); -1 no line, or none could be expanded.
 */
int agent_session_file(const struct agent *a, const struct template_vars *v, char *buf,
	size_t size);

#endif
