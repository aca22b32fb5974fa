/* input_text - a text for an agent's input box */
#include "engine/input_text.h"

#include <errno.h>
#include <regex.h>
#include <string.h>

#include "file/file.h"
#include "task/prompt.h"

enum { LAST_LINE = 4096 };

static char *
too_large(char why[WHY])
{
	err_why(why, "text: larger than %d MiB", PROMPT_MAX >> 20);
	errno = EFBIG;
	return NULL;
}

char *
input_text_read(char *const *words, size_t *len, char why[WHY])
{
	static char text[PROMPT_MAX + 2];
	int operands = *words != NULL;
	size_t n = 0;
	ssize_t r;

	for (; *words; words++) {
		size_t k = strlen(*words);

		if (n + k + 1 > PROMPT_MAX)
			return too_large(why);
		memcpy(text + n, *words, k);
		n += k;
		if (words[1])
			text[n++] = ' ';
	}
	if (!operands) {
		if ((r = file_read_all(0, text, PROMPT_MAX + 1)) < 0) {
			err_why(why, "read standard input:");
			return NULL;
		}
		if ((n = (size_t)r) > PROMPT_MAX)
			return too_large(why);
		while (n && text[n - 1] == '\n')
			n--;
	}
	*len = n;
	return text;
}

int
input_text_check(const char *text, size_t n, char why[WHY])
{
	size_t blank = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c && strchr(" \t\n\r", c)) {
			blank++;
			continue;
		}
		/* U+0080 to U+009F are controls as well: to some programs U+009B is ESC [. */
		if (c == 0xc2 && i + 1 < n && (unsigned char)text[i + 1] < 0xa0)
			c = (unsigned char)text[i + 1];
		else if (c > ' ' && c != 0x7f)
			continue;
		return err_why(why, "text: control character %d in it: -K sends keys", c);
	}
	return blank == n ? err_why(why, "text: empty (-K Enter presses Enter)") : 0;
}

int
input_text_fit(const char *ere, char *text, size_t *n, char why[WHY])
{
	char last[LAST_LINE];
	size_t len = 0;
	regex_t re;

	if (!ere)
		return 0;
	while (len < *n && len < sizeof last - 1 && text[*n - len - 1] != '\n')
		len++;
	memcpy(last, text + *n - len, len);
	last[len] = '\0';
	if (regcomp(&re, ere, REG_EXTENDED | REG_NOSUB))
		return err_why(why, "blank_after: not a regular expression: %.200s", ere);
	if (!regexec(&re, last, 0, NULL, 0))
		text[(*n)++] = ' ';
	regfree(&re);
	return 0;
}
