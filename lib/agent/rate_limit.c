/* rate_limit - whether the text of a failure says that a service was asked too much */
#include "agent/rate_limit.h"

#include <regex.h>
#include <stddef.h>

/* Whole words, not part of an identifier or of a file's name. */
#define BEGIN "(^|[^a-z0-9_./-])"
#define END "($|[^a-z0-9_./-]|[./-]($|[^a-z0-9_]))"
/* 429 as a status, by what follows it: not "429 files". */
#define STATUS "429($|[]),.;:\"'!}]($|[^0-9])|[ \t\r\n]*($|[\r\n(<{]|[ ]-|" \
	"(too|rate|client|status|" \
	"response|from|on|for|after|while|when|due|because|retry|please|http|slow|error)" \
	"($|[^a-z])))"

static const struct words {
	const char *re;
	int flags;
} words[] = {
	{BEGIN "((api|request|usage|secondary|pull) )?(rate|usage)([ -]?limit(s|ed|ing|er)?|"
		"_limit(ed|_error|_exceeded|_reached)?)" END, REG_ICASE},
	{BEGIN "(too[ -]many[ -]requests|request limit (exceeded|reached)|"
		"resource[ _](has been )?exhausted|too_many_requests|slow ?down)" END, REG_ICASE},
	{BEGIN "([a-z]+\\.)*(toomanyrequests|ratelimit(ed|error|exceeded)?|throttl(ed|ing)|"
		"limitexceeded)([a-z]*(error|exception))?" END, REG_ICASE},
	{"(^|[^A-Za-z0-9])([A-Z]+_)*"
		"(RATE_?LIMIT|TOO_MANY_REQUESTS|THROTTLED)(ED|_EXCEEDED|_REACHED)?"
		"($|[^A-Za-z0-9_.])", 0},
	/* 429, then its name */
	{BEGIN "429[ :,(-]+(too many|rate.?limit|client error|resource|throttl|slow)", REG_ICASE},
	/* 429 at the beginning, or after a word that announces a status */
	{"^[ \t]*" STATUS, REG_ICASE},
	{"(^|[^a-z0-9])(https?(/[0-9.]+)?|api|got|gave|sent|returned|returns|returning|received|"
		"receives|responded|responds|response|answered|answers|replied|replies|with|a|an|"
		"status( (is|was|of))?|status[ _-]?code|code|error|err|rejected|"
		"throws|threw|raised|"
		"(request|fetch|call|query|download|upload|server|gateway|upstream) ?"
		"(failed|error)?)"
		"[]\t :=(\"'[_-]*" STATUS, REG_ICASE},
};

int
rate_limit_said(const char *text)
{
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		regex_t re;
		int yes;

		if (regcomp(&re, words[i].re, REG_EXTENDED | REG_NOSUB | words[i].flags))
			continue;
		yes = !regexec(&re, text, 0, NULL, 0);
		regfree(&re);
		if (yes)
			return 1;
	}
	return 0;
}
