/*
 * agent DIR - for the soak: does what its plan says, and reports itself if it is not alone
 *
 * $SOAK_DIR/NAME.plan holds a word or more for each attempt, NAME.step how many are done; NAME.lock
 * is held for life, NAME.child by what it leaves behind. $SOAK_DIR/log gets DOUBLE if another agent
 * of the task lives, LEFTOVER if a child of an earlier attempt does.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { CHILD_S = 3600, LIMIT_S = 3, TALK_LINES = 20000, STEP_MS = 250 };

static const char *room, *name;

static void
path_of(char path[4096], const char *what)
{
	snprintf(path, 4096, "%s/%s.%s", room, name, what);
}

static void
say(const char *word, long pid)
{
	char path[4096], line[256];
	int fd, n = snprintf(line, sizeof line, "%s %s %ld by %ld\n", word, name, (long)getpid(),
		pid);

	snprintf(path, sizeof path, "%s/log", room);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd < 0 || write(fd, line, (size_t)n) != n)
		_exit(111);
	close(fd);
}

/* Takes the lock for life, or tells who has it, if that is worth a word. */
static void
alone(const char *what, const char *otherwise)
{
	struct flock f = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char path[4096];
	int fd;

	path_of(path, what);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		_exit(111);
	if (!fcntl(fd, F_SETLK, &f))
		return;
	if (!otherwise)
		return;
	fcntl(fd, F_GETLK, &f);
	say(otherwise, f.l_type == F_UNLCK ? 0 : (long)f.l_pid);
}

static int
steps(void)
{
	char path[4096];
	int n = 0;
	FILE *f;

	path_of(path, "step");
	if ((f = fopen(path, "r"))) {
		if (fscanf(f, "%d", &n) != 1)
			n = 0;
		fclose(f);
	}
	return n;
}

static void
behind(int n)
{
	char path[4096], tmp[4096], new[32];
	FILE *f;

	/* a name of our own: there may be two agents, which this one is to report */
	snprintf(new, sizeof new, "step.%ld", (long)getpid());
	path_of(path, "step");
	path_of(tmp, new);
	if (!(f = fopen(tmp, "w")) || fprintf(f, "%d\n", n) < 0 || fclose(f) || rename(tmp, path))
		_exit(111);
}

static void
nap(long ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

static void
out(const char *line)
{
	puts(line);
	fflush(stdout);
}

static void
text(const char *what)
{
	printf("{\"type\":\"text\",\"text\":\"%s\"}\n", what);
	fflush(stdout);
}

_Noreturn static void
rest(void)
{
	for (;;)
		pause();
}

/* A tool's shell that outlives its agent, deaf to all but SIGKILL. */
static void
child(void)
{
	pid_t pid = fork();

	if (pid)
		return;
	setsid();
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	alone("child", NULL); /* there may be one more of this same attempt */
	nap(CHILD_S * 1000L);
	_exit(0);
}

static void
talk(void)
{
	for (int i = 0; i < TALK_LINES; i++)
		printf("{\"type\":\"text\",\"text\":\"line %d of much talk, with some words to fill"
			" it and a number: %d\"}\n", i, i * 7919 % 10007);
	fflush(stdout);
}

static void
finish(int linger)
{
	text("nearly done");
	out("{\"type\":\"end\",\"text\":\"all of it is done\"}");
	if (linger)
		rest();
	exit(0);
}

static void
limit(void)
{
	printf("{\"type\":\"limit\",\"at\":%lld}\n", (long long)time(NULL) + LIMIT_S);
	out("{\"type\":\"error\",\"code\":429,\"text\":\"usage limit reached\"}");
	fflush(stdout);
	exit(1);
}

static void
error(int code, const char *what)
{
	printf("{\"type\":\"error\",\"code\":%d,\"text\":\"%s\"}\n", code, what);
	fflush(stdout);
	exit(1);
}

/* One word; what is not over with it comes back. */
static void
act(const char *word, int n)
{
	if (!strcmp(word, "fail"))
		error(401, "invalid key");
	if (!strcmp(word, "ok") || !strcmp(word, "linger"))
		finish(*word == 'l');
	if (!strncmp(word, "work:", 5)) {
		for (int left = atoi(word + 5); left > 0; left -= STEP_MS) {
			nap(STEP_MS);
			if (left % 1000 < STEP_MS)
				text("at work");
		}
	}
	while (!strcmp(word, "stay")) {
		char path[4096];

		nap(1000);
		text("still here");
		path_of(path, "go");
		if (!access(path, F_OK))
			break;
	}
	behind(n + 1);
	if (!strcmp(word, "crash"))
		kill(getpid(), SIGKILL);
	if (!strcmp(word, "half")) {
		printf("{\"type\":\"text\",\"te");
		fflush(stdout);
		kill(getpid(), SIGSEGV);
	}
	if (!strcmp(word, "deaf")) {
		signal(SIGTERM, SIG_IGN);
		signal(SIGINT, SIG_IGN);
		signal(SIGHUP, SIG_IGN);
		rest();
	}
	if (!strcmp(word, "hang"))
		rest();
	if (!strcmp(word, "limit"))
		limit();
	if (!strcmp(word, "error"))
		error(529, "overloaded");
	if (!strcmp(word, "talk"))
		talk();
	if (!strcmp(word, "child"))
		child();
}

int
main(int argc, char **argv)
{
	static char word[64][16], path[4096];
	struct flock f = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int n = 0, fd;
	FILE *plan;

	room = getenv("SOAK_DIR");
	if (argc != 2 || !room)
		return 100;
	name = strrchr(argv[1], '/') + 1;
	alone("lock", "DOUBLE");
	path_of(path, "child");
	if ((fd = open(path, O_RDWR)) >= 0) {
		if (!fcntl(fd, F_GETLK, &f) && f.l_type != F_UNLCK)
			say("LEFTOVER", (long)f.l_pid);
		close(fd);
	}
	printf("{\"type\":\"session\",\"id\":\"s-%s\"}\n", name);
	text("begun");
	path_of(path, "plan");
	if (!(plan = fopen(path, "r")))
		return 100;
	while (n < 64 && fscanf(plan, "%15s", word[n]) == 1)
		n++;
	fclose(plan);
	for (int i = steps(); i < n; i++)
		act(word[i], i);
	return 3;
}
