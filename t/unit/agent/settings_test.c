/* settings_test - hooks are put into a settings file, and taken out without a trace */
#include "agent/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(x) ((x) ? (void)0 : fail(__LINE__, #x, ""))
#define PATH_TO "/opt/my tools/rca-hook"

static _Noreturn void
fail(int line, const char *what, const char *with)
{
	fprintf(stderr, "settings_test.c:%d: %s %s\n", line, what, with);
	exit(1);
}

static char *
add(const char *in, const char *path)
{
	char *out, why[WHY];
	size_t n;

	return settings_add(in, strlen(in), SETTINGS_CLAUDE, path, &out, &n, why) ? NULL : out;
}

static char *
off(const char *in)
{
	char *out, why[WHY];
	size_t n;

	return settings_remove(in, strlen(in), &out, &n, why) ? NULL : out;
}

static int
count(const char *s, const char *what)
{
	int n = 0;

	for (; (s = strstr(s, what)); s++)
		n++;
	return n;
}

/* In, once more, and out again. */
static void
there_and_back(const char *in)
{
	char *once = add(in, PATH_TO), *twice, *back;

	if (!once)
		fail(__LINE__, "not added to", in);
	twice = add(once, PATH_TO);
	back = off(once);
	if (count(once, "\"" PATH_TO "\"") != 6)
		fail(__LINE__, "not six hooks in", once);
	if (!twice || strcmp(once, twice))
		fail(__LINE__, "twice is not once:", once);
	if (!back || strcmp(back, in))
		fail(__LINE__, "not as it was:", back ? back : "(nothing)");
	free(once);
	free(twice);
	free(back);
}

static const char *const fine[] = {
	"{}", "{}\n", "{ }", "{\n}\n", " {} ", "{\n\n\n}", "\xef\xbb\xbf{}",
	"{\"a\":1}", "{ \"a\" : 1 , \"b\": [ 1, 2 ] }", "{\n  \"model\": \"opus\"\n}\n",
		"{\n\t\"model\": \"opus\",\n\t\"x\": {\"y\": null}\n}\n",
	"{\r\n    \"model\": \"opus\"\r\n}\r\n",
	"{\"hooks\":{}}", "{\"hooks\":{ }}", "{\n  \"hooks\": {\n  }\n}\n",
		"{ \"hooks\" : {\n\n} , \"z\": 1 }",
	"{\"hooks\":{\"Stop\":[]}}", "{\"hooks\":{\"Stop\":[ ]}}",
		"{\"hooks\":{\"Stop\":[\n],\"SessionEnd\":[]}}",
	"{\n  \"hooks\": {\n    \"Stop\": [\n      {\n        \"matcher\": \"\",\n "
		"\"hooks\": [\n          { \"type\": \"command\", \"command\": \"say \\\"done\\\"; "
		"true\" }\n        ]\n      }\n    ]\n  },\n  \"model\": \"x\"\n}\n",
	("{\"hooks\":{\"Stop\":[{\"hooks\":[{\"type\":\"command\",\"command\":\"a\"}]}],"
		"\"PreToolUse\":[{\"matcher\":\"Bash\",\"hooks\":[{\"type\":\"command\","
		"\"command\":\"b\"}]}]}}"),
	"{\"ho\\u006fks\":{\"St\\u006fp\":[]}}", "{\"a\":{\"hooks\":{\"Stop\":[1]}}}",
		"{\"hooks\":{\"Other\":\"no list\"}}",
	/* not ours alone: left */
	"{\"hooks\":{\"Stop\":[{\"hooks\":[{\"command\":\"/usr/bin/rca-hook; echo also\"}]}]}}",
	"{\"hooks\":{\"Stop\":[{\"hooks\":[{\"command\":\"/usr/bin/my-rca-hook\"}]}]}}",
	("{\"hooks\":{\"Stop\":[[],{},1,{\"hooks\":[]},{\"hooks\":{}},{\"hooks\":[1,"
		"{\"command\":2}]}]}}"),
	"{\"a\":\"\\ud83d\\ude00 \xf0\x9f\x98\x80 \\\\ \\/\",\"n\":[-0,0.5e-3,1E+9,true,false]}",
};

