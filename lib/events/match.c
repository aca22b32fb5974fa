/* match - one rule that matched an event */
#include "events/match.h"

int
match_get(struct match *m, enum field field, struct got *g)
{
	return capture_field(&m->e->capture, m->rule, field, m->elem, g);
}

double
match_number(struct match *m, enum field field)
{
	return capture_number(&m->e->capture, m->rule, field, m->elem);
}

size_t
match_line(struct match *m, enum field field, char *buf, size_t size)
{
	struct got g;

	match_get(m, field, &g);
	return oneline(buf, size, g.s, g.n);
}

void
match_final(struct match *m, const struct got *g)
{
	struct events *e = m->e;

	final_text_note(&e->final, e->fed - e->line_len, e->line_len, m->rule, m->elem, g);
}
