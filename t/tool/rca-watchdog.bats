#!/usr/bin/env bats
# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
load ../harness/lib

setup()
{
	rca_setup
	quick
}

# The monitors first: they would start again what else is ended.
teardown()
{
	# shellcheck disable=SC2046
	kill -9 $(ours rca-monitor | cut -d' ' -f 1) 2>/dev/null || :
	rca_teardown
}

launch() { rca-launch -e "${1:-none}" "$T" >/dev/null; }

# A task whose tool call is open, with no monitor.
alone()
{
	task claude "$1"
	fake "${@:2}"
	launch
	wait_for 5 grep -q '"tool_use"' "$T/events.jsonl"
}

# The monitor dies, and the wrapper with its agent: also one that is just being launched.
struck()
{
	kill -9 "$(monitor_pid)" 2>/dev/null || :
	wait_for 5 unlocked "$T/monitor.lock"
	wait_for 5 dead
}

dead()
{
	# shellcheck disable=SC2046
	kill -9 $(wrap_pid) $(marked "$T") 2>/dev/null || :
	unlocked "$T/launch.lock" && unlocked "$T/lock"
}

watched() { locked "$T/monitor.lock"; }

# quiet_pass: there is nothing to be done.
quiet_pass()
{
	run rca-watchdog
	echo "$output"
	[ "$status" = 0 ]
	[ -z "$output" ]
}

# A copy of the tool with an rca-notify beside it that only notes down its words: one call a line in
# ROOM/told, and exits with ROOM/refuses.
with_stub()
{
	mkdir -p "$ROOM/x/bin"
	cp "$TOP/bin/rca-watchdog" "$ROOM/x/bin"
	ln -s "$TOP/bin/rca-monitor" "$ROOM/x/bin"
	printf '#!/bin/sh\nfor w; do printf "[%%s]" "$w"; done >>"%s"\necho >>"%s"\nread -r c <"%s" || c=0\nexit "$c"\n' "$ROOM/told" "$ROOM/told" "$ROOM/refuses" >"$ROOM/x/bin/rca-notify"
	chmod +x "$ROOM/x/bin/rca-notify"
	touch "$ROOM/told" "$ROOM/refuses"
	echo 'notify=command true' >>"$XDG_CONFIG_HOME/rca/config"
	WATCHDOG=$ROOM/x/bin/rca-watchdog
}

told() { grep -c "$1" "$ROOM/told" || :; }

# --- a pass

@test "who is helped, who is told of and who is left alone is a table" {
	run timeout 60 "$TOP/t/unit/watchdog/needs_test"
	[ "$output" = "needs: ok" ]
}

@test "a task that nobody watches gets a monitor, which carries it on" {
	alone fix crash:3 ok
	run rca-watchdog
	[ "$status" = 0 ]
	[ "$output" = "claude-fix: no monitor: started one" ]
	watched || [ -e "$T/done" ]
	history_has ' watchdog because="its monitor was gone"$'
	[[ "$(get last_watchdog_at)" == "$(date -u +%Y-)"*Z ]]
	wait_done
	ended completed
	[ "$(starts)" = 2 ]
}

@test "a task whose wrapper and monitor died goes on in its session" {
	alone fix hang:3 ok
	rca-monitor -d "$T"
	session=$(cat "$T/session_id")
	struck
	is_status running
	rca-watchdog >/dev/null
	wait_done
	ended completed
	history_has ' watchdog because="wrapper and monitor were gone"$'
	[ "$(starts "resume session=$session")" = 1 ]
}

@test "what a lost attempt left running is ended before the task goes on" {
	alone fix tool:1000 ok
	agent=$(cat "$T/pid")
	kill -9 "$(wrap_pid)" "$agent"
	wait_for 5 unlocked "$T/lock"
	[ -n "$(marked "$T")" ]
	rca-watchdog
	wait_done 20
	ended completed
	[ "$(starts)" = 2 ]
	# The second agent writes LEFTOVER where it finds the first one's tool, and teardown looks
	# for it.
}

