/* rules - the event rules of an agent's file, parsed: WHAT=COND... : FIELD=SOURCE... */
#include "agent/rules.h"

#include <stdlib.h>
#include <string.h>

static const char *const what_words[] = {
	"session", "text", "part", "tool", "toolend", "background", "backgroundend", "usage", "end",
	"error", "open", "retry", "limit", "nolimit"
};

static const char *const field_words[] = {
	"id", "text", "name", "summary", "failed", "output", "in", "out", "cost", "turns", "result",
	"code", "kind", "attempt", "max", "at"
};

#define BIT(f) (1u << (f))

/* Which fields each WHAT takes. */
static const unsigned takes[] = {
	[ON_SESSION] = BIT(F_ID),
	[ON_TEXT] = BIT(F_TEXT),
	[ON_PART] = BIT(F_TEXT),
	[ON_TOOL] = BIT(F_ID) | BIT(F_NAME) | BIT(F_SUMMARY),
	[ON_TOOLEND] = BIT(F_ID) | BIT(F_FAILED) | BIT(F_OUTPUT) | BIT(F_NAME) | BIT(F_SUMMARY),
	[ON_BACKGROUND] = BIT(F_ID) | BIT(F_NAME) | BIT(F_SUMMARY),
	[ON_BACKGROUNDEND] = BIT(F_ID) | BIT(F_NAME),
	[ON_USAGE] = BIT(F_ID) | BIT(F_IN) | BIT(F_OUT) | BIT(F_COST),
	[ON_END] = BIT(F_RESULT) | BIT(F_TURNS) | BIT(F_IN) | BIT(F_OUT) | BIT(F_COST),
	[ON_ERROR] = BIT(F_CODE) | BIT(F_KIND) | BIT(F_TEXT) | BIT(F_TURNS) | BIT(F_IN) |
		BIT(F_OUT) | BIT(F_COST),
	[ON_OPEN] = 0,
	[ON_RETRY] = BIT(F_CODE) | BIT(F_KIND) | BIT(F_TEXT) | BIT(F_ATTEMPT) | BIT(F_MAX),
	[ON_LIMIT] = BIT(F_AT) | BIT(F_TEXT),
	[ON_NOLIMIT] = 0,
};

static const unsigned numeric = BIT(F_IN) | BIT(F_OUT) | BIT(F_COST) | BIT(F_TURNS);

static char *
blanks(char *s)
{
	return s + strspn(s, " \t");
}

/*
 * Ends the word at *p, quoted or not, with a NUL and steps over it. A bare word ends at a blank or
 * a character of stops; *end is what ended it. NULL if a quote is open.
 */
static char *
parse_word(char **p, const char *stops, char *end)
{
	char *s = *p, *q;

	if (*s == '\'' || *s == '"') {
		q = strchr(s + 1, *s);
		if (!q)
			return NULL;
		*q++ = '\0';
		s++;
		*end = *q;
	} else {
		q = s;
		while (*q && !strchr(" \t", *q) && !strchr(stops, *q))
			q++;
		*end = *q;
	}
	if (*q)
		*q++ = '\0';
	*p = q;
	return s;
}

static int
ref_add(struct rules *r, struct rule *rule, char **p, struct ref *ref, char why[WHY])
{
	const char *start = *p;

	if (path_add(&r->paths, p, (uint64_t)1 << r->nrules, ref, why) < 0)
		return -1;
	if (ref->array && rule->array && ref->array != rule->array)
		return err_why(why, "path '%.60s': one event cannot go through two arrays", start);
	if (ref->array)
		rule->array = ref->array;
	return 0;
}

static int
parse_op(char **p, enum op *op)
{
	static const struct { char word[3]; enum op op; } ops[] = {
		{"!=", OP_NOT}, {"!~", OP_UNLIKE}, {"!?", OP_ABSENT}, {"=", OP_IS},
		{"?", OP_THERE}, {"~", OP_MATCH}, {">", OP_ABOVE}
	};

	for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
		size_t n = strlen(ops[i].word);

		if (strncmp(*p, ops[i].word, n) == 0) {
			*op = ops[i].op;
			*p += n;
			return 0;
		}
	}
	return -1;
}

static int
compile(struct cond *c, char why[WHY])
{
	char text[128];
	int e;

	c->re = malloc(sizeof *c->re);
	if (!c->re)
		return err_why(why, "no memory");
	e = regcomp(c->re, c->value, REG_EXTENDED | REG_NOSUB);
	if (e == 0)
		return 0;
	regerror(e, c->re, text, sizeof text);
	free(c->re);
	c->re = NULL;
	return err_why(why, "expression '%.60s': %s", c->value, text);
}

static int
parse_cond(struct rules *r, struct rule *rule, char **p, char why[WHY])
{
	struct cond *a = path_grow(r->conds, &r->room[1], r->nconds, sizeof *a),
		c = {.op = OP_THERE};
	char *start = *p, *stop, end;

	if (!a)
		return err_why(why, "no memory");
	r->conds = a;
	if (ref_add(r, rule, p, &c.ref, why) < 0)
		return -1;
	if (parse_op(p, &c.op) < 0)
		return err_why(why, "condition '%.60s': =, !=, ~, !~, ?, !? or > expected", start);
	c.value = parse_word(p, "", &end);
	if (!c.value)
		return err_why(why, "a quote is not closed");
	if (((c.op == OP_THERE || c.op == OP_ABSENT) && *c.value) ||
		(end && end != ' ' && end != '\t'))
		return err_why(why, "a blank expected after a condition");
	if ((c.op == OP_MATCH || c.op == OP_UNLIKE) && compile(&c, why) < 0)
		return -1;
	c.number = strtod(c.value, &stop);
	a[r->nconds++] = c;
	rule->nconds++;
	if (c.op == OP_ABOVE && (stop == c.value || *stop))
		return err_why(why, "number expected after >, not '%.60s'", c.value);
	return 0;
}

