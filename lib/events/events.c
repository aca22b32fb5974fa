/* events - reads an agent's event stream: its lines, the noise between them, stderr */
#include "events/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/stream_rules.h"
#include "events/apply.h"
#include "events/final_state.h"

_Static_assert(sizeof(struct events) <= EVENTS_MEMORY, "the bound that events.h gives");

/* bytes of an event after which capture_dead is asked */
enum { FIRST_LOOK = 512 };

struct events *
events_new(const struct agent *a, void (*out)(void *ctx, const char *s, size_t n), void *ctx)
{
	struct events *e = calloc(1, sizeof *e);

	if (!e)
		return NULL;
	e->agent = a;
	render_init(&e->render, out, ctx);
	return e;
}

void
events_free(struct events *e)
{
	free(e);
}

const struct progress *
events_progress(const struct events *e)
{
	return &e->p;
}

static int
is_blank(const char *s, size_t n)
{
	while (n > 0 && strchr(" \t\r", *s))
		s++, n--;
	return n == 0;
}

static void
show_noise(struct events *e)
{
	if (!is_blank(e->head, e->nhead))
		render_text(&e->render, e->head, e->nhead, e->line_len);
}

/*
 * The rest of an event that no rule can match any more is skipped: pi repeats the whole message
 * with every word. This is decided at one place in the line, so that the split of the stream does
 * not matter.
 */
static void
read_event(struct events *e, const char *s, size_t n, long long at)
{
	size_t first = at >= FIRST_LOOK ? 0 : FIRST_LOOK - at < (long long)n
		? (size_t)(FIRST_LOOK - at) : n;

	if (first > 0 && capture_feed(&e->capture, s, first) < 0)
		e->mode = LINE_NOISE;
	else if (first > 0 && at + (long long)first == FIRST_LOOK && capture_dead(&e->capture))
		e->mode = LINE_IGNORED;
	else if (n > first && capture_feed(&e->capture, s + first, n - first) < 0)
		e->mode = LINE_NOISE;
}

static void
line_bytes(struct events *e, const char *s, size_t n)
{
	size_t keep = n < sizeof e->head - e->nhead ? n : sizeof e->head - e->nhead;

	memcpy(e->head + e->nhead, s, keep);
	e->nhead += keep;
	e->line_len += (long long)n;
	e->fed += (long long)n;
	if (e->mode == LINE_NEW) {
		capture_start(&e->capture, stream_rules_of(e->agent));
		e->mode = LINE_EVENT;
	}
	if (e->mode == LINE_EVENT)
		read_event(e, s, n, e->line_len - (long long)n);
}

static void
end_line(struct events *e, long long now)
{
	if (e->mode == LINE_EVENT && !capture_done(&e->capture))
		e->mode = LINE_NOISE;
	if (e->mode == LINE_EVENT) {
		apply_event(e, now);
	} else if (e->mode == LINE_IGNORED) {
		e->p.events++;
		e->retrying = 0;
		final_state_phase(e);
	} else if (e->mode == LINE_NOISE) {
		show_noise(e);
	}
	e->mode = LINE_NEW;
	e->line_len = 0;
	e->nhead = 0;
}

void
events_feed(struct events *e, const char *s, size_t n, long long now)
{
	while (n > 0) {
		const char *nl = memchr(s, '\n', n);
		size_t len = nl ? (size_t)(nl - s) : n;

		if (len > 0)
			line_bytes(e, s, len);
		if (nl) {
			end_line(e, now);
			e->fed++;
			len++;
		}
		s += len;
		n -= len;
	}
}

/* Without a last word from the events, the last complaint on stderr is the error. */
static void
take_complaint(struct events *e)
{
	if (!e->at_end || e->word != WORD_NONE)
		return;
	e->p.failure = e->complaint_class;
	e->p.resume_at = e->complaint_at;
	snprintf(e->p.error, sizeof e->p.error, "%s", e->complaint);
}

void
events_eof(struct events *e, long long now)
{
	if (e->mode == LINE_IGNORED || (e->mode == LINE_EVENT && !capture_done(&e->capture) &&
		e->head[0] == '{'))
		/* half an event of a killed agent: it shows nothing */
		e->mode = LINE_NEW;
	end_line(e, now);
	render_part_end(&e->render);
	e->at_end = 1;
	take_complaint(e);
}

int
events_stderr(struct events *e, const char *line, size_t n, long long now)
{
	char raw[2048], text[PROGRESS_TEXT];
	struct fault f = {"", "", text};
	struct stderr_line found;

	n = n < sizeof raw - 1 ? n : sizeof raw - 1;
	memcpy(raw, line, n);
	raw[n] = '\0';
	for (char *nul = raw; (nul = memchr(nul, '\0', (size_t)(raw + n - nul)));)
		*nul = '?';
	stream_rules_stderr(e->agent, raw, &found);
	if (found.nid > 0 && !e->p.session[0])
		oneline(e->p.session, sizeof e->p.session, found.id, found.nid);
	if (found.nretry > 0)
		final_state_retry(e, found.retry, found.nretry);
	if (oneline(text, sizeof text, raw, n) == 0)
		return !found.drop;
	if (stream_rules_classify(e->agent, 1, &f, 0, now, &e->complaint_at) != FAIL_NONE) {
		e->complaint_class = stream_rules_classify(e->agent, 0, &f, e->limit_at, now,
			&e->complaint_at);
		snprintf(e->complaint, sizeof e->complaint, "%s", text);
	} else if (!found.drop && e->complaint_class == FAIL_NONE) {
		snprintf(e->complaint, sizeof e->complaint, "%s", text);
	}
	take_complaint(e);
	return !found.drop;
}

void
events_result_where(const struct events *e, long long *off, long long *len)
{
	*off = e->final.off;
	*len = e->final.len;
}

const char *
events_result_short(const struct events *e)
{
	return e->final.brief;
}

int
events_result_feed(struct events *e, const char *s, size_t n,
	int (*sink)(void *ctx, const char *, size_t), void *ctx)
{
	return final_text_feed(&e->final, stream_rules_of(e->agent), &e->capture, s, n, sink, ctx);
}