@test "what is well is left alone, without a word and without a write" {
	alone fix hang:3
	rca-monitor -d "$T"
	rca-watchdog # the first mark
	[ -n "$(get last_watchdog_at)" ]
	wait_for 5 grep -q last_checked_at "$T/manifest"
	cp "$T/manifest" "$T/history" "$ROOM"
	quiet_pass
	cmp "$T/manifest" "$ROOM/manifest"
	cmp "$T/history" "$ROOM/history"
	[ ! -e "$T/watchdog.lock" ]
	rca-reap -k "$T"
	cp "$T/manifest" "$ROOM"
	quiet_pass
	cmp "$T/manifest" "$ROOM/manifest"
}

@test "no tasks at all is fine" {
	quiet_pass
}

@test "for tasks that are well the mark is renewed once an hour, for 32 of them in a pass" {
	task claude a
	sed -i 's/^status=.*/status=running/' "$T/manifest"
	: >"$T/monitor.lock"
	for i in {1..40}; do
		cp -r "$T" "$TASKS/claude-b$i"
	done
	hold "$TASKS"/*/monitor.lock
	quiet_pass
	[ "$(grep -l last_watchdog_at= "$TASKS"/*/manifest | wc -l)" = 32 ]
	quiet_pass
	[ "$(grep -l last_watchdog_at= "$TASKS"/*/manifest | wc -l)" = 41 ]
	sed -i 's/^last_watchdog_at=.*/last_watchdog_at=2026-01-01T00:00:00Z/' "$T/manifest"
	quiet_pass
	[ "$(grep -l last_watchdog_at=2026-01-01 "$TASKS"/*/manifest | wc -l)" = 0 ]
	manifest_ok
	: >"$ROOM/let_go"
}

@test "one that was never launched is left alone: its prompt may not be written yet" {
	task claude fix
	T=$(rca-mktask -a claude -n bare -d "$PROJECT")
	quiet_pass
	[ ! -e "$T/monitor.log" ]
	is_status created
}

@test "one that was given up is left alone; one whose monitor was told to go is carried on" {
	alone fix hang:3 ok
	rca-monitor -d "$T"
	kill "$(monitor_pid)"
	wait_for 5 unlocked "$T/monitor.lock"
	[ "$(get abandon_reason)" = signal ]
	rca-watchdog >/dev/null
	watched
	wait_status running
	kill -9 "$(monitor_pid)"
	struck
	sed -i 's/^status=.*/status=abandoned/' "$T/manifest"
	echo abandon_reason=deadline >>"$T/manifest"
	quiet_pass
	is_status abandoned
	unlocked "$T/monitor.lock"
}

# given_up: one that worked, died while its program was away, and was given up.
given_up()
{
	own_agent
	task my fix -k max_retries=2
	launch
	wait_for 5 grep -q step "$T/events.jsonl"
	mv "$ROOM/my" "$ROOM/away"
	kill -9 "$(cat "$T/pid")"
	rca-monitor "$T" 2>/dev/null || :
	is_status abandoned
}

@test "a task given up because it could not start is taken up when it can, and not before" {
	given_up
	before=$(md5sum <"$T/manifest")
	quiet_pass
	quiet_pass
	[ "$(md5sum <"$T/manifest")" = "$before" ]
	mv "$ROOM/away" "$ROOM/my"
	run rca-watchdog -n
	[[ "$output" == "my-fix: can be launched again: would be taken up" ]]
	[ "$(md5sum <"$T/manifest")" = "$before" ]
	run rca-watchdog
	echo "$output"
	[ "$status" = 0 ]
	[ "$(wc -l <<<"$output")" = 2 ]
	wait_done
	ended completed
	history_has ' taken_up count=1 after="agent program'
	[ "$(get retry_count)" = 1 ]
}

@test "it is taken up a few times with longer pauses, and not without its environment" {
	given_up
	printf 'garbage' >"$ROOM/my" # to be seen only by whoever runs it
	chmod +x "$ROOM/my"
	rca-watchdog
	wait_status abandoned
	wait_for 5 unlocked "$T/monitor.lock"
	[ "$(get taken_up)" = 1 ]
	mv "$ROOM/away" "$ROOM/my"
	quiet_pass
	ago()
	{
		sed -i \
			"s/^abandoned_at=.*/abandoned_at=$(date -u -d "$1" \
			+%Y-%m-%dT%H:%M:%SZ)/; s/^taken_up=.*/taken_up=$2/" "$T/manifest"
	}
	ago '-61 min' 2
	quiet_pass
	ago '-100 days' 6
	quiet_pass
	ago '-121 min' 2
	mv "$T/env" "$ROOM/env"
	quiet_pass
	mv "$ROOM/env" "$T/env"
	rca-watchdog
	wait_done
	ended completed
}