static const char *const refused[] = {
	"", " ", "[]", "1", "null", "\"hooks\"", "{", "}", "{}}", "{},", "{\"a\":1,}", "{\"a\" 1}",
		"{a:1}", "{'a':1}", "{\"a\":01}", "{\"a\":1.}", "{\"a\":+1}", "{\"a\":.5}",
		"{\"a\":1e}", "{\"a\":tru}",
	"{\"a\":\"\t\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"", "{ // why\n}",
		"{\"a\":[1,]}", "{\"a\":[1 2]}", "{\"a\":NaN}",
	"{\"hooks\":{},\"hooks\":{}}", "{\"hooks\":{},\"\\u0068ooks\":{}}", "{\"hooks\":null}",
		"{\"hooks\":[]}", "{\"hooks\":{\"Stop\":{}}}",
		"{\"hooks\":{\"Stop\":[],\"Stop\":[]}}",
};

static void
every_byte_else_stays(void)
{
	for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
		there_and_back(fine[i]);
}

static void
what_is_no_settings_file_is_refused_with_its_line(void)
{
	char *out, why[WHY];
	size_t n;

	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (add(refused[i], PATH_TO))
			fail(__LINE__, "taken:", refused[i]);
	CHECK(settings_add("{\n  \"a\": 1,\n}\n", 14, SETTINGS_CLAUDE, PATH_TO, &out, &n, why) &&
		strstr(why, "line 3: not JSON"));
	CHECK(settings_remove("{\n\"a\"", 5, &out, &n, why) && strstr(why, "line 2"));
	CHECK(settings_add("{\"a\0\":1}", 8, SETTINGS_CLAUDE, PATH_TO, &out, &n, why) &&
		strstr(why, "not JSON"));
}

static void
depth_is_bounded(void)
{
	size_t n = 100000;
	char *s = malloc(2 * n + 16), why[WHY], *out;

	CHECK(s);
	memset(s, '[', n);
	CHECK(settings_add(s, n, SETTINGS_CLAUDE, PATH_TO, &out, &n, why) &&
		strstr(why, "not JSON"));
	n = (size_t)SETTINGS_MAX + 1;
	free(s);
	s = calloc(1, n);
	CHECK(s && settings_add(s, n, SETTINGS_CLAUDE, PATH_TO, &out, &n, why) &&
		strstr(why, "larger than"));
	free(s);
}

static void
the_layout_of_the_file_is_kept(void)
{
	char *s = add("{\n\t\"model\": \"opus\"\n}\n", "/b/rca-hook");
	static const char head[] = "{\n\t\"model\": \"opus\",\n\t\"hooks\": "
		"{\n\t\t\"SessionStart\": [\n\t\t\t{ \"hooks\": [{ \"type\": \"command\", "
		"\"command\": \"/b/rca-hook\", \"args\": [], \"timeout\": 10 }] "
		"}\n\t\t],\n\t\t\"SessionEnd\": [";

	CHECK(s && !strncmp(s, head, sizeof head - 1));
	CHECK(!strcmp(s + strlen(s) - 9, "\t\t]\n\t}\n}\n"));
	free(s);
	s = add("{\"a\":1}", "/b/rca-hook");
	CHECK(s && !strchr(s, '\n'));
	free(s);
	s = add("{\r\n  \"a\": 1\r\n}\r\n", "/b/rca-hook");
	CHECK(s && count(s, "\n") == count(s, "\r\n"));
	free(s);
}

static void
a_moved_program_is_found_again(void)
{
	char *s = add("{ \"z\": 0 }", "/old place/rca-hook"), *t, *u;

	CHECK(s && (t = add(s, PATH_TO)));
	CHECK(count(t, PATH_TO) == 6 && !strstr(t, "/old place"));
	CHECK((u = off(t)) && !strcmp(u, "{ \"z\": 0 }"));
	free(s);
	free(t);
	free(u);
}

static void
our_hook_is_removed_whatever_its_directory(void)
{
	static const char *const gone[][2] = {
		{ "{\"hooks\":{\"Stop\":[{\"hooks\":[{\"command\":\"/a/rca-hook\",\"args\":[]},"
		"{\"command\":\"b\"}]}]}}",
		"{\"hooks\":{\"Stop\":[{\"hooks\":[{\"command\":\"b\"}]}]}}" },
		{ "{\"hooks\":{\"Stop\":[{\"hooks\":[{\"command\":\"b\"} , {\"command\":\"'/a "
			"b/rca-hook'\"} ]}]}}",
			"{\"hooks\":{\"Stop\":[{\"hooks\":[{\"command\":\"b\"} ]}]}}" },
		{ "{\"hooks\":{\"Weird\":[ {\"matcher\":\"x\","
		"\"hooks\":[{\"command\":\"rca-hook\"}]} ],\"Stop\":[]}}",
		"{\"hooks\":{\"Stop\":[]}}" },
		{ "{\"hooks\":{\"A\":[{\"hooks\":[{\"command\":\"rca-hook\"}]},"
		"{\"hooks\":[{\"command\":\"\\/a\\/rca-hook\"}]}]}}", "{\"hooks\":{\"A\":[]}}" },
		{ "{\"hooks\":{\"A\":[{\"hooks\":[{\"command\":\"rca-hook -x\"}]}]}}",
			"{\"hooks\":{\"A\":[{\"hooks\":[{\"command\":\"rca-hook -x\"}]}]}}" },
	};

	for (size_t i = 0; i < sizeof gone / sizeof *gone; i++) {
		char *s = off(gone[i][0]);

		if (!s || strcmp(s, gone[i][1]))
			fail(__LINE__, "left:", s ? s : "(nothing)");
		free(s);
	}
}

static void
a_path_is_quoted_for_whoever_reads_it(void)
{
	char *out, why[WHY], longest[9000];
	size_t n;

	CHECK(!settings_add("{}", 2, SETTINGS_CODEX, "/it's \"a\"/rca-hook", &out, &n, why));
	CHECK(strstr(out, "\"command\": \"'/it'\\\\''s \\\"a\\\"/rca-hook'\", \"timeout\"") &&
		!strstr(out, "args") && !strstr(out, "Notification"));
	free(out);
	CHECK(!settings_add("{}", 2, SETTINGS_CODEX, "/plain/rca-hook", &out, &n, why) &&
		strstr(out, "\"command\": \"/plain/rca-hook\""));
	free(out);
	CHECK((out = add("{}", "/it's \"a\"\n/rca-hook")) &&
		strstr(out, "\"command\": \"/it's \\\"a\\\"\\n/rca-hook\", \"args\": []"));
	free(out);
	memset(longest, 'a', sizeof longest);
	longest[sizeof longest - 1] = '\0';
	CHECK(settings_add("{}", 2, SETTINGS_CLAUDE, longest, &out, &n, why));
}

/* Settings of all shapes, out of a small grammar. */
static unsigned seed = 1;

static unsigned
roll(unsigned n)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % n;
}

