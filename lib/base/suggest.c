/* suggest - finds the word that a mistyped one may mean */
#include "base/suggest.h"

#include <ctype.h>
#include <string.h>

enum { LONGEST = 40, MISTAKES = 2 };

static int
same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static int
least(int a, int b, int c)
{
	return a < b ? (a < c ? a : c) : (b < c ? b : c);
}

int
suggest_distance(const char *written, const char *word)
{
	int d[LONGEST + 1][LONGEST + 1];
	size_t n = strlen(written), m = strlen(word);

	if (n > LONGEST || m > LONGEST)
		return SUGGEST_FAR;
	for (size_t i = 0; i <= n; i++)
		d[i][0] = (int)i;
	for (size_t j = 0; j <= m; j++)
		d[0][j] = (int)j;
	for (size_t i = 1; i <= n; i++)
		for (size_t j = 1; j <= m; j++) {
			int other = !same(written[i - 1], word[j - 1]);

			d[i][j] = least(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + other);
			if (i > 1 && j > 1 && same(written[i - 1], word[j - 2]) &&
				same(written[i - 2], word[j - 1]) && d[i - 2][j - 2] < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	/* A short word of which half is wrong is similar to anything. */
	return d[n][m] <= MISTAKES && d[n][m] * 2 < (int)m ? d[n][m] : SUGGEST_FAR;
}