/* A NUL is written behind a literal, so *end is the character that ended it, or the path. */
static int
parse_source(struct rules *r, struct rule *rule, enum field f, char **p, int plus, char *end,
	char why[WHY])
{
	struct source *a = path_grow(r->sources, &r->room[2], r->nsources, sizeof *a),
		s = {.plus = (unsigned char)plus};

	if (!a)
		return err_why(why, "no memory");
	r->sources = a;
	if (**p == '\'' || **p == '"') {
		s.literal = parse_word(p, "", end);
		if (!s.literal)
			return err_why(why, "a quote is not closed");
	} else {
		if (ref_add(r, rule, p, &s.ref, why) < 0)
			return -1;
		*end = **p;
		if (**p)
			(*p)++;
	}
	a[r->nsources++] = s;
	rule->n[f]++;
	return 0;
}

static int
parse_field(struct rules *r, struct rule *rule, char **p, char why[WHY])
{
	size_t n = strcspn(*p, "= \t");
	int f = 0, plus = 0;
	char end = 0;

	while (f < F_LAST && !(strlen(field_words[f]) == n && strncmp(*p, field_words[f], n) == 0))
		f++;
	if (f == F_LAST || (*p)[n] != '=' || !(takes[rule->what] & BIT(f)))
		return err_why(why, "'%.*s' is not a field of %s", (int)n, *p,
			what_words[rule->what]);
	if (rule->n[f])
		return err_why(why, "field %s given twice", field_words[f]);
	*p += n + 1;
	rule->from[f] = r->nsources;
	do {
		if (parse_source(r, rule, (enum field)f, p, plus, &end, why) < 0)
			return -1;
		plus = end == '+';
		if (plus && !(numeric & BIT(f)))
			return err_why(why, "field %s is not a number, so '+' is useless",
				field_words[f]);
	} while (end == '|' || end == '+');
	if (end && end != ' ' && end != '\t')
		return err_why(why, "a blank expected after field %s", field_words[f]);
	return 0;
}

static int
check_rule(const struct rule *rule, char why[WHY])
{
	static const unsigned must[] = {
		[ON_SESSION] = BIT(F_ID), [ON_TEXT] = BIT(F_TEXT), [ON_PART] = BIT(F_TEXT),
		[ON_TOOL] = BIT(F_NAME), [ON_BACKGROUND] = BIT(F_ID), [ON_LIMIT] = BIT(F_AT),
		[ON_LAST] = 0
	};

	for (int f = 0; f < F_LAST; f++)
		if ((must[rule->what] & BIT(f)) && !rule->n[f])
			return err_why(why, "field %s is missing", field_words[f]);
	return 0;
}

int
rules_add(struct rules *r, const char *name, char *text, char why[WHY])
{
	struct rule *a, rule = {.what = ON_SESSION};
	char *p = blanks(text);

	while (rule.what < ON_LAST && strcmp(what_words[rule.what], name) != 0)
		rule.what++;
	if (rule.what == ON_LAST)
		return err_why(why, "event.%.60s: no such event", name);
	if (r->nrules == RULES_MAX)
		return err_why(why, "more than %d events", RULES_MAX);
	a = path_grow(r->rule, &r->room[0], r->nrules, sizeof *a);
	if (!a)
		return err_why(why, "no memory");
	r->rule = a;
	rule.cond = r->nconds;
	for (; *p && *p != ':'; p = blanks(p))
		if (parse_cond(r, &rule, &p, why) < 0)
			return -1;
	if (*p == ':')
		p++;
	for (p = blanks(p); *p; p = blanks(p))
		if (parse_field(r, &rule, &p, why) < 0)
			return -1;
	if (check_rule(&rule, why) < 0)
		return -1;
	r->rule[r->nrules++] = rule;
	return 0;
}

void
rules_free(struct rules *r)
{
	for (int i = 0; i < r->nconds; i++)
		if (r->conds[i].re) {
			regfree(r->conds[i].re);
			free(r->conds[i].re);
		}
	free(r->rule);
	free(r->conds);
	free(r->sources);
	path_free(&r->paths);
}

int
rules_deny(enum op op)
{
	return op == OP_NOT || op == OP_UNLIKE || op == OP_ABSENT;
}

int
rules_hold(const struct cond *c, const char *s, size_t n)
{
	if (!s)
		return rules_deny(c->op);
	switch (c->op) {
	case OP_IS:
		return strlen(c->value) == n && memcmp(s, c->value, n) == 0;
	case OP_NOT:
		return strlen(c->value) != n || memcmp(s, c->value, n) != 0;
	case OP_MATCH:
	case OP_UNLIKE:
		return (regexec(c->re, s, 0, NULL, 0) == 0) == (c->op == OP_MATCH);
	case OP_ABOVE:
		return strtod(s, NULL) > c->number;
	case OP_ABSENT:
		return 0;
	default:
		return 1;
	}
}
