/*
 * classify - what a failure means
 *
 * Expressions are compiled when there is a failure to sort: that is rare, and a compiled expression
 * is larger than all else here.
 */
#include "agent/classify.h"

#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/reset_time.h"
#include "task/failure.h"

enum { JOINED = 1400 };

/*
 * For all model services: the first row that matches a failure's kind and text decides. If the
 * failure says when it ends, most of them are limits to wait for; what only a person can change
 * stays permanent.
 */
static const struct row {
	enum failure class, timed; /* without a time, and with one */
	const char *re;
} used_up[] = {
	{FAIL_TRANSIENT, FAIL_TRANSIENT, "not your (usage|account|plan)|temporarily limiting"},
	/* a full context: the same request never fits */
	{FAIL_PERMANENT, FAIL_PERMANENT,
		"(prompt|input|request|conversation)[ _](is )?too[ _](long|large)|"
		"context[ _]?(length|window|limit|size|overflow)|maximum (context|prompt) length|"
		"input token count.*exceeds|reduce the length of|exceeds the limit of [0-9]|"
		"token limit exceeded|exceeded model token limit|out of room|1M context|"
		"exceeds (the )?max(imum)?( allowed)?( [a-z]+)? (length|size)|"
		"range of input length"},
	/* a number of requests a day or a minute */
	{FAIL_LIMITED, FAIL_LIMITED,
		"(requests?|tokens|queries|messages|prompts|models)[a-z ,-]*[ _-]per[ _-](day|"
		"week|month)|[a-z]Per(Day|Week|Month)|\\((RPD|TPD)\\)"},
	{FAIL_TRANSIENT, FAIL_TRANSIENT,
		"per[ _-]?(minute|min|second|sec)([^a-z]|$)|[a-z]Per(Minute|Second)|/min|"
		"\\((TPM|RPM|TPS|RPS)\\)"},
	/* money, and what an owner has to allow */
	{FAIL_PERMANENT, FAIL_LIMITED,
		"out of ([a-z]+ )?(usage|credits?|funds|balance|budget)|credit limit|"
		"(spend|spending|budget|cost)[ _](cap|limit)|spending[ _]cap|"
		"budget (has been )?(exceeded|reached|exhausted)|"
		"(credit|account|prepaid) balance|insufficient[ _](funds|credits?|quota|balance)|"
		"not enough (credits?|funds|balance)|more credits, or|can only afford|"
		"credits? (are |is |have been |ran )?(required|exhausted|depleted|expired|used up|"
		"turned off|off|out)|(requires?|needs?) ([a-z]+ )?credits|"
		"payment (is )?(required|method|failed|overdue|declined)|"
		"(allocation|usage|access|account|organization|workspace|subscription|key)( has|"
		" have)? (been |is |was )?(disabled|suspended|deactivated|paused|blocked|"
		"cancell?ed)|exceeded your current quota|check your plan and billing|hard limit"},
	{FAIL_LIMITED, FAIL_LIMITED, "usage[ _-]limit.*(try again|resets?)"},
	{FAIL_PERMANENT, FAIL_LIMITED, "(contact|ask) your ([a-z]+ )*(admin|owner)"},
	{FAIL_TRANSIENT, FAIL_TRANSIENT,
		"concurren(t|cy)|max(imum)?_?(output)?_?tokens|output[ _]tokens?"},
	/* what an account may use in some hours, a day, a week */
	{FAIL_LIMITED, FAIL_LIMITED,
		"usage[ _-]limits?|limit will reset|free usage|"
		"(subscription|daily|weekly|monthly) quota|"
		"(exceeded|used up|exhausted) your ([a-z]+ )*(usage|allowance)|"
		"(session|hourly|daily|weekly|monthly|[0-9]+[ -]?(hours?|hrs?|h|days?|d)|opus|"
		"sonnet|haiku|plan|message|premium|free[ -](tier|plan))[ -]((usage|request|"
		"message|token|rate) )?(limit|cap|allowance)"},
	{FAIL_TRANSIENT, FAIL_TRANSIENT,
		"overloaded|(at|no|out of) capacity|high demand|"
		"(temporarily|currently) unavailable|server[ _]error"},
	{FAIL_TRANSIENT, FAIL_LIMITED,
		"(rate|request|retry)[ _-]?limit|too[ _]many[ _]requests|throttl|"
		"resource[ _](has been )?exhausted|retry[ _-]?(delay|after)"},
	{FAIL_LIMITED, FAIL_LIMITED,
		"(hit|reached|exceeded|used up|exhausted) (all (of )?)?(your|the) ([a-z0-9.-]+ )"
		"{0,2}limits?|limit reached"}
};

static const char money_words[] =
	"quota|billing|upgrade (to|your)|add (more )?credits|purchase|paid plan|subscribe|"
	"subscription (is )?(required|expired)";