@test "one that was given up for anything else is not taken up" {
	alone fix crash:4 ...
	export MONITOR_MAX_RETRIES=0
	dead
	rca-monitor "$T" 2>/dev/null || :
	is_status abandoned
	[ "$(get abandon_reason)" = max_retries_exceeded ]
	unset MONITOR_MAX_RETRIES
	quiet_pass
}

@test "an end that was not written to its end is, and a stop that nobody carried out" {
	task claude fix
	rca-wrap "$T" >/dev/null
	rm "$T/done"
	rca-watchdog >/dev/null
	wait_done
	ended completed
	alone stop hang:3
	: >"$T/stop"
	struck
	with_stub
	"$WATCHDOG" >/dev/null
	wait_done
	ended stopped
	# The user who stops it knows: only its deliverer is started, by whatever program.
	not grep -vxF "[-d][$T]" "$ROOM/told"
}

@test "a limited task waits for its time" {
	task claude fix
	fake limit:2 ok
	launch
	wait_status limited
	rca-watchdog >/dev/null
	watched
	is_status limited
	[ "$(starts)" = 1 ]
	wait_done
	ended completed
	[ "$(get retry_count)" = 0 ]
}

# --- where no monitor may stay

# pass: one, until nothing of ours but wrappers is left.
pass()
{
	rca-watchdog >"$ROOM/out"
	wait_for 10 no_monitor
}

no_monitor() { none_of_ours rca-monitor && none_of_ours rca-launch; }

@test "monitor=no: no monitor stays, and each pass does the next step of a task, when it is time" {
	config monitor=no
	export MONITOR_BASE_INTERVAL=3 MONITOR_MAX_INTERVAL=3
	task claude fix
	fake exit:1 exit:1 limit:3 ok
	launch
	rca-monitor -d "$T"
	wait_for 10 no_monitor
	wait_status crashed
	pass
	[ "$(cat "$ROOM/out")" = "claude-fix: monitor=no: did its next step" ]
	# The first retry is made at once, the next one waits.
	wait_for 10 grep -q ' crashed .*exit_code=1' "$T/history"
	wait_for 10 unlocked "$T/lock"
	[ "$(get attempt)" = 2 ]
	pass
	[ "$(get attempt) $(get retry_count)" = '2 1' ]
	[[ $(get retry_at) == 20*Z ]]
	cp "$T/manifest" "$T/history" "$ROOM"
	pass
	[ ! -s "$ROOM/out" ]
	cmp "$T/manifest" "$ROOM/manifest"
	cmp "$T/history" "$ROOM/history"
	retried() { pass; [ "$(get attempt)" = 3 ]; }
	wait_for 10 retried
	wait_status limited
	[ -z "$(get retry_at)" ]
	pass
	[ ! -s "$ROOM/out" ]
	finished() { pass; [ -e "$T/done" ]; }
	wait_for 15 finished
	ended completed
	[ "$(starts) $(get retry_count)" = '4 2' ]
}

@test "monitor=no: what runs is left alone; a lost wrapper, a stop and too many retries are not" {
	config monitor=no max_retries=0
	alone fix hang:3
	cp "$T/manifest" "$ROOM"
	pass
	[ ! -s "$ROOM/out" ]
	cmp "$T/manifest" "$ROOM/manifest"
	dead
	pass
	is_status abandoned
	[ "$(get abandon_reason) $(starts)" = 'max_retries_exceeded 1' ]
	pass
	[ ! -s "$ROOM/out" ]
	alone stop hang:3
	: >"$T/stop"
	pass
	wait_done
	ended stopped
	task claude one -k monitor=yes
	fake hang:3
	launch
	rca-monitor -d "$T"
	watched
	rca-reap -k "$T"
}

@test "the engine's server is gone with its tasks: they are resumed in a new one" {
	for i in a b; do
		task claude $i
		fake hang:3 ok
		launch tmux
		rca-monitor -d "$T"
		wait_for 5 grep -q '"tool_use"' "$T/events.jsonl"
	done
	kill -9 "$(tmux -S "$RCA_HOME/tmux.sock" display -p '#{pid}')"
	for i in a b; do
		T=$TASKS/claude-$i
		struck
	done
	rca-watchdog >/dev/null
	for i in a b; do
		T=$TASKS/claude-$i
		wait_done
		ended completed
		[ "$(starts)" = 2 ]
	done
	tmux -S "$RCA_HOME/tmux.sock" has-session -t =claude-a
}

