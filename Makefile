# rca - build, check, install; `make help` lists what people use. Commands are shown by `make Q=`.

PREFIX = /usr/local
VERSION = 0.1
CC = cc
AR = ar
Q = @
CFLAGS = -Os -g -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections
FAST = -O2
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wvla
CPPFLAGS = -D_XOPEN_SOURCE=700 -DVERSION='"$(VERSION)"' -DPREFIX='"$(PREFIX)"' -Ilib
# `make FALLBACK=1` takes the POSIX way of everything (lib/system.h).
FALLBACK = 0
COMPILE = $(CC) -std=c11 $(CPPFLAGS) -DRCA_POSIX=$(FALLBACK) $(WARN) $(CFLAGS) -MMD -MP
# What a tool does not call is left out of it. Only the compiler knows for which system it links.
LDFLAGS = $$(case $$($(CC) -dumpmachine) in (*apple* | *darwin*) echo -Wl,-dead_strip ;; (*) echo -Wl,--gc-sections ;; esac)

TOOLS = bin/rca-mktask bin/rca-launch bin/rca-wrap bin/rca-probe bin/rca-monitor bin/rca-reap bin/rca-strip bin/rca-send \
	bin/rca-wait bin/rca-log bin/rca-list bin/rca-watchdog bin/rca-hook bin/rca-triage bin/rca-notify
SCRIPTS = bin/rca-run

# The layers, lowest first: each calls only what stands above it here.
BASE = lib/clock.o lib/stopwatch.o lib/err.o lib/zone.o lib/utf8.o lib/random.o lib/suggest.o lib/trust.o lib/xdg.o lib/inherit.o
JSON = lib/jsontext.o lib/jsonedit.o lib/json.o lib/paths.o lib/json_string.o lib/walk.o
TEXT = lib/view.o lib/line.o lib/strip_text.o lib/answer.o lib/row.o lib/strip.o lib/table.o
FILE = lib/regular.o lib/atomic.o lib/trail.o lib/sink.o lib/watch.o lib/watch_linux.o lib/watch_posix.o
PROC = lib/lock.o lib/identity.o lib/process_linux.o lib/process_posix.o lib/own.o lib/ps.o lib/detach.o lib/plug.o lib/pty.o lib/ask.o lib/calm.o lib/signals.o lib/tree_look.o lib/tree_linux.o lib/tree_posix.o lib/spawn.o lib/tree.o lib/mounts_linux.o lib/mounts_posix.o lib/slim_linux.o lib/slim_posix.o lib/spawn_find.o lib/scope.o
TASK = lib/turn.o lib/conf_file.o lib/conf.o lib/envfile.o lib/history.o lib/life.o lib/manifest.o lib/next.o lib/progress.o lib/summary.o lib/prompt.o lib/quiet.o lib/remove.o lib/session.o lib/state.o lib/outcome.o lib/task.o
AGENT = lib/agent.o lib/sort.o lib/entry.o lib/agentfile.o lib/reset.o lib/rules.o lib/settings.o lib/reading.o lib/template.o lib/said.o lib/said_zone.o lib/settings_file.o
EVENTS = lib/apply.o lib/capture.o lib/events.o lib/lastword.o lib/final.o lib/render.o lib/tally.o
ENGINE = lib/adopt.o lib/attach.o lib/engine.o lib/box.o lib/message.o lib/screen.o lib/screen_text.o lib/typing.o lib/halt.o lib/orphans.o lib/stop.o
PROBE = lib/hang.o lib/health.o lib/vitals.o
NOTICE = lib/notice_older.o lib/notice.o lib/letter.o lib/outbox.o lib/bag.o lib/verdict.o
WRAP = lib/offer.o lib/attempt.o lib/gate.o lib/ending.o lib/interactive.o lib/settle.o lib/sieve.o lib/pane.o lib/result.o lib/wire.o lib/hear.o lib/linger.o lib/relay.o
MONITOR = lib/deadline.o lib/giveup.o lib/dialog.o lib/checkup.o lib/monitor.o lib/tell.o lib/revive.o lib/patience.o lib/attend.o lib/launching.o
NOTIFY = lib/courier.o lib/deliver.o
HOOK = lib/ratelimit.o lib/streak.o lib/whose.o lib/hookfile.o lib/payload.o lib/decide.o
TRIAGE = lib/dossier.o lib/past.o lib/model.o lib/question.o lib/triage.o
LIST = lib/canvas.o lib/columns.o lib/look.o lib/list.o lib/live.o lib/roster.o
WAIT = lib/sign.o lib/match.o
WATCHDOG = lib/plight.o lib/schedule.o

