/* parser - an incremental JSON reader: a state machine, with a tight loop for plain string bytes */
#include "json/jsonstate.h"

static int
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int
is_number(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

void
parser_start(struct json *j, const struct json_ops *ops, void *ctx)
{
	j->ops = ops;
	j->ctx = ctx;
	j->state = VALUE;
	j->depth = 0;
	j->is_key = j->mute = j->skip_next = 0;
	j->deep = 0;
	j->high = 0;
	j->nword = j->nkey = 0;
}

static void
after_value(struct json *j)
{
	j->state = j->depth ? NEXT : DONE;
	j->skip_next = 0;
}

static int
wanted(struct json *j, enum json_type t, const char *at)
{
	if (j->skip_next)
		return 0;
	return j->ops->begin(j->ctx, t, at);
}

static void
open_container(struct json *j, enum json_type t, const char *at)
{
	if (j->depth == JSON_DEPTH || !wanted(j, t, at)) {
		j->state = SKIP;
		j->deep = 1;
		return;
	}
	j->stack[j->depth++] = (unsigned char)t;
	j->state = t == JSON_OBJECT ? MEMBER : FIRST;
}

static int
close_container(struct json *j, enum json_type t, const char *past)
{
	if (j->depth == 0 || j->stack[j->depth - 1] != t)
		return -1;
	j->depth--;
	j->ops->end(j->ctx, past);
	after_value(j);
	return 0;
}

static int
begin_value(struct json *j, char c, const char *at)
{
	enum json_type t = c == 't' ? JSON_TRUE : c == 'f' ? JSON_FALSE :
		c == 'n' ? JSON_NULL : JSON_NUMBER;

	if (c == '{' || c == '[') {
		open_container(j, c == '{' ? JSON_OBJECT : JSON_ARRAY, at);
		return 0;
	}
	if (c == '"') {
		j->is_key = 0;
		j->mute = !wanted(j, JSON_STRING, at);
		j->state = STRING;
		return 0;
	}
	if (t == JSON_NUMBER && c != '-' && !(c >= '0' && c <= '9'))
		return -1;
	j->mute = !wanted(j, t, at);
	j->state = t == JSON_NUMBER ? NUMBER : WORD;
	j->word[0] = c;
	j->nword = 1;
	return 0;
}

static void
end_string(struct json *j, const char *past)
{
	strings_lone(j);
	if (j->is_key) {
		if (j->nkey <= sizeof j->key)
			j->skip_next = !j->ops->key(j->ctx, j->key, j->nkey);
		else
			j->skip_next = !j->ops->key(j->ctx, NULL, 0);
		j->state = COLON;
		return;
	}
	if (!j->mute)
		j->ops->end(j->ctx, past);
	after_value(j);
}

static void
end_word(struct json *j, const char *past)
{
	if (!j->mute) {
		j->ops->data(j->ctx, j->word, j->nword);
		j->ops->end(j->ctx, past);
	}
	after_value(j);
}

/* The byte that ends a number belongs to what follows. */
static const char *
number_run(struct json *j, const char *p, const char *end)
{
	for (; p < end && is_number(*p); p++)
		if (j->nword < sizeof j->word)
			j->word[j->nword++] = *p;
	if (p < end)
		end_word(j, p);
	return p;
}

static int
word_byte(struct json *j, const char *p)
{
	const char *full = j->word[0] == 't' ? "true" : j->word[0] == 'f' ? "false" : "null";

	if (full[j->nword] != *p)
		return -1;
	j->word[j->nword++] = *p;
	if (!full[j->nword])
		end_word(j, p + 1);
	return 0;
}

static const char *
string_run(struct json *j, const char *p, const char *end)
{
	const char *q = strings_plain(p, end);

	if (q > p) {
		strings_lone(j);
		strings_emit(j, p, (size_t)(q - p));
	}
	if (q == end)
		return q;
	if (*q == '\\')
		j->state = ESCAPE;
	else
		end_string(j, q + 1);
	return q + 1;
}

/* Inside an unwanted object or array. */
static const char *
skip_run(struct json *j, const char *p, const char *end)
{
	for (; p < end; p++) {
		if (j->state == SKIP_ESCAPE) {
			j->state = SKIP_STRING;
		} else if (j->state == SKIP_STRING) {
			p = strings_plain(p, end);
			if (p == end)
				break;
			j->state = *p == '"' ? SKIP : SKIP_ESCAPE;
		} else if (*p == '"') {
			j->state = SKIP_STRING;
		} else if (*p == '{' || *p == '[') {
			j->deep++;
		} else if ((*p == '}' || *p == ']') && --j->deep == 0) {
			after_value(j);
			return p + 1;
		}
	}
	return p;
}

static void
begin_key(struct json *j)
{
	j->is_key = 1;
	j->nkey = 0;
	j->state = STRING;
}

/* One byte between tokens. 0; -1 if JSON does not allow it here. */
static int
between(struct json *j, const char *p)
{
	int object = j->depth > 0 && j->stack[j->depth - 1] == JSON_OBJECT;

	if (is_blank(*p))
		return 0;
	switch (j->state) {
	case FIRST:
		if (*p == ']')
			return close_container(j, JSON_ARRAY, p + 1);
		/* fall through */
	case VALUE:
		return begin_value(j, *p, p);
	case MEMBER:
		if (*p == '}')
			return close_container(j, JSON_OBJECT, p + 1);
		/* fall through */
	case NAME:
		if (*p != '"')
			return -1;
		begin_key(j);
		return 0;
	case COLON:
		j->state = VALUE;
		return *p == ':' ? 0 : -1;
	case NEXT:
		if (*p == '}' || *p == ']')
			return close_container(j, *p == '}' ? JSON_OBJECT : JSON_ARRAY, p + 1);
		j->state = object ? NAME : VALUE;
		return *p == ',' ? 0 : -1;
	default: /* DONE */
		return -1;
	}
}

int
parser_feed(struct json *j, const char *s, size_t n)
{
	const char *p = s, *end = s + n;
	int bad = 0;

	while (p < end && !bad) {
		switch (j->state) {
		case STRING:
			p = string_run(j, p, end);
			break;
		case SKIP:
		case SKIP_STRING:
		case SKIP_ESCAPE:
			p = skip_run(j, p, end);
			break;
		case ESCAPE:
			bad = strings_escape(j, *p++);
			break;
		case UNICODE:
			bad = strings_unicode(j, *p++);
			break;
		case NUMBER:
			p = number_run(j, p, end);
			break;
		case WORD:
			bad = word_byte(j, p++);
			break;
		case BAD:
			return -1;
		default:
			bad = between(j, p++);
		}
	}
	if (bad)
		j->state = BAD;
	return bad;
}

int
parser_done(struct json *j)
{
	if (j->state == NUMBER && j->depth == 0)
		end_word(j, j->word);
	return j->state == DONE;
}