@test "a monitor that does not start delays neither the other tasks nor the end of the pass" {
	mkdir "$ROOM/bin"
	ln -s "$TOP/lib" "$ROOM/lib"
	ln -s "$TOP"/bin/rca-* "$ROOM/bin"
	rm "$ROOM/bin/rca-monitor" "$ROOM/bin/rca-watchdog"
	cp "$TOP/bin/rca-watchdog" "$ROOM/bin"
	printf '#!/bin/sh\ncase $2 in *claude-a*) sleep 1000 ;; esac\nexec "%s/rca-monitor" "$@"\n' "$TOP/bin" >"$ROOM/bin/rca-monitor"
	chmod +x "$ROOM/bin/rca-monitor"
	for n in a b; do
		task claude $n
		fake hang:2
		rca-launch -e none "$T" >/dev/null
	done
	MONITOR_DISPATCH_WAIT=1 run timeout 30 "$ROOM/bin/rca-watchdog"
	[ "$status" = 1 ]
	[[ "$output" == *"claude-a: rca-monitor: was killed after 3 s"* ]]
	locked "$TASKS/claude-b/monitor.lock"
	unlocked "$TASKS/claude-a/watchdog.lock"
	[ -z "$(pgrep -f "rca-monitor -d $TASKS/claude-a")" ]
	rca-reap -k claude-a claude-b
}

# --- telling

