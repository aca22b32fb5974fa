/* sort - how a failure sorts. Expressions are compiled when there is a failure to sort: seldom, and a compiled one is larger than all else here */
#include "sort.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

enum { JOINED = 1400 };

static const char limit_words[] = "usage limit|hit your .*limit|limit (reached|exceeded).*(reset|try again)|(limit|quota).* resets? ";
static const char quota_words[] = "insufficient_quota|quota|billing|credit balance|payment required|insufficient (funds|credits)";
static const char refusal_words[] = "invalid (x-)?api[ _-]?key|authentication[ _](failed|error)|unauthorized|permission_(denied|error)|not logged in|please (run|log) ?(in|/login)|"
	"prompt is too long|context[ _]length|model[ _]not[ _]found|unknown model|model .*(does not|doesn't) exist|invalid_request";
/* A code in prose stands first, or after a word that announces it; other numbers (ports, line counts) do not count. */
static const char code_words[] = "(^|status|status code|error|code|https?|http/[0-9.]+|rejected)[]:=( ]*([45][0-9][0-9])([^0-9]|$)";

static int
matches(const char *re, const char *s)
{
	regex_t r;
	int yes;

	if (!*s || regcomp(&r, re, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0)
		return 0;
	yes = regexec(&r, s, 0, NULL, 0) == 0;
	regfree(&r);
	return yes;
}

static int
code_of(const struct fault *f)
{
	regex_t r;
	regmatch_t m[3];
	char *end;
	long code = strtol(f->code, &end, 10);

	if (end != f->code && !*end)
		return (int)code;
	if (regcomp(&r, code_words, REG_EXTENDED | REG_ICASE) != 0)
		return 0;
	code = regexec(&r, f->text, 3, m, 0) == 0 ? strtol(f->text + m[2].rm_so, NULL, 10) : 0;
	regfree(&r);
	return (int)code;
}

int
sort_parse(struct sort *s, char *value, char why[WHY])
{
	static const struct { const char *word; enum failure class; } classes[] = {
		{"transient", FAIL_TRANSIENT}, {"limited", FAIL_LIMITED}, {"permanent", FAIL_PERMANENT}, {"lost", FAIL_LOST}
	};
	static const char *const fields[] = {"code", "kind", "text", "any"};
	char *class = value + strspn(value, " \t"), *field = class + strcspn(class, " \t"), *re;
	size_t i;

	field += strspn(field, " \t");
	re = field + strcspn(field, " \t");
	re += strspn(re, " \t");
	if (!*re)
		return err_why(why, "CLASS FIELD REGEX expected, not '%.80s'", value);
	class[strcspn(class, " \t")] = '\0';
	field[strcspn(field, " \t")] = '\0';
	for (i = 0; i < sizeof classes / sizeof classes[0] && strcmp(class, classes[i].word) != 0; i++)
		;
	if (i == sizeof classes / sizeof classes[0])
		return err_why(why, "'%.40s' is none of transient, limited, permanent, lost", class);
	s->class = classes[i].class;
	for (i = 0; i < sizeof fields / sizeof fields[0] && strcmp(field, fields[i]) != 0; i++)
		;
	if (i == sizeof fields / sizeof fields[0])
		return err_why(why, "'%.40s' is none of code, kind, text, any", field);
	s->field = fields[i][0];
	s->re = re;
	return 0;
}

int
sort_check(const struct sort *s, char why[WHY])
{
	regex_t r;

	if (regcomp(&r, s->re, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0)
		return err_why(why, "CLASS FIELD REGEX expected, '%.80s' is no extended regular expression", s->re);
	regfree(&r);
	return 0;
}

enum failure
sort_own(const struct sort *s, int n, const struct fault *f)
{
	char any[JOINED];

	snprintf(any, sizeof any, "%s %s %s", f->code, f->kind, f->text);
	for (int i = 0; i < n; i++)
		if (matches(s[i].re, s[i].field == 'c' ? f->code : s[i].field == 'k' ? f->kind : s[i].field == 't' ? f->text : any))
			return s[i].class;
	return FAIL_NONE;
}

/* A limit is worth waiting for if it is known how long; a 429 that does not say is one of the short ones. */
static enum failure
limited(const struct fault *f, long long at, enum failure else_class, long long *resume_at)
{
	*resume_at = at;
	if (at > 0)
		return FAIL_LIMITED;
	return code_of(f) == 429 ? FAIL_TRANSIENT : else_class;
}

enum failure
sort_fault(const struct sort *s, int n, const struct fault *f, long long limit_at, long long now, long long *resume_at)
{
	enum failure own = sort_own(s, n, f);
	int code = code_of(f);
	long long at = limit_at ? limit_at : clock_reset(f->text, now);
	char any[JOINED];

	*resume_at = 0;
	if (own == FAIL_LIMITED)
		return limited(f, at, FAIL_LIMITED, resume_at);
	if (own != FAIL_NONE)
		return own;
	snprintf(any, sizeof any, "%s %s", f->kind, f->text);
	if (matches(limit_words, f->text) || (limit_at && (code == 429 || matches("rate_?limit", f->kind))))
		return limited(f, at, FAIL_LIMITED, resume_at);
	if (matches(quota_words, any)) {
		*resume_at = at;
		return at ? FAIL_LIMITED : FAIL_PERMANENT;
	}
	if (code == 408 || code == 409 || code == 425 || code == 429 || code >= 500)
		return FAIL_TRANSIENT;
	if (code >= 400 || matches(refusal_words, any))
		return FAIL_PERMANENT;
	return FAIL_TRANSIENT;
}
