/* stream_rules - how an agent's stream is to be read: the event, sort and stderr lines of its file */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/parse.h"
#include "task/failure.h"

static int
add_stderr(struct stream_rules *g, const struct line *l, char why[WHY])
{
	struct stderr_rule *r = &g->err[g->nerr];

	if (g->nerr == STDERR_MAX)
		return err_why(why, "more than %d stderr lines", STDERR_MAX);
	if (regcomp(&r->re, l->value, REG_EXTENDED) != 0)
		return err_why(why, "'%.80s' is no extended regular expression", l->value);
	r->what = l->key[7];
	g->nerr++;
	if (r->what != 'd' && r->re.re_nsub < 1)
		return err_why(why, "'%.80s' has no ( ) around what is meant", l->value);
	return 0;
}

static int
add_sort(struct stream_rules *g, const struct line *l, int check, char why[WHY])
{
	struct error_class *s = path_grow(g->sorts, &g->sort_room, g->nsorts, sizeof *s);

	if (!s)
		return err_why(why, "no memory");
	g->sorts = s;
	if (classify_parse(&s[g->nsorts], l->value, why) < 0 || (check && classify_check(&s[g->nsorts], why) < 0))
		return -1;
	g->nsorts++;
	return 0;
}

static int
add(struct stream_rules *g, const struct line *l, int check, char why[WHY])
{
	char name[32];

	if (parse_prefix(l->key, l->len, "stderr."))
		return add_stderr(g, l, why);
	if (l->len == 4 && memcmp(l->key, "sort", 4) == 0)
		return add_sort(g, l, check, why);
	if (!parse_prefix(l->key, l->len, "event."))
		return 0;
	snprintf(name, sizeof name, "%.*s", (int)(l->len - 6), l->key + 6);
	return rules_add(&g->rules, name, l->value, why);
}

static void
forget(struct stream_rules *g)
{
	rules_free(&g->rules);
	while (g->nerr > 0)
		regfree(&g->err[--g->nerr].re);
	free(g->sorts);
	free(g);
}

static int
understand(struct agent *a, const char *file, int check, char why[WHY])
{
	char reason[WHY];

	a->reading = calloc(1, sizeof *a->reading);
	if (!a->reading)
		return err_why(why, "%.100s: no memory", file);
	a->reading->free = forget;
	for (int i = 0; i < a->nlines; i++)
		if (add(a->reading, &a->lines[i], check, reason) < 0)
			return err_why(why, "%.100s: line %d: %.380s", file, a->lines[i].no, reason);
	return 0;
}

static struct agent *
parse(const char *file, const char *text, size_t n, int check, char why[WHY])
{
	struct agent *a = parse_words(file, text, n, why);

	if (a && understand(a, file, check, why)) {
		parse_free(a);
		a = NULL;
	}
	return a;
}

struct agent *
stream_rules_parse(const char *file, const char *text, size_t n, char why[WHY])
{
	return parse(file, text, n, 1, why);
}

struct agent *
stream_rules_load(const char *name, char why[WHY])
{
	return agent_read_file(name, stream_rules_parse, why);
}

static struct agent *
parse_checked(const char *file, const char *text, size_t n, char why[WHY])
{
	return parse(file, text, n, 0, why);
}

struct agent *
stream_rules_load_checked(const char *name, char why[WHY])
{
	return agent_read_file(name, parse_checked, why);
}

const struct rules *
stream_rules_of(const struct agent *a)
{
	return &a->reading->rules;
}

enum failure
stream_rules_classify(const struct agent *a, int own, const struct fault *f, long long limit_at, long long now, long long *resume_at)
{
	if (own)
		return classify_own(a->reading->sorts, a->reading->nsorts, f);
	return classify_fault(a->reading->sorts, a->reading->nsorts, f, limit_at, now, resume_at);
}

void
stream_rules_stderr(const struct agent *a, const char *line, struct stderr_line *found)
{
	*found = (struct stderr_line){.id = NULL};
	for (int i = 0; i < a->reading->nerr; i++) {
		const struct stderr_rule *r = &a->reading->err[i];
		regmatch_t m[2];

		if (regexec(&r->re, line, 2, m, 0) != 0)
			continue;
		if (r->what == 'd') {
			found->drop = 1;
		} else if (r->what == 's') {
			found->id = line + m[1].rm_so;
			found->nid = (size_t)(m[1].rm_eo - m[1].rm_so);
		} else {
			found->retry = line + m[1].rm_so;
			found->nretry = (size_t)(m[1].rm_eo - m[1].rm_so);
		}
	}
}