@test "that a wrapper died unseen is told once an attempt, if there is a notifier" {
	with_stub
	alone fix hang:3 ...
	struck
	"$WATCHDOG" >"$ROOM/out"
	[ "$(cat "$ROOM/out")" = "claude-fix: no monitor: started one
claude-fix: no wrapper either: sent a notice" ]
	[ "$(cat "$ROOM/told")" = "[-v][FINE][-e][crashed][$T][wrapper and monitor were gone: a new monitor resumes the task]" ]
	[ "$(get watchdog_told)" = 1 ]
	# the same attempt again: its monitor could not even begin
	struck
	sed -i -e 's/^status=.*/status=running/' -e 's/^attempt=.*/attempt=1/' "$T/manifest"
	"$WATCHDOG" >/dev/null
	[ "$(told crashed)" = 1 ]
	# and the next one
	struck
	sed -i -e 's/^status=.*/status=running/' -e 's/^attempt=.*/attempt=2/' "$T/manifest"
	"$WATCHDOG" >/dev/null
	[ "$(told crashed)" = 2 ]
}

@test "what was not taken is told again, and a living wrapper is nothing to tell of" {
	with_stub
	echo 1 >"$ROOM/refuses"
	alone fix hang:3 ...
	"$WATCHDOG" >/dev/null
	[ ! -s "$ROOM/told" ]
	struck
	"$WATCHDOG" >/dev/null
	[ "$(told crashed)" = 1 ]
	[ -z "$(get watchdog_told)" ]
}

@test "without a notifier nobody is called" {
	with_stub
	quick
	alone fix hang:3 ...
	struck
	"$WATCHDOG" >/dev/null
	[ ! -s "$ROOM/told" ]
	watched
}

# Prints the name of the lock that the deliverer of the config's notifier takes: the notifier's name
# and the FNV-1a hash of its line.
key()
{
	local line h=$((0xcbf29ce484222325)) c

	line=$(sed -n 's/^notify=//p' "$XDG_CONFIG_HOME/rca/config")
	for ((i = 0; i < ${#line}; i++)); do
		printf -v c %d "'${line:i:1}"
		h=$(((h ^ c) * 0x100000001b3))
	done
	printf '%s.%016x' "${line%% *}" "$h"
}

@test "notices left in an outbox get a deliverer unless one is at work, in ended tasks, too" {
	with_stub
	task claude fix
	rca-wrap "$T" >/dev/null
	wait_for 10 none_of_ours
	rm -rf "$T/outbox"
	: >"$ROOM/told"
	mkdir "$T/outbox" "$T/outbox/dead"
	touch "$T/outbox/$(key).lock" "$T/outbox/.x.json.new" "$T/outbox/dead/old.json"
	"$WATCHDOG"
	[ ! -s "$ROOM/told" ]
	echo '{}' >"$T/outbox/1.json"
	run "$WATCHDOG"
	[ "$status" = 0 ]
	[ "$output" = "claude-fix: undelivered notices: started a deliverer" ]
	[ "$(cat "$ROOM/told")" = "[-d][$T]" ]
	echo 1 >"$ROOM/refuses"
	run "$WATCHDOG"
	[ "$status" = 1 ]
	[ "$(told '\[-d\]')" = 2 ]
	hold "$T/outbox/$(key).lock"
	"$WATCHDOG"
	[ "$(told '\[-d\]')" = 2 ]
	: >"$ROOM/let_go"
}

@test "with the real rca-notify: one notice of the death, and older notices are delivered" {
	printf '#!/bin/sh\n[ ! -e "%s" ] || exit 1\nprintf "%%s %%s\\n" "$RCA_VERDICT" "$RCA_EVENT" >>"%s"\n' "$ROOM/closed" "$ROOM/told" >"$ROOM/notify"
	chmod +x "$ROOM/notify"
	echo "notify=command $ROOM/notify" >>"$XDG_CONFIG_HOME/rca/config"
	alone fix hang:3 ok
	struck
	: >"$ROOM/closed"
	rca-watchdog >/dev/null
	wait_done
	wait_for 5 unlocked "$T/monitor.lock"
	wait_for 5 grep -q ' not_told .*[.]crashed' "$T/history"
	# shellcheck disable=SC2046
	kill -9 $(ours rca-notify | cut -d' ' -f 1)
	wait_for 5 none_of_ours
	[ ! -e "$ROOM/told" ]
	rm "$ROOM/closed"
	run rca-watchdog
	echo "$status: $output"
	[ "$status" = 0 ]
	[ "$output" = "claude-fix: undelivered notices: started a deliverer" ]
	wait_for 10 none_of_ours
	[ "$(sort "$ROOM/told")" = $'DONE completed\nFINE crashed' ]
	quiet_pass
}

# --- what is broken

@test "a task that is broken is complained about, and the others go on" {
	alone z hang:3
	mkdir "$TASKS/nothing" "$TASKS/claude-cut" "$TASKS/claude-odd" "$TASKS/claude-open"
	: >"$TASKS/a-file"
	ln -s "$T" "$TASKS/claude-link"
	printf 'version=1\ntask_na' >"$TASKS/claude-cut/manifest"
	sed 's/^status=.*/status=resting/' "$T/manifest" >"$TASKS/claude-odd/manifest"
	cp "$T/manifest" "$TASKS/claude-open"
	chmod 700 "$TASKS"/claude-*
	chmod 777 "$TASKS/claude-open"
	status=0
	output=$(rca-watchdog 2>"$ROOM/err") || status=$?
	[ "$status" = 1 ]
	[ "$output" = "claude-z: no monitor: started one" ]
	cat "$ROOM/err"
	LC_ALL=C sort "$ROOM/err" | cut -c 1-45 >"$ROOM/said"
	diff "$ROOM/said" - <<-END
		rca-watchdog: claude-cut: manifest line 2: cu
		rca-watchdog: claude-link: is a symlink: refu
		rca-watchdog: claude-odd: manifest: status re
		rca-watchdog: claude-open: others can write i
	END
	watched
	rm -rf "$TASKS"/claude-{cut,odd,link,open}
}

@test "a monitor that does not start is complained about by itself, and others do" {
	alone a hang:3
	alone b hang:3
	sed -i 's/^agent=.*/agent=nobody/' "$TASKS/claude-a/manifest"
	run rca-watchdog
	echo "$output"
	[ "$status" = 1 ]
	[[ "$output" == *"rca-monitor: claude-a: "*nobody* ]]
	watched
}

@test "a setting that somebody spoilt in a manifest keeps no monitor from carrying on" {
	alone a hang:3
	echo linger=often >>"$TASKS/claude-a/manifest"
	rca-watchdog
	wait_for 10 locked "$TASKS/claude-a/monitor.lock"
	T=$TASKS/claude-a
	history_has ' config_wrong because="manifest: linger=often: not a whole number from 0 up"'
}

@test "a config that is wrong is said, and where tasks cannot be read" {
	echo nonsense >"$XDG_CONFIG_HOME/rca/config"
	complains 100 "config line 1: no '='" rca-watchdog
	rm "$XDG_CONFIG_HOME/rca/config"
	mkdir -p "$RCA_HOME"
	: >"$TASKS"
	complains 111 "open $TASKS: " rca-watchdog
	RCA_HOME=r
	complains 100 "RCA_HOME r: not an absolute path" rca-watchdog
}

# --- options and operands

@test "operands: these tasks alone, by name or path" {
	alone a hang:3
	alone b hang:3
	run rca-watchdog claude-a
	[ "$output" = "claude-a: no monitor: started one" ]
	unlocked "$T/monitor.lock"
	run rca-watchdog "$T"
	[ "$output" = "claude-b: no monitor: started one" ]
	complains 102 "claude-c: no such task" rca-watchdog claude-c
}

@test "-t: also the tasks in this directory" {
	mkdir "$ROOM/else"
	task claude a -t "$ROOM/else"
	rca-launch -e none "$T" >/dev/null
	wait_done
	rm "$T/done"
	run rca-watchdog -t "$ROOM/else"
	[ "$status" = 0 ]
	[ "$output" = "claude-a: no monitor: started one" ]
	wait_done
	complains 100 "-t $ROOM/none: " rca-watchdog -t "$ROOM/none"
}

@test "-n only says" {
	with_stub
	alone fix hang:3
	struck
	cp "$T/manifest" "$ROOM"
	run "$WATCHDOG" -n
	[ "$status" = 0 ]
	[ "$output" = "claude-fix: no monitor: would start one" ]
	cmp "$T/manifest" "$ROOM/manifest"
	unlocked "$T/monitor.lock"
	[ ! -s "$ROOM/told" ]
}

@test "-V, and wrong calls" {
	[[ "$(rca-watchdog -V)" == "rca-watchdog "* ]]
	usage_of rca-watchdog -x
	usage_of rca-watchdog -i task
	usage_of rca-watchdog -t "$ROOM" task
	code=0
	rca-watchdog -i >/dev/full 2>"$ROOM/err" || code=$?
	[ "$code" = 111 ]
	grep -q '^rca-watchdog: .*No space left' "$ROOM/err"
}

# --- beside others

@test "many at once: each task gets one monitor, and is told of once" {
	with_stub
	for i in {1..6}; do
		alone "t$i" hang:3 ...
		struck
	done
	for i in {1..4}; do
		"$WATCHDOG" >/dev/null 3>&- &
		pids="${pids-} $!"
	done
	# shellcheck disable=SC2086
	wait $pids
	for i in {1..6}; do
		T=$TASKS/claude-t$i
		watched
		[ "$(told "$T")" = 1 ]
		[ "$(grep -c ' watchdog ' "$T/history")" = 1 ]
	done
	[ "$(ours rca-monitor | wc -l)" = 6 ]
}

# beside COMMAND...: runs it with watchdogs running all the time
beside()
{
	rm -f "$ROOM/enough"
	while [ -d "$ROOM" ] && [ ! -e "$ROOM/enough" ]; do
		rca-watchdog >/dev/null 2>>"$ROOM/beside" 3>&- || :
	done 3>&- &
	local dog=$!

	"$@"
	: >"$ROOM/enough"
	wait $dog
}

@test "beside rca-launch, also -r: no attempt more than was asked for" {
	again()
	{
		for i in {1..5}; do
			task claude "n$i"
			launch
			wait_done
			wait_for 5 unlocked "$T/lock"
			rca-launch -r "$T" >/dev/null
			wait_done
			ended completed
			[ "$(starts)" = 2 ] || { cat "$T/history"; return 1; }
		done
	}
	beside again
}

@test "beside rca-reap -k: what was stopped stays stopped, what was removed stays away" {
	again()
	{
		for i in {1..5}; do
			task claude "n$i"
			fake hang:1 ...
			launch
			rca-reap -k "$T"
			ended stopped
			task claude "r$i"
			fake hang:1 ...
			launch
			rca-reap -kr "$T"
			[ ! -e "$T" ]
		done
	}
	beside again
	wait_for 5 none_of_ours
	T=$TASKS/claude-n5
	ended stopped
	not ls -d "$TASKS"/claude-r* 2>/dev/null
	touch "$FAKE_DIR/log"
	[ "$(starts)" -le 1 ] # it may have been stopped before it said so
}

@test "killed at any of sixteen system calls, the next one does it" {
	task claude fix
	sed -i -e 's/^status=.*/status=limited/' -e 's/^engine=.*/engine=none/' "$T/manifest"
	echo resume_at=2030-01-01T00:00:00Z >>"$T/manifest"
	traced "$ROOM/killat" 0 rca-watchdog
	read -r word calls <"$ROOM/killat"
	[ "$word" = ended ]
	for ((n = 1; n < calls; n += calls / 16 + 1)); do
		kill -9 "$(monitor_pid)"
		wait_for 5 unlocked "$T/monitor.lock"
		traced "$ROOM/killat" "$n" rca-watchdog
		manifest_ok
		rca-watchdog >/dev/null
		watched
		is_status limited
	done
}

# --- -i

# The parts of what -i prints, each in a file of its own.
parts()
{
	rca-watchdog -i "$@" >"$ROOM/printed"
	sed -n -e '/^\* \* \* \* \* /p' -e '/^@reboot /p' "$ROOM/printed" >"$ROOM/crontab"
	mkdir -p "$ROOM/units"
	awk -v d="$ROOM/units/" '/^# systemd:/ { f = d "rca-watchdog.service" } /^# and / { f = d "rca-watchdog.timer" } /^# launchd:/ { f = "" } f { print >f }' "$ROOM/printed"
	sed -n '/^<?xml/,/^<\/plist>/p' "$ROOM/printed" >"$ROOM/plist"
}

# odd: a home and parents with all that has to be quoted somewhere; everything runs from there
odd()
{
	ODD="$ROOM/a 'b\" \$c %d &<e> ;#é"
	export RCA_HOME="$ODD/r" XDG_CONFIG_HOME="$ODD/c" XDG_STATE_HOME="$ODD/s"
	mkdir -p "$RCA_HOME" "$XDG_CONFIG_HOME/rca" "$XDG_STATE_HOME" "$ODD/t u" "$ODD/bin"
	PATH=$ODD/bin:relative:$ROOM/nowhere:/usr/bin:/bin:/usr/bin:$TOP/bin
}

@test "-i: the crontab lines, run by sh as cron would, do a pass" {
	odd
	task claude a -t "$ODD/t u"
	parts -t "$ODD/t u"
	[ "$(cut -d' ' -f 1-5 "$ROOM/crontab" | head -n 1)" = "* * * * *" ]
	sed -n -e '1s/^\* \* \* \* \* //p' -e '2s/^@reboot //p' "$ROOM/crontab" >"$ROOM/commands"
	[ "$(wc -l <"$ROOM/commands")" = 2 ]
	not grep -q '[^\]%' "$ROOM/commands"
	[ "$(head -n 1 "$ROOM/commands")" = "$(tail -n 1 "$ROOM/commands")" ]
	head -n 1 "$ROOM/commands" | sed 's/\\%/%/g' >"$ROOM/command"
	# the same, but saying what it was given
	sed "s|'$TOP/bin/rca-watchdog'|'$ROOM/show'|" "$ROOM/command" >"$ROOM/shown"
	printf '#!/bin/sh\nprintf "%%s\\n" "$RCA_HOME" "$XDG_CONFIG_HOME" "$XDG_STATE_HOME" "$PATH" "$@" >"%s"\n' "$ROOM/got" >"$ROOM/show"
	chmod +x "$ROOM/show"
	sed -i "s|>/dev/null||" "$ROOM/shown"
	env -i HOME="$HOME" sh -c "$(cat "$ROOM/shown")"
	[ "$(cat "$ROOM/got")" = "$RCA_HOME
$XDG_CONFIG_HOME
$XDG_STATE_HOME
$ODD/bin:/usr/bin:/bin:$TOP/bin
-t
$ODD/t u" ]
	run env -i HOME="$HOME" sh -c "$(cat "$ROOM/command")"
	[ "$status" = 0 ]
	[ -z "$output" ]
}

@test "-i: the systemd units are ones that systemd takes" {
	odd
	parts -t "$ODD/t u"
	grep -qx 'KillMode=process' "$ROOM/units/rca-watchdog.service"
	grep -qx 'OnUnitActiveSec=1min' "$ROOM/units/rca-watchdog.timer"
	# as systemd reads it: quotes and backslashes, %% and, in arguments, $$
	python3 - "$ROOM/units/rca-watchdog.service" "$TOP" "$ODD" <<'END'
import re, sys
unit, top, odd = open(sys.argv[1]).read(), sys.argv[2], sys.argv[3]
def words(s):
    found = re.findall(r'"((?:[^"\\]|\\.)*)"', s)
    return [re.sub(r'\\(.)', r'\1', w).replace('%%', '%') for w in found]
env = [words(l)[0] for l in re.findall(r'^Environment=(.*)$', unit, re.M)]
run = words(re.search(r'^ExecStart=(.*)$', unit, re.M)[1])
assert env == ['RCA_HOME=' + odd + '/r', 'XDG_CONFIG_HOME=' + odd + '/c',
    'XDG_STATE_HOME=' + odd + '/s', 'PATH=' + odd + '/bin:/usr/bin:/bin:' + top + '/bin'], env
words = [run[0]] + [w.replace('$$', '$') for w in run[1:]]
assert words == [top + '/bin/rca-watchdog', '-t', odd + '/t u'], run
END
	command -v systemd-analyze >/dev/null || return 0
	run systemd-analyze verify "$ROOM/units/rca-watchdog.service" \
		"$ROOM/units/rca-watchdog.timer"
	echo "$output"
	not grep -q rca-watchdog <<<"$output"
}

@test "-i: the plist is one, and what launchd starts is let live" {
	odd
	parts -t "$ODD/t u"
	python3 - "$ROOM/plist" "$TOP" "$ODD" <<'END'
import plistlib, sys
p, top, odd = plistlib.load(open(sys.argv[1], 'rb')), sys.argv[2], sys.argv[3]
assert p['ProgramArguments'] == [top + '/bin/rca-watchdog', '-t', odd + '/t u'], p
assert p['EnvironmentVariables'] == {'RCA_HOME': odd + '/r', 'XDG_CONFIG_HOME': odd + '/c',
    'XDG_STATE_HOME': odd + '/s', 'PATH': odd + '/bin:/usr/bin:/bin:' + top + '/bin'}, p
assert p['AbandonProcessGroup'] is True and p['RunAtLoad'] is True, p
assert p['StartInterval'] == 60 and p['Label'] == 'rca-watchdog', p
END
}

@test "-i: the job for OpenClaw's cron is one, and what its model is to run does a pass" {
	odd
	parts -t "$ODD/t u"
	grep '^{' "$ROOM/printed" >"$ROOM/job"
	[ "$(jq -c '[.schedule, .sessionTarget, .payload.kind]' "$ROOM/job")" \
		= '[{"kind":"every","everyMs":900000},"main","systemEvent"]' ]
	text=$(jq -r .payload.text "$ROOM/job")
	[[ "$text" == "rca: watchdog — run "*" and report" ]]
	text=${text#rca: watchdog — run }
	run env -i HOME="$HOME" sh -c "${text% and report}"
	[ "$status" = 0 ]
	[ -z "$output" ]
	echo 'notify_prefix=cc-supervisor:' >"$XDG_CONFIG_HOME/rca/config"
	rca-watchdog -i | grep '^{' | jq -r .payload.text |
		grep -q '^cc-supervisor: watchdog — run .*rca-watchdog'
}

@test "-i: what a crontab cannot hold is said there, what nothing can hold is refused" {
	mkdir "$ROOM/back\\slash"
	RCA_HOME="$ROOM/back\\slash" rca-watchdog -i >"$ROOM/printed"
	grep -q '^# cannot be written as a crontab line: a path has a backslash' "$ROOM/printed"
	grep -q '^ExecStart=' "$ROOM/printed"
	for i in {1..30}; do
		mkdir "$ROOM/$i-0123456789012345678901234567890123456789"
		PATH=$PATH:$ROOM/$i-0123456789012345678901234567890123456789
	done
	rca-watchdog -i >"$ROOM/printed"
	grep -q '^# cannot be written as a crontab line: .* make PATH shorter' "$ROOM/printed"
	RCA_HOME=$ROOM/a$'\n'b complains 100 "control character in it" rca-watchdog -i
	# without RCA_HOME it is the default, and not said
	unset RCA_HOME XDG_CONFIG_HOME
	rca-watchdog -i >"$ROOM/printed"
	not grep -q 'RCA_HOME\|XDG_' "$ROOM/printed"
}