static void
say(char **p, const char *s)
{
	*p += sprintf(*p, "%s", s);
}

static void
blank(char **p)
{
	static const char *const b[] = { "", "", "", " ", "\n", "\n  ", "\t", "\r\n", "\n\n    " };

	say(p, b[roll(sizeof b / sizeof *b)]);
}

static void
list_of(char **p, const char *brackets, void (*item)(char **, unsigned), unsigned most)
{
	unsigned n = roll(most + 1);

	*(*p)++ = brackets[0];
	for (unsigned i = 0; i < n; i++) {
		blank(p);
		item(p, i);
		blank(p);
		if (i + 1 < n)
			*(*p)++ = ',';
	}
	if (n == 0)
		blank(p);
	*(*p)++ = brackets[1];
	**p = '\0';
}

static void
a_hook(char **p, unsigned i)
{
	*p += sprintf(*p, "{ \"type\": \"command\", \"command\": \"x%u\" }", i);
}

static void
a_group(char **p, unsigned i)
{
	*p += sprintf(*p, i % 2 ? "{\"matcher\":\"\",\"hooks\":" : "{ \"hooks\": ");
	list_of(p, "[]", a_hook, 2);
	say(p, "}");
}

static void
an_event(char **p, unsigned i)
{
	static const char *const names[] = { "Stop", "PreToolUse", "SessionStart", "Notification" };

	*p += sprintf(*p, "\"%s\":", names[i]);
	blank(p);
	list_of(p, "[]", a_group, 2);
}

static void
a_setting(char **p, unsigned i)
{
	static const char *const others[] = { "\"model\": \"m\"", "\"env\":{\"A\":\"b\"}",
		"\"hooks\":", "\"n\":[ ]" };

	say(p, others[i]);
	if (i == 2)
		list_of(p, "{}", an_event, 4);
}

static void
any_file_comes_back(void)
{
	static char buf[65536];

	for (int i = 0; i < 1500; i++) {
		char *p = buf;

		list_of(&p, "{}", a_setting, 4);
		there_and_back(buf);
	}
}

int
main(void)
{
	every_byte_else_stays();
	what_is_no_settings_file_is_refused_with_its_line();
	depth_is_bounded();
	the_layout_of_the_file_is_kept();
	a_moved_program_is_found_again();
	our_hook_is_removed_whatever_its_directory();
	a_path_is_quoted_for_whoever_reads_it();
	any_file_comes_back();
	puts("settings: ok");
	return 0;
}
