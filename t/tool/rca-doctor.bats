# shellcheck disable=SC2016,SC2030,SC2031,SC2154,SC2317
# rca-doctor: each check, what it says and that it ends; it meets programs that a test has made
load ../harness/lib
bats_require_minimum_version 1.5.0

# All is well: no agent is installed, cron starts the watchdog.
setup()
{
	rca_setup
	export RCA_DOCTOR_PATIENCE=$((10 * ${WAIT_SCALE:-1}))
	mkdir "$ROOM/bin"
	PATH=$ROOM/bin:$TOP/bin:/usr/local/bin:/usr/bin:/bin
	says crontab "* * * * * PATH='/bin' '/x/rca-watchdog' >/dev/null"
	for p in systemctl launchctl; do program $p 'exit 1'; done
	for p in claude codex opencode pi; do program $p 'exit 1'; done
}

teardown() { rca_teardown; }

# program NAME SCRIPT: such a program stands first in PATH.
program()
{
	printf '#!/bin/sh\n%s\n' "$2" >"$ROOM/bin/$1"
	chmod +x "$ROOM/bin/$1"
}

# says NAME LINE: one that prints the line.
says() { program "$1" "printf '%s\\n' \"$2\""; }

# doctor CODE: what it says is in ROOM/out, and what it tried is gone.
doctor()
{
	local code=0

	TMPDIR=$ROOM/tmp
	mkdir -p "$TMPDIR"
	TMPDIR=$TMPDIR rca-doctor >"$ROOM/out" 2>"$ROOM/err" 3>&- || code=$?
	cat "$ROOM/out"
	[ "$code" = "$1" ]
	[ ! -s "$ROOM/err" ]
	[ -z "$(ls -A "$TMPDIR")" ]
	for left in "$RCA_HOME"/.doctor* "$RCA_HOME"/d[0-9]* "$ROOM"/.doctor* "$ROOM"/d[0-9]*; do
		[ ! -e "$left" ]
	done
	[ -z "$(holding "RCA_HOME=$RCA_HOME/.doctor")" ]
}

# only PROGRAM...: nothing else is in PATH than these and what rca-doctor needs.
only()
{
	mkdir "$ROOM/only"
	for p in sh sed awk ls cat mkdir rm sleep ps date df find grep tr id "$@"; do
		ln -s "$(command -v "$p")" "$ROOM/only/$p"
	done
	PATH=$ROOM/only:$TOP/bin
}

# line REGEX: a line of that form is in what it said.
line() { grep -qE "^$1\$" "$ROOM/out"; }

tested() { sed -n 's/^# tested: //p' "$TOP/lib/plugins/agents/$1"; }

@test "where all is well it says so, ends with 0, and leaves nothing behind" {
	rm "$ROOM/bin"/{codex,opencode,pi}
	says claude "$(tested claude) (Claude Code)"
	doctor 0
	[ ! -e "$RCA_HOME" ]
	line "ok     programs: [0-9.]*, in $TOP/bin"
	line 'ok     tmux: [0-9a-z.-]*'
	line "ok     agent claude: $(tested claude)"
	line 'ok     config: none, .*'
	line 'note   notifiers: none, .*'
	line 'ok     watchdog: cron starts it'
	line "ok     home: $RCA_HOME: a job ran there"
	line "ok     disk: [0-9]* MB and .* inodes free for $RCA_HOME"
	# with tasks, and a home that is there
	rca-run -f -n x -- true >/dev/null
	doctor 0
	[ "$(ls "$TASKS")" = command-x ]
	rca-reap -a -r
}

@test "a wrong call, the version, and a clone that is not built" {
	usage_of rca-doctor -x
	usage_of rca-doctor task
	run -111 sh -c 'rca-doctor >/dev/full'
	[ "$(rca-doctor -V)" = "$(rca-list -V | sed s/list/doctor/)" ]
	cp "$TOP/bin/rca-doctor" "$ROOM/bin"
	complains 127 "rca-mktask is not built: run make in $ROOM" "$ROOM/bin/rca-doctor"
}

