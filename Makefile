# rca - build, check, install. The link lines below are the architecture: a tool and the rooms it is made of.

PREFIX = /usr/local
VERSION = 0.1
CC = cc
CFLAGS = -O2 -g -fno-asynchronous-unwind-tables
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wvla
CPPFLAGS = -D_XOPEN_SOURCE=700 -DVERSION='"$(VERSION)"' -DPREFIX='"$(PREFIX)"' -Ilib
LDFLAGS =
COMPILE = $(CC) -std=c11 $(CPPFLAGS) $(WARN) $(CFLAGS)

# One concern, two versions: what Linux does better, and plain POSIX. `make FALLBACK=1` takes the POSIX ones everywhere.
HEADERS != ls lib/*.h
PLATFORM != if [ "$(FALLBACK)" = 1 ] || [ "$$(uname -s)" != Linux ]; then echo posix; else echo linux; fi

TOOLS = bin/rca-mktask bin/rca-launch bin/rca-wrap bin/rca-probe bin/rca-monitor bin/rca-reap bin/rca-strip bin/rca-send bin/rca-wait bin/rca-log bin/rca-list
SCRIPTS = bin/rca-run

PS != [ $$(uname -s) = Linux ] && [ "$(FALLBACK)" != 1 ] || echo lib/ps.o

# Rooms that go together
ERR = lib/err.o
FILES = $(ERR) lib/clock.o lib/atomic.o lib/lock.o lib/manifest.o lib/history.o lib/task.o
CONF = lib/conf.o
SPAWN = lib/spawn.o lib/spawn_find.o
ENGINE = lib/engine.o $(SPAWN)
TREE = lib/tree.o lib/tree_look.o lib/tree_$(PLATFORM).o $(PS)
AGENT = lib/agent.o lib/agentfile.o lib/template.o lib/paths.o lib/rules.o lib/sort.o lib/reset.o lib/said.o
STRIP = lib/strip.o lib/strip_text.o lib/line.o lib/row.o lib/utf8.o
EVENTS = lib/events.o lib/apply.o lib/lastword.o lib/capture.o lib/render.o lib/final.o lib/tally.o lib/walk.o lib/json.o lib/json_string.o
PROGRESS = lib/progress.o
WATCH = lib/watch.o lib/watch_$(PLATFORM).o
VITALS = lib/vitals.o lib/screen.o lib/screen_text.o lib/view.o $(PROGRESS)
ATTEMPT = lib/attempt.o lib/settle.o lib/interactive.o lib/next.o lib/session.o lib/relay.o lib/hear.o lib/wire.o lib/signals.o lib/gate.o lib/ending.o lib/result.o lib/sink.o lib/pane.o lib/pty.o

# A tool is its main and these rooms.
MKTASK = $(FILES) $(CONF) $(AGENT) lib/prompt.o lib/random.o lib/session.o lib/spawn_find.o
LAUNCH = $(FILES) $(CONF) $(AGENT) $(ENGINE) lib/envfile.o lib/prompt.o lib/next.o lib/outcome.o
WRAP = $(FILES) $(CONF) $(AGENT) $(ENGINE) $(TREE) $(STRIP) $(EVENTS) $(PROGRESS) $(ATTEMPT) lib/envfile.o lib/prompt.o lib/random.o lib/outcome.o
PROBE = $(FILES) $(CONF) $(AGENT) $(ENGINE) $(TREE) $(STRIP) $(VITALS) lib/answer.o lib/health.o lib/outcome.o
MONITOR = $(FILES) $(CONF) $(AGENT) $(ENGINE) $(TREE) $(STRIP) $(VITALS) lib/hang.o lib/dialog.o lib/typing.o lib/outcome.o
REAP = $(FILES) $(CONF) $(ENGINE) $(TREE) lib/remove.o
SEND = $(FILES) $(AGENT) $(ENGINE) $(STRIP) lib/screen.o lib/screen_text.o lib/view.o lib/box.o lib/typing.o lib/next.o lib/outcome.o
WAIT = $(FILES) $(CONF) $(WATCH) lib/sign.o lib/life.o lib/trail.o lib/match.o lib/outcome.o
LOG = $(FILES) $(WATCH) $(STRIP) lib/life.o lib/trail.o lib/outcome.o
LIST = $(FILES) $(CONF) $(AGENT) $(ENGINE) $(TREE) $(STRIP) $(VITALS) lib/list.o lib/look.o lib/roster.o lib/columns.o lib/table.o lib/live.o lib/canvas.o lib/attach.o lib/answer.o lib/health.o lib/outcome.o lib/pty.o lib/signals.o
FILTER = $(ERR) $(STRIP)

all: $(TOOLS)

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
bin/rca-strip: bin/rca-strip.c $(FILTER)
	$(COMPILE) $(LDFLAGS) -o $@ $@.c $(FILTER)

# Headers are few and builds are quick: any of them makes all objects anew.
.SUFFIXES: .c .o
.c.o:
	$(COMPILE) -c -o $@ $<
$(MKTASK) $(LAUNCH) $(WRAP) $(PROBE) $(MONITOR) $(REAP) $(SEND) $(WAIT) $(LOG) $(LIST) $(FILTER): $(HEADERS)

clean:
	rm -f $(TOOLS) lib/*.o $(UNITS) $(FAKES)

.PHONY: all clean

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

check-real: all
	BATS_TEST_TIMEOUT=600 SUITE_TIMEOUT=1200 t/run t/real/real.bats

lint: all
	t/lint/run

bench: all
	t/bench/run

# Other ways to build: each in a copy of the tree, so that objects never mix.
fallback:
	t/variant check FALLBACK=1

asan:
	t/variant check CFLAGS='$(ASAN)'

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

.PHONY: demo check check-real lint bench fallback asan musl compilers units install uninstall dist
