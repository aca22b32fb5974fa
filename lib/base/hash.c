/* hash - FNV-1a, 64 bits */
#include "base/hash.h"

unsigned long long
hash_add(unsigned long long h, const char *s, size_t n)
{
	while (n-- > 0)
		h = (h ^ (unsigned char)*s++) * 0x100000001b3ULL;
	return h;
}
