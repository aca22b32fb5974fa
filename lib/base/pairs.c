/* pairs - numbers as values */
#include "base/pairs.h"

#include <stdio.h>

char *
pairs_number(char buf[PAIRS_DIGITS], long long n)
{
	snprintf(buf, PAIRS_DIGITS, "%lld", n);
	return buf;
}