@test "tmux: missing, too old, or without room for its socket" {
	says tmux 'tmux 2.9a'
	doctor 1
	line 'wrong  tmux: 2.9a: install 3.0 or later'
	program tmux 'exit 1'
	doctor 1
	line 'wrong  tmux: unknown version: .*'
	rm "$ROOM/bin/tmux"
	(only; doctor 1)
	line 'wrong  tmux: not found: install tmux 3.0 or later, or use rca-launch -e none'
	RCA_HOME=$ROOM/$(printf 'x%.0s' {1..90})
	mkdir "$RCA_HOME"
	doctor 1
	line "wrong  tmux: .* starts no session in $RCA_HOME: .*too long.*"
}

@test "agents: those that are there, beside the versions they were tested with" {
	says claude '2.99.0 (Claude Code)'
	says codex 'codex-cli 0.99.12'
	program opencode 'exit 1'
	rm "$ROOM/bin/pi"
	printf 'start=mine --now\nprompt=stdin\n' >"$XDG_CONFIG_HOME/rca/agents/mine"
	printf 'start=true\nprompt=somehow\n' >"$XDG_CONFIG_HOME/rca/agents/broken"
	doctor 1
	line "note   agent claude: 2.99.0 is newer than $(tested claude), with which rca was tested"
	line "note   agent codex: 0.99.12 is older than $(tested codex), with which rca was tested"
	line 'note   agent opencode: opencode --version names no version'
	line 'note   agent mine: mine is not in PATH'
	line 'wrong  agent broken: .*agents/broken: line 2: .*'
	[ "$(grep -c agent "$ROOM/out")" = 5 ]
	# one of the user's own comes first, and may have been tested with nothing
	rm "$XDG_CONFIG_HOME/rca/agents"/*
	sed '/^# tested/d' "$TOP/lib/plugins/agents/claude" >"$XDG_CONFIG_HOME/rca/agents/claude"
	doctor 0
	line 'ok     agent claude: 2.99.0'
}

@test "the versions that agents were tested with are those of t/real" {
	while read -r name package; do
		[ "$(tested "$name")" = \
			"$(jq -r ".dependencies[\"$package\"]" "$TOP/t/real/package.json")" ]
	done <<-END
		claude @anthropic-ai/claude-code
		codex @openai/codex
		opencode opencode-ai
		pi @earendil-works/pi-coding-agent
	END
}

@test "the config and the environment are judged by the tools" {
	config 'act=nudge'
	doctor 0
	line "ok     config: $XDG_CONFIG_HOME/rca/config"
	config 'colour=red'
	doctor 1
	line "wrong  config: $XDG_CONFIG_HOME/rca/config line 2: colour: no such setting: .*"
	rm "$XDG_CONFIG_HOME/rca/config"
	MONITOR_DEADLINE=soon doctor 1
	line 'wrong  config: .*MONITOR_DEADLINE.*'
}

@test "notifiers: there, executable, and with what they call" {
	mkdir "$XDG_CONFIG_HOME/rca/notifiers"
	printf '#!/bin/sh\n' >"$XDG_CONFIG_HOME/rca/notifiers/mine"
	printf '#!/bin/sh\n' >"$ROOM/tell me"
	config notify=mine 'notify=ntfy https://ntfy.example.com/secret' \
		"notify=command $ROOM/tell me" 'notify=command -j nobody at all' notify=other \
		'notify=command true x'
	doctor 1
	line 'wrong  notifier mine: there is none, or it is not executable: .*'
	line 'ok     notifier ntfy'
	line "wrong  notifier command: $ROOM/tell: not found, or not executable"
	line 'wrong  notifier command: nobody: not found, or not executable'
	line 'wrong  notifier other: there is none, .*'
	run ! grep secret "$ROOM/out"
	chmod +x "$XDG_CONFIG_HOME/rca/notifiers/mine" "$ROOM/tell me"
	(only tmux true; doctor 1)
	line 'ok     notifier mine'
	line 'wrong  notifier ntfy: needs curl: install it'
	[ "$(grep -c '^ok     notifier command$' "$ROOM/out")" = 2 ]
}

@test "the engine: it answers, or it is said what is missing" {
	config engine=slurm
	program squeue 'echo "slurm_load_jobs error: Unable to contact slurm controller" >&2; exit 1'
	program sbatch 'exit 1'
	doctor 1
	line 'wrong  engine slurm: it cannot be asked: .*Unable to contact slurm controller.*'
	program squeue 'exit 0'
	doctor 0
	line 'ok     engine: slurm'
	printf 'engine=mine\n' >"$XDG_CONFIG_HOME/rca/config"
	doctor 1
	line 'wrong  .*no such engine.*'
}

@test "the box: it works, or it is said why not" {
	config box=bwrap
	doctor 0
	line 'ok     box: bwrap'
	program bwrap 'echo bwrap: No permissions >&2; exit 1'
	doctor 1
	line 'wrong  box bwrap: No permissions: if user namespaces are forbidden.*'
	printf 'box=mine\n' >"$XDG_CONFIG_HOME/rca/config"
	doctor 1
	line 'wrong  box mine: no such box.*'
}

@test "the watchdog: what starts it, when it last did something, and that nothing does" {
	program crontab 'exit 1'
	doctor 1
	line 'wrong  watchdog: nothing starts it, .*: rca-watchdog -i says how'
	program systemctl '[ "$*" = "--user is-enabled rca-watchdog.timer" ]'
	doctor 0
	line 'ok     watchdog: systemd starts it'
	line 'note   watchdog: systemd ends it when you log out: loginctl enable-linger' ||
		[ -e "/var/lib/systemd/linger/$(id -un)" ]
	program systemctl 'exit 1'
	says launchctl '- 0 rca-watchdog'
	T=$(rca-mktask -n x -- sleep 1000)
	sed -i "s/^status=.*/status=limited/
		s/^attempt=.*/attempt=1/" "$T/manifest"
	mark() { echo "$1_at=$(date -u -d "$2" +%Y-%m-%dT%H:%M:%SZ)" >>"$T/manifest"; }
	hold "$T/monitor.lock"
	mark started '5 minutes ago'
	mark last_watchdog '4 minutes ago'
	doctor 0
	line 'ok     watchdog: launchd starts it, and last marked a task 4 min ago'
	program launchctl 'exit 1'
	doctor 0
	line 'ok     watchdog: something starts it, and last .*'
	sed -i '/^started_at/d; /^last_watchdog/d' "$T/manifest"
	mark started '400 days ago'
	mark last_watchdog '3 hours ago'
	program crontab 'echo "@reboot rca-watchdog"'
	doctor 1
	line 'wrong  watchdog: cron should start it, but no task was marked for hours: does cron run\?'
	: >"$ROOM/let_go"
}

