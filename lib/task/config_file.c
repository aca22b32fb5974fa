/* config_file - splits the user's config file into lines, and checks them */
#include "task/config_file.h"

#include <string.h>

static const char blanks[] = " \t";

/* A byte order mark would be taken for a part of the first key. */
static const char *
encoding(const char *text, size_t size)
{
	if (size >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		return "begins with a byte order mark: save the file as UTF-8 without one";
	if (size >= 2 && (!memcmp(text, "\xff\xfe", 2) || !memcmp(text, "\xfe\xff", 2)))
		return "is UTF-16: save the file as UTF-8";
	return memchr(text, 0, size) ? "holds a NUL byte" : NULL;
}

static int
check_line(char *line, config_file_check *check, char why[WHY])
{
	size_t before = strspn(line, blanks), n = strcspn(line, "="), key = n;
	char *eq = line + n;
	int r;

	if (!*eq)
		return err_why(why, "no '='");
	while (key > before && strchr(blanks, line[key - 1]))
		key--;
	if (before || key < n)
		return err_why(why, "blanks around the key or '=': write %.*s=%.200s",
			(int)(key - before), line + before, eq + 1 + strspn(eq + 1, blanks));
	*eq = 0;
	r = check(line, eq + 1, why);
	*eq = '=';
	return r;
}

int
config_file_split(char *text, size_t size, const char *file, config_file_check *check,
	char why[WHY])
{
	const char *odd = encoding(text, size);
	int r = odd ? err_why(why, "%s line 1: %s", file, odd) : 0, number = 1;
	char what[WHY];

	for (char *p = text, *end; p < text + size; p = end + 1, number++) {
		int wrong;

		if (!(end = memchr(p, '\n', (size_t)(text + size - p))))
			end = text + size;
		*end = 0;
		/* A file in another encoding is left out whole, one with a mark but for line 1. */
		wrong = odd && (number == 1 || strlen(p) != (size_t)(end - p));
		if (!wrong && *p != '#' && p[strspn(p, blanks)] && check_line(p, check, what)) {
			wrong = 1;
			if (!r)
				r = err_why(why, "%s line %d: %.400s", file, number, what);
		}
		if (wrong || *p == '#' || !p[strspn(p, blanks)])
			memset(p, ' ', (size_t)(end - p));
	}
	return r;
}
