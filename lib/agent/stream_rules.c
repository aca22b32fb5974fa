/* stream_rules - how an agent's output is to be read: its file's event, sort and stderr lines */
#include "agent/stream_rules.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent_file.h"

enum { STDERR_MAX = 12 };

struct stream_rules {
	struct rules rules;
	struct error_class *sorts;
	int nsorts, sort_room;
	struct stderr_rule {
		char what; /* 's' session, 'r' retry, 'd' drop */
		regex_t re;
	} err[STDERR_MAX];
	int nerr;
};

static int
add_stderr(struct stream_rules *g, const struct agent_line *l, char why[WHY])
{
	struct stderr_rule *r = &g->err[g->nerr];

	if (g->nerr == STDERR_MAX)
		return err_why(why, "more than %d stderr lines", STDERR_MAX);
	if (regcomp(&r->re, l->value, REG_EXTENDED) != 0)
		return err_why(why, "'%.80s' is not an extended regular expression", l->value);
	r->what = l->key[7];
	g->nerr++;
	if (r->what != 'd' && r->re.re_nsub < 1)
		return err_why(why, "'%.80s' has no group ( )", l->value);
	return 0;
}

static int
add_sort(struct stream_rules *g, const struct agent_line *l, int check, char why[WHY])
{
	struct error_class *s = path_grow(g->sorts, &g->sort_room, g->nsorts, sizeof *s);

	if (!s)
		return err_why(why, "no memory");
	g->sorts = s;
	if (classify_parse(&s[g->nsorts], l->value, why) ||
		(check && classify_check(&s[g->nsorts], why)))
		return -1;
	g->nsorts++;
	return 0;
}

static int
add(struct stream_rules *g, const struct agent_line *l, int check, char why[WHY])
{
	char name[32];

	if (agent_key_begins(l, "stderr."))
		return add_stderr(g, l, why);
	if (l->len == 4 && memcmp(l->key, "sort", 4) == 0)
		return add_sort(g, l, check, why);
	if (!agent_key_begins(l, "event."))
		return 0;
	snprintf(name, sizeof name, "%.*s", (int)(l->len - 6), l->key + 6);
	return rules_add(&g->rules, name, l->value, why);
}

static void
free_rules(struct stream_rules *g)
{
	rules_free(&g->rules);
	while (g->nerr > 0)
		regfree(&g->err[--g->nerr].re);
	free(g->sorts);
	free(g);
}

static int
add_all(struct agent *a, int check, char why[WHY])
{
	char reason[WHY];

	a->free_stream = free_rules;
	if (!(a->stream = calloc(1, sizeof *a->stream)))
		return err_why(why, "%.100s: no memory", a->file);
	for (int i = 0; i < a->nlines; i++)
		if (add(a->stream, &a->lines[i], check, reason))
			return err_why(why, "%.100s: line %d: %.380s", a->file,
				a->lines[i].number, reason);
	return 0;
}

/* a, or NULL with why. */
static struct agent *
with_rules(struct agent *a, int check, char why[WHY])
{
	if (!a || !add_all(a, check, why))
		return a;
	agent_free(a);
	return NULL;
}

struct agent *
stream_rules_parse(const char *file, const char *text, size_t n, char why[WHY])
{
	return with_rules(agent_file_parse(file, text, n, why), 1, why);
}

struct agent *
stream_rules_load(const char *name, char why[WHY])
{
	return with_rules(agent_file_load(name, why), 1, why);
}

struct agent *
stream_rules_load_checked(const char *name, char why[WHY])
{
	return with_rules(agent_file_load(name, why), 0, why);
}

const struct rules *
stream_rules_of(const struct agent *a)
{
	return &a->stream->rules;
}

enum failure
stream_rules_classify(const struct agent *a, int own, const struct fault *f, long long limit_at,
	long long now, long long *resume_at)
{
	const struct stream_rules *g = a->stream;

	if (own)
		return classify_own(g->sorts, g->nsorts, f);
	return classify_fault(g->sorts, g->nsorts, f, limit_at, now, resume_at);
}

void
stream_rules_stderr(const struct agent *a, const char *line, struct stderr_line *found)
{
	*found = (struct stderr_line){.id = NULL};
	for (int i = 0; i < a->stream->nerr; i++) {
		const struct stderr_rule *r = &a->stream->err[i];
		regmatch_t m[2];
		size_t n;

		if (regexec(&r->re, line, 2, m, 0) != 0)
			continue;
		n = r->what == 'd' ? 0 : (size_t)(m[1].rm_eo - m[1].rm_so);
		if (r->what == 'd') {
			found->drop = 1;
		} else if (r->what == 's') {
			found->id = line + m[1].rm_so;
			found->nid = n;
		} else {
			found->retry = line + m[1].rm_so;
			found->nretry = n;
		}
	}
}
