# rca - build, check, install: `make help` lists the targets. `make Q=` shows the commands.
PREFIX = /usr/local
VERSION = 0.3.0
CC = cc
Q = @
CFLAGS = -Os -g -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections
# Text and JSON see every byte that an agent prints; the rest is small rather than fast.
FAST = -O2
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wwrite-strings -Wformat=2 -Wvla
CPPFLAGS = -include base/system.h -DVERSION='"$(VERSION)"' -DPREFIX='"$(PREFIX)"' -Ilib
# FALLBACK=1 builds with nothing but POSIX (lib/base/system.h).
FALLBACK = 0
COMPILE = $(CC) -std=c11 $(CPPFLAGS) -DRCA_POSIX=$(FALLBACK) $(WARN) $(CFLAGS) -MMD -MP
# A tool holds only the functions that it calls. The compiler knows the system that it links for.
LDFLAGS = $$(case $$($(CC) -dumpmachine) in (*apple* | *darwin*) echo -Wl,-dead_strip ;; \
	(*) echo -Wl,--gc-sections ;; esac)
TOOLS = bin/rca-mktask bin/rca-launch bin/rca-wrap bin/rca-probe bin/rca-monitor bin/rca-reap \
	bin/rca-strip bin/rca-send bin/rca-wait bin/rca-log bin/rca-list bin/rca-watchdog \
	bin/rca-hook bin/rca-triage bin/rca-notify bin/rca-attach
SCRIPTS = bin/rca bin/rca-run bin/rca-doctor bin/rca-diff bin/rca-at
# The layers, lowest first: each calls only what stands above it here.
BASE = lib/base/buf.o lib/base/clock.o lib/base/err.o lib/base/hash.o lib/base/name.o lib/base/pairs.o lib/base/stopwatch.o lib/base/suggest.o lib/base/timezone.o lib/base/trust.o lib/base/utf8.o lib/base/uuid.o lib/base/when.o lib/base/xdg.o
JSON = lib/json/cursor.o lib/json/edit.o lib/json/parser.o lib/json/path.o lib/json/quote.o lib/json/strings.o lib/json/walk.o
TEXT = lib/text/last_lines.o lib/text/linebuf.o lib/text/oneline.o lib/text/report.o lib/text/row.o lib/text/strip.o lib/text/table.o
FILE = lib/file/file.o lib/file/log_reader.o lib/file/log_times.o lib/file/log_writer.o lib/file/mounts_linux.o lib/file/mounts_posix.o lib/file/regular.o lib/file/watch.o lib/file/watch_inotify.o lib/file/watch_kqueue.o lib/file/watch_poll.o
PROC = lib/proc/identity.o lib/proc/inherit.o lib/proc/lock.o lib/proc/lock_block.o lib/proc/plugin.o lib/proc/process_linux.o lib/proc/process_posix.o lib/proc/pty.o lib/proc/run.o lib/proc/safe_env.o lib/proc/scope.o lib/proc/self_bsd.o lib/proc/self_links.o lib/proc/self_macos.o lib/proc/selfpipe.o lib/proc/snapshot.o lib/proc/snapshot_linux.o lib/proc/snapshot_macos.o lib/proc/snapshot_ps.o lib/proc/spawn.o lib/proc/ticket.o lib/proc/tool.o lib/proc/tree.o lib/proc/trim_linux.o lib/proc/trim_posix.o lib/proc/which.o
TASK = lib/task/advice.o lib/task/config.o lib/task/config_file.o lib/task/config_table.o lib/task/daemonize.o lib/task/done.o lib/task/env.o lib/task/history.o lib/task/liveness.o lib/task/manifest.o lib/task/next_prompt.o lib/task/progress.o lib/task/prompt.o lib/task/queued.o lib/task/quiet_hours.o lib/task/remove.o lib/task/session.o lib/task/sharing.o lib/task/state.o lib/task/status.o lib/task/summary.o lib/task/task.o lib/task/worktree.o
AGENT = lib/agent/agent.o lib/agent/agent_file.o lib/agent/box.o lib/agent/classify.o lib/agent/hook_entry.o lib/agent/rate_limit.o lib/agent/reset_time.o lib/agent/rules.o lib/agent/settings.o lib/agent/settings_file.o lib/agent/stream_rules.o lib/agent/template.o lib/agent/time_words.o lib/agent/zone_words.o
EVENTS = lib/events/apply.o lib/events/capture.o lib/events/events.o lib/events/final_state.o lib/events/final_text.o lib/events/match.o lib/events/render.o lib/events/usage.o
ENGINE = lib/engine/about.o lib/engine/adopt.o lib/engine/alive.o lib/engine/engine.o lib/engine/input_box.o lib/engine/input_text.o lib/engine/orphans.o lib/engine/screen.o lib/engine/screen_common.o lib/engine/send_keys.o lib/engine/started.o lib/engine/stop.o lib/engine/stop_signal.o
PROBE = lib/probe/look.o lib/probe/person.o lib/probe/effective.o lib/probe/hang.o lib/probe/health.o lib/probe/probe.o lib/probe/vitals.o
NOTICE = lib/notice/format.o lib/notice/format_older.o lib/notice/message.o lib/notice/outbox.o lib/notice/spool.o lib/notice/verdict.o
MKTASK = lib/mktask/directory.o
WRAP = lib/wrap/agent_settings.o lib/wrap/attempt.o lib/wrap/check.o lib/wrap/finish.o lib/wrap/hooks.o lib/wrap/input.o lib/wrap/interactive.o lib/wrap/judge.o lib/wrap/launcher.o lib/wrap/line_filter.o lib/wrap/outcome.o lib/wrap/pane.o lib/wrap/remote.o lib/wrap/result.o lib/wrap/slot.o lib/wrap/start.o lib/wrap/streams.o lib/wrap/supervise.o
MONITOR = lib/monitor/abandon.o lib/monitor/deadline.o lib/monitor/dialog.o lib/monitor/inspect.o lib/monitor/monitor.o lib/monitor/notices.o lib/monitor/queue.o lib/monitor/restart.o lib/monitor/retry.o lib/monitor/running.o
NOTIFY = lib/notify/deliverer.o lib/notify/notifier.o
HOOK = lib/hook/drop.o lib/hook/failures.o lib/hook/find_task.o lib/hook/install.o lib/hook/payload.o lib/hook/policy.o
TRIAGE = lib/triage/answer.o lib/triage/facts.o lib/triage/history_scan.o lib/triage/model.o lib/triage/question.o lib/triage/verdict_rules.o
LOG = lib/log/paint.o lib/log/stamp.o
LIST = lib/list/act.o lib/list/canvas.o lib/list/choice.o lib/list/columns.o lib/list/details.o lib/list/entry.o lib/list/entry_state.o lib/list/keyboard.o lib/list/live.o lib/list/program.o lib/list/remote.o lib/list/roster.o lib/list/typing.o lib/list/view.o
WAIT = lib/wait/condition.o lib/wait/line_match.o
WATCHDOG = lib/watchdog/needs.o lib/watchdog/schedule.o