@test "the home for tasks: a job runs there, or it is said why none can" {
	mkdir "$RCA_HOME"
	chmod 777 "$RCA_HOME"
	doctor 1
	line "wrong  home: RCA_HOME $RCA_HOME: others can write it: .*"
	[ "$(grep -c '^wrong' "$ROOM/out")" = 1 ]
	rmdir "$RCA_HOME"
	: >"$RCA_HOME"
	doctor 1
	line "wrong  home: open $RCA_HOME/tasks: .*"
	rm "$RCA_HOME"
	RCA_HOME=/proc/none doctor 1
	line 'wrong  home: /proc/none: no job can run there: .*/proc/.*'
	# no notifier hears of the try
	program tell "touch $ROOM/told"
	config 'notify=command tell'
	doctor 0
	[ ! -e "$ROOM/told" ]
}

@test "the disk: room and inodes" {
	# some know no inodes
	program df '[ "$1" = -Pk ] || exit 1
echo "Filesystem 1024-blocks Used Available Capacity Mounted on"
echo "/dev/x 9 9 1048575 99% /"'
	doctor 1
	line "wrong  disk: 1023 MB and unlimited inodes free for $RCA_HOME: make room, .*"
	program df 'case $1 in
-Pk) printf "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/x 9 9 9000000 9%% /" ;;
*) printf "Filesystem Inodes IUsed IFree IUse%% Mounted on\n/dev/x 10000 1 9999 0%% /" ;;
esac'
	doctor 1
	line "wrong  disk: 8789 MB and 9999 inodes free for $RCA_HOME: make room, .*"
	# btrfs does not count them
	program df 'case $1 in
