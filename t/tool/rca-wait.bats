# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
load ../harness/lib

setup()
{
	rca_setup
	quick
}

teardown() { rca_teardown; }

# waiting [options] TASK...: in the background; what it prints is in ROOM/out, its complaints in
# ROOM/err, its pid in WAIT.
waiting()
{
	: >"$ROOM/out"
	command timeout $((20 * ${WAIT_SCALE:-1})) rca-wait "$@" >"$ROOM/out" 2>"$ROOM/err" \
		</dev/null 3>&- &
	WAIT=$!
}

# It ends with CODE and has printed TEXT.
waited()
{
	local got=0

	wait "$WAIT" || got=$?
	[ "$got" = "$1" ] && [ "$(cat "$ROOM/out")" = "$2" ] && return
	echo "exit $got, wanted $1 and: $2"
	cat "$ROOM/out" "$ROOM/err" "$T/history"
	return 1
}

# waits CODE TEXT [options] TASK...: the two in one.
waits()
{
	local code=$1 text=$2

	shift 2
	waiting "$@"
	waited "$code" "$text"
}

# How often the process has gone to sleep so far.
sleeps()
{
	sed -n 's/^voluntary_ctxt_switches:[[:space:]]*//p' "/proc/$1/status"
}

asleep()
{
	grep -q '^State:	S' "/proc/$1/status"
}

# rca-wait itself, below timeout, has settled.
settled()
{
	local pid

	pid=$(pgrep -P "$WAIT" -x rca-wait) && asleep "$pid"
}