OBJECTS = $(BASE) $(JSON) $(TEXT) $(FILE) $(PROC) $(TASK) $(AGENT) $(EVENTS) $(ENGINE) $(PROBE) $(NOTICE) \
	$(MKTASK) $(WRAP) $(MONITOR) $(NOTIFY) $(HOOK) $(TRIAGE) $(LOG) $(LIST) $(WAIT) $(WATCHDOG)

all: $(TOOLS)
$(TOOLS) $(UNITS): lib/librca.a
$(OBJECTS): Makefile # it has the flags
lib/librca.a: $(OBJECTS)
	@echo "  AR  $@"
	$(Q)rm -f $@ && $(AR) rcs $@ $(OBJECTS)
	@# Some ways to get the tree here lose the modes of what is not compiled.
	@for f in $(SCRIPTS) lib/plugins/[!a]*/*; do \
		case $$f in (*.sh) ;; (*) [ -x $$f ] || chmod a+x $$f || exit 1 ;; esac; done
.SUFFIXES: .c .o
.c.o:
	@echo "  CC  $@"
	$(Q)$(COMPILE) $$(case $@ in (lib/text/* | lib/json/*) echo "$(FAST)" ;; esac) -c -o $@ $<
.c:
	@echo "  LD  $@"
	$(Q)$(COMPILE) $(LDFLAGS) -o $@ $< lib/librca.a
-include $(OBJECTS:.o=.d) $(TOOLS:=.d)
-include $(UNITS:=.d)

# That was the build. A line that begins with ## is printed by `make help`.

## all            build the tools in bin/ (the default)
help:
	@sed -n 's/^## /make /p' Makefile

## static         build them with musl-gcc (Debian: musl-tools): less memory a job; after clean
static:
	$(MAKE) all CC=musl-gcc LDFLAGS='-static -Wl,--gc-sections'

## demo           run a job with a scripted agent that is killed halfway
demo: all
	t/demo/run

# A unit test is a C main that calls lib/, a fake is a C main. The second make gets their names.
units: all
	@$(MAKE) UNITS="$$(echo t/unit/*/*_test.c t/fake/*.c | sed 's/\.c//g')" named-units
named-units: $(UNITS)

## check          run all tests of t/tool and t/topic
check: units
	t/harness/run

## lint           run the checks of t/lint
lint: all
	t/lint/run
objects:
	@echo $(OBJECTS)

## install        install below $(DESTDIR)$(PREFIX); uninstall removes it
# put DIR MODE FILE... - the modes depend neither on the umask nor on the clone, and a program that a
# running job calls is there at any time, whole
PUT = umask 022; put() { \
	dir=$$1 mode=$$2; shift 2; mkdir -p "$$dir" || exit 1; for f; do \
		new=$$dir/$$(basename "$$f"); cp "$$f" "$$new.new" && chmod $$mode "$$new.new" && \
			mv -f "$$new.new" "$$new" || exit 1; done; }
TO = "$(DESTDIR)$(PREFIX)"
MAN = share/man/man
BASH = share/bash-completion/completions
ZSH = share/zsh/site-functions
FISH = share/fish/vendor_completions.d
install: all
	@echo "  INSTALL $(DESTDIR)$(PREFIX)"
	$(Q)$(PUT); put $(TO)/bin 755 $(TOOLS) $(SCRIPTS); \
	put $(TO)/lib/rca/plugins/agents 644 lib/plugins/agents/*; \
	for f in lib/plugins/[!a]*/*; do mode=755; case $$f in (*.sh) mode=644 ;; esac; \
		put $(TO)/lib/rca/$$(dirname "$${f#lib/}") $$mode "$$f"; done; \
	for n in 1 5 7; do put $(TO)/$(MAN)$$n 644 man/*.$$n; done; \
	put $(TO)/share/rca/skill 644 SKILL.md; \
	put $(TO)/$(BASH) 644 lib/completions/rca.bash; \
	put $(TO)/$(ZSH) 644 lib/completions/_rca; \
	put $(TO)/$(FISH) 644 lib/completions/rca.fish; \
	for f in $(TOOLS) $(SCRIPTS); do \
		ln -sf rca.bash $(TO)/$(BASH)/$${f#bin/} || exit 1; \
		[ $$f = bin/rca ] || ln -sf rca.fish $(TO)/$(FISH)/$${f#bin/}.fish || exit 1; done

uninstall:
	@echo "  UNINSTALL $(DESTDIR)$(PREFIX)"
	$(Q)for f in $(TOOLS) $(SCRIPTS); do \
		rm -f $(TO)/$$f $(TO)/$(BASH)/$${f#bin/} $(TO)/$(FISH)/$${f#bin/}.fish; done; \
	for n in 1 5 7; do for f in man/*.$$n; do rm -f $(TO)/$(MAN)$$n/$$(basename "$$f"); done; done; \
	rm -rf $(TO)/lib/rca $(TO)/share/rca $(TO)/$(BASH)/rca.bash $(TO)/$(ZSH)/_rca

## dist           make rca-$(VERSION).tar.gz of the last commit
dist:
	git archive --prefix=rca-$(VERSION)/ -o rca-$(VERSION).tar.gz HEAD

## deb            make rca_$(VERSION)_ARCH.deb of the last commit in OUT (.release)
OUT = .release
deb:
	t/release/deb $(OUT)

## release        make archives for all systems, with their sums, a formula, the skill, in OUT
release:
	t/release/run $(OUT)

## clean          remove all that was built
clean:
	rm -f $(TOOLS) bin/*.d lib/*.a lib/*/*.[od] t/unit/*/*.d t/fake/*.d
	rm -f $$(echo t/unit/*/*_test.c t/fake/*.c | sed 's/\.c//g')

## -C t help      list the checks and measurements that take longer
.PHONY: all help static demo units named-units check lint objects install uninstall dist deb release clean
