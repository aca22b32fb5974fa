/* line_match - looks for a line that matches a regular expression in a stream */
#include "wait/line_match.h"

#include <stdlib.h>
#include <string.h>

#define ATTEMPT "--- attempt " /* rca-wrap's line in output.log */

int
line_match_init(struct line_match *m, const char *ere, int afresh, char why[WHY])
{
	char msg[200];
	int r = regcomp(&m->re, ere, REG_EXTENDED | REG_NOSUB);

	if (r) {
		regerror(r, &m->re, msg, sizeof msg);
		return err_why(why, "%s: not a regular expression: %s", ere, msg);
	}
	m->afresh = afresh;
	m->attempt = m->found = m->inside = 0;
	m->n = 0;
	return 0;
}

void
line_match_free(struct line_match *m)
{
	regfree(&m->re);
}

static void
try(struct line_match *m, int cut)
{
	m->line[m->n] = 0;
	if (!m->found)
		m->found = !regexec(&m->re, m->line, 0, NULL,
		                    (m->inside ? REG_NOTBOL : 0) | (cut ? REG_NOTEOL : 0));
}

static void
end_line(struct line_match *m)
{
	m->line[m->n] = 0;
	if (m->afresh && !m->inside && !strncmp(m->line, ATTEMPT, sizeof ATTEMPT - 1)) {
		m->attempt = strtoll(m->line + sizeof ATTEMPT - 1, NULL, 10);
		m->found = 0;
	} else {
		try(m, 0);
	}
	m->n = 0;
	m->inside = 0;
}

/* Keeps the second half: a match may begin in it. */
static void
cut_line(struct line_match *m)
{
	try(m, 1);
	m->n = LINE_MATCH_LINE / 2;
	memmove(m->line, m->line + LINE_MATCH_LINE - m->n, m->n);
	m->inside = 1;
}

void
line_match_feed(struct line_match *m, const char *s, size_t n)
{
	while (n > 0) {
		const char *nl = memchr(s, '\n', n);
		size_t k = nl ? (size_t)(nl - s) : n;

		if (k > LINE_MATCH_LINE - m->n)
			k = LINE_MATCH_LINE - m->n;
		for (size_t i = 0; i < k; i++)
			m->line[m->n++] = s[i] ? s[i] : ' ';
		s += k;
		n -= k;
		if (n > 0 && *s == '\n') {
			end_line(m);
			s++;
			n--;
		} else if (m->n == LINE_MATCH_LINE) {
			cut_line(m);
		}
	}
}

int
line_match_found(struct line_match *m)
{
	if (m->n)
		try(m, 0);
	return m->found;
}