service()
{
	T=$(rca-mktask -n "$1" "${@:2}")
	S=$FAKE_DIR/${T##*/}
}

# Has the task launched without a terminal and watched.
start()
{
	rca-launch -e none "$T" >/dev/null
	rca-monitor -d "$T"
}

@test "what it is made of holds by itself" {
	for unit in wait/line_match file/log_reader file/watch; do
		run timeout 60 "$TOP/t/unit/${unit}_test"
		echo "$output"
		[ "$status" = 0 ]
		[ "${lines[-1]}" = "${unit#*/}: ok" ]
	done
}

@test "a task that has ended is told at once, with how" {
	service good -- true
	wrap
	waits 0 'command-good completed' "$T"
	waits 0 'command-good completed' command-good
	service bad -- false
	wrap
	waits 1 'command-bad failed' "$T"
	service ended -- sleep 100
	wrap_bg
	rca-reap -k "$T"
	waits 1 'command-ended stopped' "$T"
}

@test "it returns when the task ends, with that" {
	task claude fix
	fake hold:3
	wrap_bg
	held
	waiting "$T"
	wait_for 5 settled
	go_on
	waited 0 'claude-fix completed'
	wrap_end
}

@test "it is there at once when done is written" {
	for n in 1 2 3 4 5; do
		task claude "fix-$n"
		fake hold:5 # after the end event it would have the linger alone
		wrap_bg
		held
		waiting "$T"
		wait_for 5 settled
		go_on
		waited 0 "claude-fix-$n completed"
		late=$(($(now_ms) - $(date -r "$T/done" +%s%3N)))
		echo "$late ms"
		wrap_end
		[ "$late" -ge $((100 * ${WAIT_SCALE:-1})) ] || break
	done
	[ "$late" -lt $((100 * ${WAIT_SCALE:-1})) ]
}

@test "a crash that the monitor carries over is no end" {
	task claude fix
	fake crash:4 hold:3
	start
	waiting "$T"
	held
	settled
	kill -KILL "$(wrap_pid)"
	waited 0 'claude-fix completed'
	[ "$(get attempt)" = 3 ]
}

@test "a usage limit is no end, as long as a monitor waits" {
	task claude fix
	fake limit:1
	start
	waits 0 'claude-fix completed' "$T"
	history_has limit_over
}

@test "without a monitor a dead wrapper is the end, after a moment" {
	task claude fix
	fake hold:3
	wrap_bg
	held
	waiting "$T"
	wait_for 5 settled
	kill -KILL "$WRAP"
	# The word that it left behind is not believed.
	is_status running
	timeout 20 rca-wait -s running "$T" >"$ROOM/running" 2>/dev/null 3>&- || code=$?
	[ "$code" = 1 ]
	waited 1 'claude-fix lost'
	grep -q 'has no wrapper and no monitor' "$ROOM/err"
	grep -qx 'claude-fix lost' "$ROOM/running"
}

@test "a monitor that another one replaces at once is not missed" {
	for n in 1 2 3 4 5; do
		task claude "fix-$n"
		fake hold:3
		start
		held
		waiting "$T"
		wait_for 5 settled
		began=$(now_ms)
		kill -KILL "$(monitor_pid)" "$(wrap_pid)"
		wait_for 5 unlocked "$T/monitor.lock"
		rca-monitor -d "$T"
		# rca-wait gives it two seconds; a loaded machine may be later
		[ $(($(now_ms) - began)) -ge 1500 ] || break
		wait "$WAIT" || :
		wait_done
	done
	waited 0 "claude-fix-$n completed"
}

@test "a task that the monitor gives up has ended" {
	export MONITOR_DEADLINE=1
	task claude fix
	fake hang:2
	start
	waits 1 'claude-fix abandoned' "$T"
	wait_for 5 unlocked "$T/monitor.lock"
	waits 1 'claude-fix abandoned' "$T"
	waits 0 'claude-fix abandoned' -s abandoned "$T"
}

@test "a monitor that was stopped leaves the agent to run, and it to be waited for" {
	task claude fix
	fake hold:3
	start
	held
	waiting "$T"
	kill -TERM "$(monitor_pid)"
	wait_status abandoned
	wait_for 5 unlocked "$T/monitor.lock"
	kill -0 "$WAIT"
	go_on
	waited 0 'claude-fix completed'
}

@test "one that was never launched is waited for" {
	service late -- true
	waits 99 '' -t 0 "$T"
	waiting "$T"
	wait_for 5 settled
	wrap
	waited 0 'command-late completed'
}

@test "the time is up with 99 and a line for each that has not ended" {
	service one -- sleep 100
	wrap_bg
	one=$T
	service two -- true
	wrap
	waits 99 'command-two completed' -t 1 "$one" "$T"
	[ "$(cat "$ROOM/err")" = 'rca-wait: command-one: timed out after 1 s: running' ]
	rca-reap -k "$one"
}

@test "of several it waits for all, and the worst counts" {
	service one -- true
	one=$T
	service two -- false
	two=$T
	waiting "$one" "$two"
	wait_for 5 settled
	T=$two
	wrap
	wait_for 5 grep -q . "$ROOM/out"
	kill -0 "$WAIT"
	T=$one
	wrap
	waited 1 $'command-two failed\ncommand-one completed'
}

@test "-1: of several the first is enough, and it says which" {
	service one -- true
	one=$T
	service two -- true
	waiting -1 "$one" "$T"
	wait_for 5 settled
	wrap
	waited 0 'command-two completed'
}

@test "-r: a line that comes" {
	service web -- sh -c 'echo starting; mkfifo "$1"; read -r _ <"$1"; echo "Listening on 80"; exec sleep 100' sh "$ROOM/fifo"
	wrap_bg
	waiting -r '^Listening on [0-9]+$' "$T"
	wait_for 5 settled
	wait_for 5 test -p "$ROOM/fifo"
	[ ! -s "$ROOM/out" ]
	timeout 5 sh -c 'echo >"$1"' sh "$ROOM/fifo"
	waited 0 'command-web matched'
	waits 0 'command-web matched' -t 5 -r Listening "$T"
	rca-reap -k "$T"
}

@test "-r: a line that came before, also one that was rotated away; a prompt without its end" {
	service repl -k max_log=12000 -- sh \
		-c 'echo needle; seq 3000; printf ">>> "; exec sleep 100'
	wrap_bg
	wait_for 5 grep -qx needle "$T/output.log.1"
	waits 0 'command-repl matched' -r '^needle$' "$T"
	waits 0 'command-repl matched' -t 5 -r '^>>> $' "$T"
	rca-reap -k "$T"
}

@test "-r: 1 if the task ends first" {
	service web -- sh -c 'echo sorry'
	waiting -r Listening "$T"
	wait_for 5 settled
	wrap
	waited 1 'command-web completed'
	waits 0 'command-web matched' -r sorry "$T"
}

@test "-r: what is no expression is refused" {
	service web -- true
	complains 100 'not a regular expression' rca-wait -r 'a(b' "$T"
}

@test "-s: a status that comes, 1 if the task ends without" {
	task claude fix
	fake hold:3
	waiting -s running "$T"
	wait_for 5 settled
	start
	waited 0 'claude-fix running'
	waiting -s failed "$T"
	held
	go_on
	waited 1 'claude-fix completed'
	waits 0 'claude-fix completed' -s completed "$T"
}

@test "-s ready: the task's own expression, of the attempt at hand" {
	service web -k restart=always -k ready='^Listening' -- sh -c '[ -e "$1" ] || { : >"$1"; echo Listening; exec sleep 100; }; mkfifo "$1.f"; read -r _ <"$1.f"; echo Listening; exec sleep 100' sh "$ROOM/first"
	start
	waits 0 'command-web ready' -t 5 -s ready "$T"
	kill -KILL -- "-$(cat "$T/pid")"
	wait_for 5 test -p "$ROOM/first.f"
	waits 99 '' -t 0 -s ready "$T"
	waiting -s ready "$T"
	wait_for 5 settled
	timeout 5 sh -c 'echo >"$1"' sh "$ROOM/first.f"
	waited 0 'command-web ready'
	# What a dead one said does not count.
	kill -KILL "$(monitor_pid)" "$(wrap_pid)"
	waits 1 'command-web lost' -s ready "$T"
	waits 0 'command-web matched' -r Listening "$T"
	rca-reap -k "$T"
}

@test "-s ready wants that setting, and -s a status" {
	service web -- true
	complains 100 'no setting ready' rca-wait -s ready "$T"
	complains 100 'no such status: there are created launching' rca-wait -s 'done' "$T"
}

@test "-i: a running task that writes nothing" {
	service web -- sh -c 'mkfifo "$1"; for i in 1 2 3 4; do printf "\r$i"; sleep 0.3; done; read -r _ <"$1"' sh "$ROOM/fifo"
	began=$(now_ms)
	wrap_bg
	waits 0 'command-web idle' -i 1 "$T"
	[ $(($(now_ms) - began)) -ge 1900 ]
	waiting -i 1000 "$T"
	wait_for 5 settled
	timeout 5 sh -c 'echo >"$1"' sh "$ROOM/fifo"
	waited 1 'command-web completed'
	wrap_end
}

@test "it sleeps while nothing happens, and two do not keep each other awake" {
	service quiet -- sh -c 'sleep 100'
	wrap_bg
	wait_for 5 grep -q 'phase=thinking' "$T/progress"
	waiting "$T"
	wait_for 5 settled
	pid=$(pgrep -P "$WAIT" -x rca-wait)
	waiting "$T"
	wait_for 5 settled
	rca-probe -k "$T" >/dev/null
	before=$(sleeps "$pid")
	sleep 1.5
	after=$(sleeps "$pid")
	echo "$before $after"
	[ $((after - before)) -le 2 ]
	rca-reap -k "$T"
	waited 1 'command-quiet stopped'
	wait_for 5 not test -e "/proc/$pid"
}

@test "a task that is removed is gone" {
	service one -- true
	one=$T
	service two -- true
	waiting "$one" "$T"
	wait_for 5 settled
	rm -rf "$one"
	wait_for 5 grep -q 'command-one: the task is gone' "$ROOM/err"
	wrap
	waited 102 'command-two completed'
}

@test "no such task is 102, and nothing is waited for" {
	service one -- true
	complains 102 'no such task' rca-wait "$T" command-none
	complains 102 'no such task' rca-wait "$ROOM/none"
}

@test "a broken manifest is said" {
	service one -- true
	head -c 100 "$T/manifest" >"$ROOM/half"
	cp "$ROOM/half" "$T/manifest"
	complains 100 manifest: rca-wait "$T"
}

@test "an answer that cannot be written is an error" {
	service one -- true
	wrap
	run sh -c 'rca-wait "$1" 2>"$2" >/dev/full' sh "$T" "$ROOM/err"
	[ "$status" = 111 ]
	grep -q 'write standard output: No space' "$ROOM/err"
}

@test "-V prints the version, a wrong call the usage, a wrong number the reason" {
	run rca-wait -V
	[ "$status" = 0 ]
	[[ "$output" =~ ^rca-wait\ [0-9]+\.[0-9] ]]
	usage_of rca-wait
	usage_of rca-wait -x
	usage_of rca-wait -r a -i 1 x
	for n in '' -1 x 1.5 99999999999999999999 2000001; do
		complains 100 'not a whole number of seconds' rca-wait -t "$n" x
	done
	complains 100 'from 1 to 2000000' rca-wait -i 0 x
}

@test "on a terminal a person is told how it ended; standard output stays as it is" {
	service a -- sh -c 'exit 3'
	wrap
	want='command-a failed
command-a == failed: exit:3; rca-launch -r carries it on'
	[ "$(on_terminal rca-wait "$T")" = "$want" ]
	[ "$(on_terminal sh -c 'rca-wait "$1" >"$2"' sh "$T" "$ROOM/out")" = "${want#*
}" ]
	[ "$(<"$ROOM/out")" = 'command-a failed' ]
	waits 1 'command-a failed' "$T"
	[ ! -s "$ROOM/err" ]
	[ "$(on_terminal rca-wait -r '^--- attempt' "$T")" = 'command-a matched' ]
}

@test "-p: until a command's shell is back at its prompt, on a terminal and without one" {
	service a -- sh -c 'PS1="$ " exec sh -i'
	rca-launch -e none "$T"
	waits 0 'command-a prompt' -p "$T"
	rca-reap -k "$T"
	service b -- sh -c 'PS1="$ " exec sh -i'
	rca-launch "$T"
	waits 0 'command-b prompt' -p "$T"
	rca-send "$T" 'sleep 3; echo don""e'
	waits 0 'command-b prompt' -p "$T"
	grep -qx "done" "$T/output.log"
	waiting -p "$T"
	waited 0 'command-b prompt'
	rca-send "$T" 'exec sleep 1000'
	waiting -p "$T"
	rca-reap -k "$T"
	waited 1 'command-b stopped'
}

@test "-p: a headless agent has no prompt" {
	task claude fix
	complains 100 'its agent runs headless' rca-wait -p "$T"
	usage_of rca-wait -p -i 3 "$T"
}

@test "-p sleeps while nothing changes" {
	service a -- sleep 1000
	rca-launch "$T"
	waiting -p "$T"
	wait_for 5 settled
	nap 1
	pid=$(pgrep -P "$WAIT" -x rca-wait)
	before=$(sleeps "$pid")
	nap 2
	# A look a second starts its engine's program; a loop would sleep hundreds of times.
	[ $(($(sleeps "$pid") - before)) -le 20 ]
	rca-reap -k "$T"
	waited 1 'command-a stopped'
}