static const char refusal_words[] =
	"(invalid|incorrect|wrong|missing|no|expired|revoked) (x-)?(api|auth|authentication|"
	"access|bearer|oauth|refresh)[ _-]?(key|token)|"
	"(api|access)[ _-]?(key|token).*(not set|not found|not provided|not valid|missing|"
	"required|could not be refreshed)|"
	"(refresh|access|oauth|session|security|auth|bearer)[ _]token.*(expired|revoked|invalid|"
	"used)|token (refresh failed|(is |has |was )?(been )?(expired|revoked))|refresh .*token|"
	"(session|login|credentials?)( has| have| is| are)? (been )?(expired|revoked)|"
	"invalid_grant|re-?authenticat|authentication[ _](failed|error|required|expired)|"
	"failed to authenticate|unauthori[sz]ed|not authori[sz]ed|access ?denied|"
	"permission_(denied|error)|not logged in|"
	"(please|must|need to|have to) (run )?(`|')?([a-z]+ )?(/?log ?in|sign ?in|/login)|"
	"(log|sign) ?in again|missing environment variable|no credentials|"
	"(not|n't) have (access|permission)|model[ _]not[ _]found|"
	"(unknown|invalid|unsupported|no such) model|"
	"model .*((does not|doesn't|may not) exist|(not|n't) supported|is disabled|"
	"requires? a newer)|not available (with|on|in|for) |not included in your|"
	"requires? a newer version|invalid[ _]request|bad request|usage polic|"
	"content[ _](policy|filter)|violat|flagged";
/* A code in prose is at the beginning, or after a word that announces it. */
static const char code_words[] = "(^|status|status code|error|code|https?|http/[0-9.]+|rejected)"
	"[]:=( ]*([45][0-9][0-9])([^0-9]|$)";

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
classify_parse(struct error_class *s, char *value, char why[WHY])
{
	static const struct { const char *word; enum failure class; } classes[] = {
		{"transient", FAIL_TRANSIENT}, {"limited", FAIL_LIMITED},
		{"permanent", FAIL_PERMANENT}, {"lost", FAIL_LOST}
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
	for (i = 0; i < sizeof classes / sizeof classes[0] && strcmp(class, classes[i].word) != 0;
		i++)
		;
	if (i == sizeof classes / sizeof classes[0])
		return err_why(why, "'%.40s' is not one of: transient limited permanent lost",
			class);
	s->class = classes[i].class;
	for (i = 0; i < sizeof fields / sizeof fields[0] && strcmp(field, fields[i]) != 0; i++)
		;
	if (i == sizeof fields / sizeof fields[0])
		return err_why(why, "'%.40s' is not one of: code kind text any", field);
	s->field = fields[i][0];
	s->re = re;
	return 0;
}

int
classify_check(const struct error_class *s, char why[WHY])
{
	regex_t r;

	if (regcomp(&r, s->re, REG_EXTENDED | REG_ICASE | REG_NOSUB) != 0)
		return err_why(why, "'%.80s' is not an extended regular expression", s->re);
	regfree(&r);
	return 0;
}

enum failure
classify_own(const struct error_class *s, int n, const struct fault *f)
{
	char any[JOINED];

	snprintf(any, sizeof any, "%s %s %s", f->code, f->kind, f->text);
	for (int i = 0; i < n; i++)
		if (matches(s[i].re, s[i].field == 'c' ? f->code : s[i].field == 'k' ? f->kind :
			s[i].field == 't' ? f->text : any))
			return s[i].class;
	return FAIL_NONE;
}

static int
rate_limited(const struct fault *f)
{
	return code_of(f) == 429 || matches("rate[ _-]?limit", f->kind);
}

static int
is_passing(int code)
{
	return code == 408 || code == 409 || code == 425 || code >= 500;
}

/* By words, then by code. named: an event told of a limit; timed: its end is known. */
static enum failure
general(const struct fault *f, int named, int timed)
{
	char any[JOINED];
	int code = code_of(f);

	snprintf(any, sizeof any, "%s %s", f->kind, f->text);
	for (size_t i = 0; i < sizeof used_up / sizeof used_up[0]; i++) {
		const struct row *r = &used_up[i];

		if (!matches(r->re, any))
			continue;
		if (r->class == FAIL_TRANSIENT && is_passing(code))
			return FAIL_TRANSIENT;
		return timed || (named && r->class == FAIL_TRANSIENT) ? r->timed : r->class;
	}
	if (is_passing(code))
		return FAIL_TRANSIENT;
	if (matches(money_words, any))
		return timed ? FAIL_LIMITED : FAIL_PERMANENT;
	if (code == 429)
		return timed || named ? FAIL_LIMITED : FAIL_TRANSIENT;
	return code >= 400 || matches(refusal_words, any) ? FAIL_PERMANENT : FAIL_TRANSIENT;
}

enum failure
classify_fault(const struct error_class *s, int n, const struct fault *f, long long limit_at,
	long long now, long long *resume_at)
{
	enum failure class = classify_own(s, n, f);
	enum reset said = reset_time_read(f->text, now, resume_at);
	/* The event does not explain any other failure. */
	int rate = class == FAIL_NONE && limit_at && rate_limited(f);

	if (limit_at > 0) /* exact; the text may round it */
		*resume_at = limit_at;
	if (class == FAIL_NONE)
		class = general(f, rate, said != RESET_NONE || (rate && limit_at > 0));
	if (class != FAIL_LIMITED || (said != RESET_KNOWN && limit_at <= 0))
		*resume_at = 0;
	return class;
}