-Pk) printf "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/x 9 9 9000000 9%% /" ;;
*) printf "Filesystem Inodes IUsed IFree IUse%% Mounted on\n/dev/x 0 0 0 - /" ;;
esac'
	doctor 0
	line 'ok     disk: 8789 MB and unlimited inodes free .*'
	program df 'exit 1'
	doctor 0
	line "note   disk: df does not say how much is free for $RCA_HOME"
}

@test "leftovers: processes of a task that has ended, and half a directory" {
	rca-run -f -n x -- true >/dev/null
	T=$TASKS/command-x
	touch -d '1 minute ago' "$T/done"
	RCA_TASK=$T sleep 1000 3>&- &
	pid=$!
	mkdir -p "$TASKS/.new-y" "$RCA_HOME/trees/gone" "$RCA_HOME/trees/command-x"
	touch -d '1 minute ago' "$TASKS/.new-y"
	doctor 1
	line 'wrong  leftovers: command-x has ended, but 1 of its processes not: rca-reap command-x'
	line "wrong  leftovers: $RCA_HOME/trees/gone: its task is gone: rca-reap -a .*"
	line "wrong  leftovers: $TASKS/.new-y is half a task: rca-reap -a removes it"
	# what is left alone on purpose
	echo '2026-11-28T00:00:00Z left_alone pid=1' >>"$T/history"
	[ "$(grep -c trees "$ROOM/out")" = 1 ]
	rmdir "$TASKS/.new-y" "$RCA_HOME/trees"/*
	doctor 0
	kill "$pid"
	wait "$pid" || :
	rca-reap -a -r
}

@test "tasks that need somebody" {
	for name in a b c; do
		T=$(rca-mktask -n $name -- true)
		case $name in
		a) sed -i 's/^status=.*/status=abandoned/' "$T/manifest" ;;
		b) sed -i 's/^status=.*/status=crashed/' "$T/manifest" ;;
		esac
	done
	echo 'abandon_reason=deadline' >>"$TASKS/command-a/manifest"
	doctor 1
	line 'wrong  task command-b: no monitor: would start one: rca-watchdog does it'
	line 'wrong  task command-a: abandoned: rca-probe command-a says what to do'
	[ "$(grep -c '^wrong' "$ROOM/out")" = 2 ]
	for n in {1..12}; do cp -R "$TASKS/command-a" "$TASKS/command-z$n"; done
	doctor 1
	line 'wrong  tasks: 3 more: rca-list lists them'
	rm -r "$TASKS"
}

@test "what hangs is ended with all that it started, and the other checks go on" {
	program claude 'sleep 7777; echo 1.0'
	RCA_DOCTOR_PATIENCE=$((2 * ${WAIT_SCALE:-1}))
	doctor 1
	line "wrong  agent claude: no answer in $RCA_DOCTOR_PATIENCE s: see what hangs"
	line "ok     home: .*"
	none() { [ -z "$(holding "TMPDIR=$ROOM/tmp")" ]; }
	wait_for 5 none
}

@test "a signal ends it, and nothing is left" {
	program claude "echo >$ROOM/asked; exec sleep 7777"
	mkdir "$ROOM/tmp"
	TMPDIR=$ROOM/tmp rca-doctor >"$ROOM/out" 3>&- &
	wait_for 10 test -e "$ROOM/asked"
	kill $!
	code=0
	wait $! || code=$?
	[ "$code" = 143 ]
	none() { [ -z "$(holding "TMPDIR=$ROOM/tmp")" ]; }
	wait_for 5 none
	[ -z "$(ls -A "$ROOM/tmp")" ]
}
