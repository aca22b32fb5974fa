/* report - a tool's answer on stdout */
#include "text/report.h"

#include <string.h>

#include "json/quote.h"
#include "text/strip.h"

enum { VALUE = 8192 };

void
report_begin(struct report *a, FILE *to, int json)
{
	a->to = to;
	a->json = json;
	a->n = 0;
}

/* An integer as JSON writes it: no '+', no leading zero. */
static int
whole(const char *s)
{
	size_t n;

	s += *s == '-';
	n = strspn(s, "0123456789");
	return n > 0 && n < 16 && !s[n] && (n == 1 || *s != '0');
}

void
report_put(struct report *a, const char *key, const char *val)
{
	char clean[VALUE], quoted[2 * VALUE + 2];

	if (a->json)
		oneline_exact(clean, sizeof clean, val, strlen(val));
	else
		oneline(clean, sizeof clean, val, strlen(val));
	if (!a->json) {
		fprintf(a->to, "%s=%s\n", key, clean);
	} else {
		fprintf(a->to, "%s\"%s\":", a->n ? "," : "{", key);
		if (!whole(clean))
			quote_string(clean, quoted, sizeof quoted);
		fputs(whole(clean) ? clean : quoted, a->to);
	}
	a->n++;
}

void
report_num(struct report *a, const char *key, long long val)
{
	char buf[32];

	snprintf(buf, sizeof buf, "%lld", val);
	report_put(a, key, buf);
}

void
report_money(struct report *a, const char *key, double val)
{
	fprintf(a->to, a->json ? "%s\"%s\":%.4f" : "%s%s=%.4f\n",
		!a->json ? "" : a->n ? "," : "{", key, val);
	a->n++;
}

void
report_end(struct report *a)
{
	if (a->json)
		fputs(a->n ? "}\n" : "{}\n", a->to);
}
