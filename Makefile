# rca - build, check, install. The link lines below are the architecture: a tool and the rooms it is made of.

PREFIX = /usr/local
VERSION = 0.1
CC = cc
CFLAGS = -Os -g -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections
FAST = -O2
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wvla
CPPFLAGS = -D_XOPEN_SOURCE=700 -DVERSION='"$(VERSION)"' -DPREFIX='"$(PREFIX)"' -Ilib
# What a tool does not call of its rooms is left out of it.
LDFLAGS != if [ "$$(uname -s)" = Darwin ]; then echo -Wl,-dead_strip; else echo -Wl,--gc-sections; fi
COMPILE = $(CC) -std=c11 $(CPPFLAGS) $(WARN) $(CFLAGS)

# One concern, two versions: what Linux does better, and plain POSIX. `make FALLBACK=1` takes the POSIX ones everywhere.
HEADERS != ls lib/*.h
PLATFORM != if [ "$(FALLBACK)" = 1 ] || [ "$$(uname -s)" != Linux ]; then echo posix; else echo linux; fi

TOOLS = bin/rca-mktask bin/rca-launch bin/rca-wrap bin/rca-probe bin/rca-monitor bin/rca-reap bin/rca-strip bin/rca-send bin/rca-wait bin/rca-log bin/rca-list bin/rca-watchdog bin/rca-hook bin/rca-triage bin/rca-notify
SCRIPTS = bin/rca-run

PS != [ $$(uname -s) = Linux ] && [ "$(FALLBACK)" != 1 ] || echo lib/ps.o

# Rooms that go together
ERR = lib/err.o
FILES = $(ERR) lib/clock.o lib/zone.o lib/atomic.o lib/lock.o lib/manifest.o lib/history.o lib/task.o
CONF = lib/conf.o lib/quiet.o
SPAWN = lib/spawn.o lib/spawn_find.o
ENGINE = lib/engine.o lib/plug.o lib/calm.o $(SPAWN)
TREE = lib/tree.o lib/tree_look.o lib/tree_$(PLATFORM).o $(PS)
WORDS = lib/agent.o lib/agentfile.o lib/template.o lib/paths.o
AGENT = $(WORDS) lib/reading.o lib/rules.o lib/sort.o lib/reset.o lib/said.o
STRIP = lib/strip.o lib/strip_text.o lib/line.o lib/row.o lib/utf8.o
EVENTS = lib/events.o lib/apply.o lib/lastword.o lib/capture.o lib/render.o lib/final.o lib/tally.o lib/walk.o lib/json.o lib/json_string.o
PROGRESS = lib/progress.o
EDIT = lib/settings.o lib/entry.o lib/jsonedit.o lib/jsontext.o
OUTBOX = lib/outbox.o lib/notice.o lib/verdict.o
BAG = $(OUTBOX) lib/bag.o lib/letter.o
WATCH = lib/watch.o lib/watch_$(PLATFORM).o
VITALS = lib/vitals.o lib/screen.o lib/screen_text.o lib/view.o $(PROGRESS)
ATTEMPT = lib/attempt.o lib/slim_$(PLATFORM).o lib/orphans.o lib/sieve.o lib/offer.o $(EDIT) lib/settle.o lib/interactive.o lib/next.o lib/session.o lib/relay.o lib/hear.o lib/wire.o lib/signals.o lib/gate.o lib/ending.o lib/result.o lib/sink.o lib/pane.o lib/pty.o

# A tool is its main and these rooms.
MKTASK = $(FILES) $(CONF) $(AGENT) lib/prompt.o lib/random.o lib/session.o lib/adopt.o $(ENGINE)
LAUNCH = $(FILES) $(CONF) $(AGENT) $(ENGINE) lib/envfile.o lib/prompt.o lib/next.o lib/outcome.o
WRAP = $(FILES) $(CONF) $(AGENT) $(ENGINE) $(TREE) $(STRIP) $(EVENTS) $(PROGRESS) $(ATTEMPT) $(OUTBOX) lib/envfile.o lib/prompt.o lib/random.o lib/outcome.o
PROBE = $(FILES) $(CONF) $(WORDS) $(ENGINE) $(TREE) $(STRIP) $(VITALS) lib/answer.o lib/health.o lib/outcome.o
MONITOR = $(FILES) $(CONF) $(WORDS) $(ENGINE) $(TREE) $(STRIP) $(VITALS) $(BAG) lib/monitor.o lib/attend.o lib/revive.o lib/giveup.o lib/tell.o lib/slim_$(PLATFORM).o lib/orphans.o lib/checkup.o lib/hang.o lib/halt.o lib/turn.o lib/patience.o lib/detach.o lib/own.o lib/dialog.o lib/typing.o lib/random.o lib/outcome.o lib/json.o lib/json_string.o
REAP = $(FILES) $(CONF) $(ENGINE) $(TREE) $(STRIP) $(OUTBOX) lib/halt.o lib/own.o lib/orphans.o lib/remove.o lib/random.o lib/outcome.o
SEND = $(FILES) $(WORDS) $(ENGINE) $(STRIP) lib/screen.o lib/screen_text.o lib/view.o lib/box.o lib/typing.o lib/next.o lib/outcome.o
WAIT = $(FILES) $(CONF) $(WATCH) lib/sign.o lib/life.o lib/trail.o lib/match.o lib/outcome.o
LOG = $(FILES) $(WATCH) $(STRIP) lib/life.o lib/trail.o lib/outcome.o
LIST = $(FILES) $(CONF) $(WORDS) $(ENGINE) $(TREE) $(STRIP) $(VITALS) lib/list.o lib/look.o lib/roster.o lib/columns.o lib/table.o lib/live.o lib/canvas.o lib/attach.o lib/answer.o lib/health.o lib/outcome.o lib/pty.o lib/signals.o
WATCHDOG = $(FILES) $(CONF) $(SPAWN) $(STRIP) $(BAG) lib/own.o lib/plight.o lib/schedule.o lib/calm.o lib/random.o lib/outcome.o lib/json.o lib/json_string.o
TRIAGE = $(FILES) $(CONF) $(WORDS) $(ENGINE) $(TREE) $(STRIP) lib/own.o lib/dossier.o lib/model.o lib/triage.o lib/past.o lib/question.o lib/verdict.o lib/ask.o lib/signals.o lib/envfile.o lib/screen.o lib/screen_text.o lib/view.o lib/outcome.o
NOTIFY = $(FILES) $(CONF) $(SPAWN) $(TREE) $(STRIP) $(BAG) lib/courier.o lib/deliver.o lib/plug.o lib/calm.o lib/json.o lib/json_string.o lib/random.o lib/outcome.o lib/signals.o
FILTER = $(ERR) $(STRIP)
HOOK = $(FILES) $(SPAWN) $(STRIP) $(EDIT) lib/hookfile.o lib/payload.o lib/json.o lib/json_string.o lib/decide.o lib/streak.o lib/whose.o lib/envfile.o lib/session.o lib/random.o

all: $(TOOLS)

# The least memory for each job: no C library to be relocated and written to in every process. Wants musl-gcc (Debian: musl-tools).
static:
	$(MAKE) all CC=musl-gcc LDFLAGS='-static -Wl,--gc-sections'

bin/rca-mktask: bin/rca-mktask.c $(MKTASK)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c $(MKTASK)
bin/rca-launch: bin/rca-launch.c $(LAUNCH)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c $(LAUNCH)
bin/rca-wrap: bin/rca-wrap.c $(WRAP)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c $(WRAP)
bin/rca-probe: bin/rca-probe.c $(PROBE)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c $(PROBE)
bin/rca-monitor: bin/rca-monitor.c $(MONITOR)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c $(MONITOR)
bin/rca-reap: bin/rca-reap.c $(REAP)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c $(REAP)
bin/rca-send: bin/rca-send.c $(SEND)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c $(SEND)
bin/rca-wait: bin/rca-wait.c $(WAIT)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c $(WAIT)
bin/rca-log: bin/rca-log.c $(LOG)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c $(LOG)
bin/rca-list: bin/rca-list.c $(LIST)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c $(LIST)
bin/rca-watchdog: bin/rca-watchdog.c $(WATCHDOG)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c $(WATCHDOG)
bin/rca-triage: bin/rca-triage.c $(TRIAGE)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c $(TRIAGE)
bin/rca-notify: bin/rca-notify.c $(NOTIFY)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c $(NOTIFY)
bin/rca-strip: bin/rca-strip.c $(FILTER)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c $(FILTER)
bin/rca-hook: bin/rca-hook.c $(HOOK)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c $(HOOK)

# Headers are few and builds are quick: any of them makes all objects anew.
.SUFFIXES: .c .o
.c.o:
	$(COMPILE) -c -o $@ $<
# Every byte that an agent prints goes through these; the other rooms are small rather than fast.
$(STRIP) lib/json.o lib/json_string.o lib/walk.o lib/capture.o:
	$(COMPILE) $(FAST) -c -o $@ $(@:.o=.c)
$(MKTASK) $(TRIAGE) $(LAUNCH) $(WRAP) $(PROBE) $(MONITOR) $(REAP) $(SEND) $(WAIT) $(LOG) $(LIST) $(WATCHDOG) $(NOTIFY) $(FILTER) $(HOOK): $(HEADERS)

clean:
	rm -f $(TOOLS) lib/*.o $(UNITS) $(FAKES)

.PHONY: all static clean

# Check, demonstrate, install: from here on nothing ships but through install.

# A unit test is a C main, linked with every room but the other platform's; a fake is a C main alone.
ROOMS != ls lib/*.c | grep -v "_$$(echo posixlinux | sed 's/$(PLATFORM)//')\.c" | sed 's/c$$/o/'
UNITS != ls t/unit/*_test.c 2>/dev/null | sed 's/\.c$$//'
FAKES != ls t/fake/*.c 2>/dev/null | sed 's/\.c$$//'
ASAN = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all

$(UNITS): $(UNITS:=.c) $(ROOMS) $(HEADERS)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c $(ROOMS)

$(FAKES): $(FAKES:=.c)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c

demo: all
	t/demo/run

check: all $(UNITS) $(FAKES)
	t/run

# Not in CI: the installation of OpenClaw alone takes a minute.
check-openclaw: all
	BATS_TEST_TIMEOUT=300 t/run t/real/openclaw.bats

check-real: all
	BATS_TEST_TIMEOUT=600 SUITE_TIMEOUT=1200 t/run t/real/real.bats t/real/triage.bats t/real/hooks.bats t/real/tui.bats

lint: all
	t/lint/run

# A fault at every system call: TORTURE selects, e.g. make torture TORTURE='mktask reap:kill' (t/torture/run says what there is).
torture: all
	t/torture/run $(TORTURE)

# The power is cut after every prefix of what was written, and the tools go on from what a disk may keep of it.
power: all
	t/torture/power $(POWER)

# The record is what the README shows; bench-peers fetches the other programs into a cache, once.
bench: all
	BENCH_RECORD=t/bench/results.json t/bench/run

bench-peers:
	t/bench/peers >/dev/null

bench-curve: all
	BENCH_RECORD=t/bench/results.json t/bench/curve

bench-report:
	t/bench/report

# TASKS (1000) of them over SECONDS (600); t/soak/run says what else can be set.
TASKS =
SECONDS =
soak: all
	BENCH_RECORD=t/bench/results.json TASKS=$(TASKS) SECONDS=$(SECONDS) t/soak/run

# SECONDS (60): for each of the harnesses t/fuzz/NAME_fuzz.c; ONLY: the name of one.
ONLY =
fuzz:
	t/fuzz/run "$(SECONDS)" $(ONLY)

rooms: $(ROOMS)

model:
	t/model/run

# Other ways to build: each in a copy of the tree, so that objects never mix.
fallback:
	t/variant check FALLBACK=1

asan:
	t/variant check CFLAGS='$(ASAN)' FAST=-O1 LDFLAGS=

# SUITES: some of t/*.bats; all of them take half an hour.
SUITES =
valgrind:
	t/valgrind/run $(SUITES)

musl:
	t/variant demo CC=musl-gcc CFLAGS='-O2 -g -Werror'

compilers:
	for cc in gcc clang musl-gcc; do echo "$$cc"; t/variant units CC=$$cc CFLAGS='-O2 -g -Werror' || exit 1; done

units: all $(UNITS) $(FAKES)

install: all
	mkdir -p $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/rca $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man5 $(DESTDIR)$(PREFIX)/share/man/man7
	cp $(TOOLS) $(SCRIPTS) $(DESTDIR)$(PREFIX)/bin
	for d in agent engine notify; do [ ! -d lib/$$d ] || cp -R lib/$$d $(DESTDIR)$(PREFIX)/lib/rca || exit 1; done
	for n in 1 5 7; do cp man/*.$$n $(DESTDIR)$(PREFIX)/share/man/man$$n; done

uninstall:
	for f in $(TOOLS) $(SCRIPTS); do rm -f $(DESTDIR)$(PREFIX)/$$f; done
	for f in man/*.[157]; do rm -f $(DESTDIR)$(PREFIX)/share/man/man$${f##*.}/$${f#man/}; done
	rm -rf $(DESTDIR)$(PREFIX)/lib/rca

dist:
	git archive --prefix=rca-$(VERSION)/ -o rca-$(VERSION).tar.gz HEAD

.PHONY: demo check check-real check-openclaw lint torture power bench bench-peers bench-curve bench-report soak fuzz rooms model fallback asan valgrind musl compilers units install uninstall dist
