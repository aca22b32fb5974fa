/* reset_fuzz - a reset time in any text is in the future, within bounds; TZ stays as it was */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/reset_time.h"
#include "agent/time_words.h"
#include "base/clock.h"

enum { YEARS = 4000 };

static void
there_and_back(const char *s)
{
	char buf[CLOCK_UTC];
	long long t = clock_parse(s);

	if (t < 0)
		return;
	clock_utc(t, buf);
	HOLDS(clock_parse(buf) == t);
	HOLDS(!strncmp(buf, s, 16) || s[17] == '6');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const long long nows[] = { 1795222000, 0, 951782399, 1711846800, 4102444799 };
	static const char *const zones[] = { "UTC0", "Europe/Berlin", "America/New_York",
		"Asia/Kathmandu", ":/etc/localtime" };
	long long now = n ? nows[data[0] % 5] : 0, at, again;
	enum reset said;
	const char *zone = n ? zones[data[0] / 8 % 5] : "UTC0";
	char *s = fuzz_string(n ? data + 1 : data, n ? n - 1 : 0), buf[CLOCK_UTC];

	setenv("TZ", zone, 1);
	tzset();
	said = reset_time_read(s, now, &at);
	HOLDS((said == RESET_NONE) == (at == 0));
	HOLDS(at == 0 || (at > now && at <= now + TIME_WORDS_LONGEST + YEARS * TIME_WORDS_DAY) ||
		at == now + 60);
	HOLDS(reset_time_read(s, now, &again) == said && again == at);
	HOLDS(!strcmp(getenv("TZ"), zone));
	HOLDS(!at || clock_parse(clock_utc(at, buf)) == at);
	HOLDS(time_words_duration(s) >= 0 && time_words_duration(s) <= TIME_WORDS_LONGEST);
	there_and_back(s);
	free(s);
	return 0;
}