OBJECTS = $(BASE) $(JSON) $(TEXT) $(FILE) $(PROC) $(TASK) $(AGENT) $(EVENTS) $(ENGINE) $(PROBE) $(NOTICE) \
	$(WRAP) $(MONITOR) $(NOTIFY) $(HOOK) $(TRIAGE) $(LIST) $(WAIT) $(WATCHDOG)

all: $(TOOLS)

# The least memory for each job: no C library to be relocated and written to in every process. Wants musl-gcc (Debian: musl-tools).
static:
	$(MAKE) all CC=musl-gcc LDFLAGS='-static -Wl,--gc-sections'

.SUFFIXES: .c .o
.c.o:
	@echo "  CC  $@"
	$(Q)$(COMPILE) -c -o $@ $<
.c:
	@echo "  LD  $@"
	$(Q)$(COMPILE) $(LDFLAGS) -o $@ $< lib/librca.a
# Every byte that an agent prints goes through these; the others are small rather than fast.
$(TEXT) $(JSON):
	@echo "  CC  $@"
	$(Q)$(COMPILE) $(FAST) -c -o $@ $(@:.o=.c)

lib/librca.a: $(OBJECTS)
	@echo "  AR  $@"
	$(Q)rm -f $@ && $(AR) rcs $@ $(OBJECTS)

$(TOOLS) $(UNITS) $(FAKES): lib/librca.a

-include $(UNITS:=.d) $(OBJECTS:.o=.d) $(TOOLS:=.d)

clean:
	rm -f $(TOOLS) bin/*.d lib/*.[oda] t/unit/*.d t/fake/*.d
	rm -f $$(ls t/unit/*_test.c t/fake/*.c | sed 's/\.c$$//')

.PHONY: all static clean

# Check, demonstrate, install: from here on nothing ships but through install.

# A unit test is a C main with all of lib/ to call; a fake is a C main alone. Only the second make knows their names.
units: all
	@$(MAKE) UNITS="$$(ls t/unit/*_test.c | sed 's/\.c$$//' | tr '\n' ' ')" FAKES="$$(ls t/fake/*.c | sed 's/\.c$$//' | tr '\n' ' ')" named-units
named-units: $(UNITS) $(FAKES)
ASAN = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all

demo: all
	t/demo/run

check: units
	t/run

# Not in CI: the installation of OpenClaw alone takes a minute.
check-openclaw: all
	BATS_TEST_TIMEOUT=300 t/run t/real/openclaw.bats

check-real: all
	BATS_TEST_TIMEOUT=600 SUITE_TIMEOUT=1200 t/run t/real/real.bats t/real/triage.bats t/real/hooks.bats t/real/tui.bats t/real/older.bats

lint: all
	t/lint/run

# A fault at every system call: TORTURE selects, e.g. make torture TORTURE='mktask reap:kill' (t/torture/run says what there is).
torture: all $(FAKES)
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

rooms: $(OBJECTS)

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

.PHONY: demo check check-real check-openclaw lint torture power bench bench-peers bench-curve bench-report soak fuzz rooms model fallback asan valgrind musl compilers units install named-units uninstall dist
