# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
bats_require_minimum_version 1.5.0
load ../harness/lib

setup()
{
	rca_setup
	BEGAN=$EPOCHSECONDS
	printf 'kill_grace=1\nlinger=1\n' >"$XDG_CONFIG_HOME/rca/config"
	tab=$'\t' esc=$'\033'
}

teardown()
{
	tmux -S "$ROOM/o" kill-server 2>/dev/null || :
	rca_teardown
}

# utc SECONDS: the time so far from the test's begin, as a manifest has it, in AT. Of two tasks made
# one after the other the clock may not change the order.
utc() { TZ=UTC printf -v AT '%(%Y-%m-%dT%H:%M:%SZ)T' $((BEGAN + $1)); }

# made NAME STATUS [SECONDS AGO [key=value...]]: a task with such a manifest that nobody runs; with
# done where the status is an end. Its path is in T.
made()
{
	local name=$1 status=$2 AT

	utc "-${3:-100}"
	T=$TASKS/$name
	mkdir -p "$T"
	chmod 700 "$T"
	printf '%s\n' version=1 "task_name=${name#*-}" "agent=${name%%-*}" "project_dir=$PROJECT" \
		engine=tmux "created_at=$AT" "status=$status" attempt=1 "${@:4}" >"$T/manifest"
	case $status in completed | failed | stopped) : >"$T/done" ;; esac
}

# progressed TEXT [key=value...]: a progress file for T.
progressed()
{
	printf '%s\n' last_event_at=2026-01-31T12:00:00Z phase=ended open_tools=0 tool= turns=3 \
		tokens_in=100 tokens_out=20 cost_usd=0.2500 "${@:2}" "text=$1" >"$T/progress"
}

# list CODE [ARG...]: what it prints is in ROOM/out, complaints in ROOM/err.
list()
{
	local want=$1 got=0

	shift
	rca-list "$@" >"$ROOM/out" 2>"$ROOM/err" || got=$?
	[ "$got" = "$want" ] || {
		echo "exit $got, wanted $want"
		cat "$ROOM/out" "$ROOM/err"
		return 1
	}
}

# field NAME N: of its record.
field() { awk -F '\t' -v name="$1" -v n="$2" '$1 == name { print $n }' "$ROOM/out"; }

# order: the names that were printed, in a line.
order() { cut -f 1 "$ROOM/out" | tr '\n' ' '; }

# The terminal: a shell in a tmux of its own, so many columns and lines.
term()
{
	tmux -S "$ROOM/o" -f /dev/null new-session -d -s t -x "$1" -y "$2" env \
		TERM="${3-screen-256color}" PS1='> ' bash --norc --noprofile 3>&- 4>&-
	wait_for 5 shows '^>'
	type_in 'stty -g >"$RCA_HOME.before"; clear'
	wait_for 5 test -s "$RCA_HOME.before"
}

mux() { tmux -S "$ROOM/o" "$@"; }
type_in() { mux send-keys -t =t: -l "$1"; mux send-keys -t =t: Enter; }
key() { mux send-keys -t =t: "$@"; }
screen() { mux capture-pane -p "$@" -t =t:; }
shows() { screen | grep -qE -e "$1"; }
# The line that is drawn in reverse.
selected() { screen -e | grep -E "$esc\\[([0-9]+;)*7m" | grep -qF -- "$1"; }
# nothing typed or drawn is left: second screen, cursor, wrap at the margin, modes.
as_it_was()
{
	[ "$(flags)" = 011 ] || return 1
	type_in 'stty -g >"$RCA_HOME.after"'
	wait_for 5 test -s "$RCA_HOME.after"
	cmp "$RCA_HOME.before" "$RCA_HOME.after"
}

# shell NAME: a task that repeats what it hears.
shell()
{
	T=$(rca-mktask -n "$1" -- sh -c 'echo this is the task; while read -r x; do echo "heard $x"; done')
	rca-launch "$T" >/dev/null
}

# back: the table is there again, and its last line holds $1.
back() { shows '^TASK' && screen | tail -n 1 | grep -qF -- "${1-q quits}"; }
# child NAME: a program on that terminal.
child()
{
	ps -o pid=,comm= -t "$(mux display-message -p -t =t: '#{s|/dev/||:pane_tty}')" |
		awk -v n="$1" '$2 ~ "^" n { print $1 }'
}
flags() { mux display-message -p -t =t: '#{alternate_on}#{cursor_flag}#{wrap_flag}'; }
stopped() { shows 'Stopped' && [ "$(flags)" = 011 ]; }

live_pid() { ours rca-list | cut -d ' ' -f 1; }
gone() { none_of_ours rca-list; }

# watch [ARG...]: rca-list -w in the terminal, its exit code in ROOM/code.
watch()
{
	type_in "rca-list -w $*; echo \$? >$ROOM/code"
	wait_for 5 shows 'q quits'
}

code_is() { wait_for 5 test -s "$ROOM/code" && [ "$(cat "$ROOM/code")" = "$1" ]; }

@test "the table's own room: widths, what fits, cells of just so many columns" {
	run "$TOP/t/unit/text/table_test"
	[ "$status" = 0 ]
	[ "$output" = "table: ok" ]
}

@test "tasks are records of eight fields where nobody looks" {
	task claude fix
	wrap
	made codex-old stopped 5000
	list 0
	[ "$(wc -l <"$ROOM/out")" = 2 ]
	[ "$(awk -F '\t' 'NF != 8' "$ROOM/out")" = "" ]
	[ "$(field claude-fix 2)" = completed ]
	[ "$(field claude-fix 3)" = ok ]
	[ "$(field claude-fix 4)" -lt 60 ]
	[ "$(field claude-fix 5)" = 1 ]
	T=$TASKS/claude-fix
	[ "$(field claude-fix 6)" = $(($(progress tokens_in) + $(progress tokens_out))) ]
	[ "$(field claude-fix 7)" = "$(sed -n 's/^cost_usd=//p' "$TASKS/claude-fix/progress")" ]
	[ "$(field claude-fix 8)" = "all done by claude, attempt 1" ]
	[ "$(field codex-old 4)" -ge 5000 ]
	[ "$(field codex-old 6)$(field codex-old 7)$(field codex-old 8)" = "---" ]
}

@test "those that have not ended come first, then the newest" {
	made a-end completed 50
	made b-end failed 20
	made c-on running 500
	made d-on created 100
	made e-on abandoned 300
	list 0
	[ "$(order)" = "d-on e-on c-on b-end a-end " ]
}

@test "no task: nothing, and all is well; not even a directory is needed" {
	list 0
	[ ! -s "$ROOM/out" ]
	[ ! -e "$TASKS" ]
	list 0 -j
	[ ! -s "$ROOM/out" ]
	mkdir -p "$TASKS"
	list 0
	[ ! -s "$ROOM/out" ]
}

@test "-s keeps a status, or several; nothing left is 1" {
	made a-one completed 1
	made a-two failed 2
	made a-three crashed 3
	list 0 -s failed
	[ "$(order)" = "a-two " ]
	list 0 -s completed -s crashed
	[ "$(order)" = "a-three a-one " ]
	list 1 -s hung
	[ ! -s "$ROOM/out" ]
	[ ! -s "$ROOM/err" ]
	list 1 -s hung a-one
	complains 100 "-s done: no such status: there are created launching" rca-list -s "done"
}

@test "named tasks come in their order, wherever they lie" {
	made b-one completed
	made a-two completed
	mkdir -m 700 "$ROOM/else"
	cp -R "$TASKS/b-one" "$ROOM/else/b-far"
	list 0 b-one "$ROOM/else/b-far" "$TASKS/a-two/"
	[ "$(order)" = "b-one $(realpath "$ROOM/else")/b-far a-two " ]
	cd "$ROOM/else"
	list 0 ./b-far
	[ "$(field "$(realpath "$ROOM/else")/b-far" 2)" = completed ]
}

@test "a named task that is not there is 102, and the others are shown" {
	made b-one completed
	list 102 b-none b-one
	[ "$(order)" = "b-one " ]
	grep -q '^rca-list: b-none: no such task$' "$ROOM/err"
	complains 102 "no such task" rca-list b-none
	complains 100 "not a task name" rca-list ..
}

@test "health is what rca-probe says" {
	local name

	task claude busy
	fake hold:3
	rca-launch -e none "$T" >/dev/null
	held
	T=$(rca-mktask -n ask -- sh -c 'printf "Overwrite the file? (y/N) "; read -r x')
	rca-launch "$T" >/dev/null
	made claude-lost running
	made claude-new created
	made claude-end completed
	same() {
		rca-probe -j claude-busy command-ask claude-lost claude-new claude-end |
			jq -r '.task + " " + .status + " " + .health' | sort >"$ROOM/probe" || :
		grep -q 'command-ask running waiting_for_input' "$ROOM/probe" || return 1
		rca-list | cut -f 1-3 | tr '\t' ' ' | sort | cmp - "$ROOM/probe"
	}
	wait_for 5 same
	rca-list | grep -q "^command-ask$tab.*${tab}Overwrite the file? (y/N)$"
	T=$TASKS/claude-busy
	S=$FAKE_DIR/claude-busy
	go_on
	wait_done
	rca-reap -k command-ask
}

@test "silence makes a task quiet, then stale; an open tool call excuses it" {
	export MONITOR_GRACE_PERIOD=1
	task claude deaf -k silence=1
	fake hang:2
	wrap_bg
	first=$WRAP
	task claude tool -k silence=1
	fake hang:3
	wrap_bg
	is() { list 0; [ "$(field "$1" 3)" = "$2" ]; }
	wait_for 5 is claude-deaf quiet
	wait_for 5 is claude-deaf stale
	# Where all is slow it may be quiet for a moment before its last word, too.
	silent() { [ "$(rca-list -j claude-tool | jq .silent_s)" -ge 1 ]; }
	wait_for 5 silent
	wait_for 5 is claude-tool quiet
	kill "$first" "$WRAP"
	wrap_end
	wait "$first" || :
}

@test "why it failed, or what it waits for, stands before the last line" {
	made a-fail failed 1 'reason=401 invalid key'
	progressed 'trying'
	made a-crash crashed 2 reason=signal:9
	made a-limit limited 3 reason=usage resume_at=2030-01-01T00:00:00Z
	progressed 'so far'
	made a-give abandoned 4 abandon_reason=deadline reason=x
	made a-done completed 5 reason=end
	list 0
	[ "$(field a-fail 8)" = "(401 invalid key) trying" ]
	[ "$(field a-crash 8)" = "(signal:9)" ]
	[ "$(field a-limit 8)" = "(until 2030-01-01T00:00:00Z) so far" ]
	[ "$(field a-give 8)" = "(deadline)" ]
	[ "$(field a-done 8)" = - ]
}

@test "a command's last line is that of its log" {
	T=$(rca-mktask -n say -- sh -c 'printf "one\ntwo\n\n  \n"')
	wrap
	list 0
	[ "$(field command-say 8)" = two ]
	head -c 100000 /dev/zero | tr '\0' x >>"$T/output.log"
	list 0
	[[ "$(field command-say 8)" == xxxx* ]]
}

@test "-j prints one JSON object a line, with what rca-probe -j prints" {
	T=$(rca-mktask -a claude -n fix -k goal='say "hi" \ é' -p - <<<work)
	wrap
	task codex busy
	fake hold:3
	wrap_bg
	held
	said() { [ -n "$(progress text)" ]; }
	wait_for 3 said
	list 0 -j
	[ "$(wc -l <"$ROOM/out")" = 2 ]
	jq -s -e 'map(.task) == ["codex-busy", "claude-fix"]' "$ROOM/out"
	jq -s -e '.[1] | .status == "completed" and .attempt == 1 and .exit_code == 0 and .turns > 0 and (.cost_usd | type) == "number" and .tokens_in > 0 and (.goal | startswith("say \"hi\" \\"))' "$ROOM/out"
	rca-probe -j codex-busy claude-fix |
		jq -S -c 'del(.lock, .monitor, .cpu_ms, .silent_s, .session_worked)' >"$ROOM/probe"
	jq -S -c 'del(.kind, .silent_s, .session_worked)' "$ROOM/out" | diff - "$ROOM/probe"
	[ "$(rca-list -j -s completed | jq -r .task)" = claude-fix ]
	go_on
	wrap_end
}

@test "a broken task is shown as such, and is not the end" {
	made a-good completed
	made a-cut running
	printf 'version=1\nstatus' >"$T/manifest"
	made a-odd flying
	made a-open completed
	chmod 722 "$T"
	ln -s "$TASKS/a-good" "$TASKS/a-link"
	mkdir "$TASKS/a-empty" "$TASKS/.new-a-half-1"
	: >"$TASKS/a-file"
	list 0
	[ "$(cut -f 1 "$ROOM/out" | sort | tr '\n' ' ')" = "a-cut a-good a-link a-odd a-open " ]
	[ "$(cut -f 2 "$ROOM/out" | sort | uniq -c | tr -s ' \n' ' ')" = " 4 broken 1 completed " ]
	field a-cut 8 | grep -q '^manifest line 2: '
	[ "$(field a-odd 8)" = "manifest: status flying: not a status" ]
	field a-open 8 | grep -q '^others can write it: refused'
	[ "$(field a-link 8)" = "is a symlink: refused" ]
	[ "$(field a-cut 3)" = - ]
	list 0 -s broken a-good a-cut
	[ "$(order)" = "a-cut " ]
	[ "$(rca-list -j -s broken a-odd | jq -c .)" = '{"task":"a-odd","status":"broken","kind":"attention","error":"manifest: status flying: not a status"}' ]
	chmod 700 "$TASKS/a-open"
}

@test "another user's task is shown, not read" {
	[ "$(id -u)" = 0 ] || skip "only root can give a directory away"
	made a-good completed
	made a-alien completed
	chown 65534 "$T"
	list 0
	[ "$(field a-alien 2)" = broken ]
	[ "$(field a-alien 8)" = "belongs to another user: refused" ]
	chown 0 "$T"
}

@test "what an agent wrote cannot break the table" {
	made a-bad failed 1 $'reason=x\xc2\x9b31m\xe2\x80\xa8y\xff'
	progressed $'\033[31mred\033]0;title\a \302\23331m tab\there \342\200\256back\377 end'
	mkdir -m 700 "$TASKS/a-"$'\033[2Jclear\tmore'
	cp "$T/manifest" "$TASKS/a-"$'\033[2Jclear\tmore'
	list 0
	[ "$(wc -l <"$ROOM/out")" = 2 ]
	[ "$(awk -F '\t' 'NF != 8' "$ROOM/out")" = "" ]
	not grep -q $'[\001-\010\013-\037\177]' "$ROOM/out"
	iconv -f UTF-8 -t UTF-8 "$ROOM/out" >/dev/null
	field a-bad 8 | grep -q 'red .*tab here .*end'
	list 0 -j
	jq -e . "$ROOM/out" >/dev/null
	not grep -q $'[\001-\010\013-\037\177]' "$ROOM/out"
	term 140 10
	type_in "rca-list | cat -v; rca-list >$ROOM/out; tty >$ROOM/tty; rca-list"
	wait_for 5 test -s "$ROOM/tty"
	wait_for 5 shows '^!  a- clear more'
	wait_for 5 shows '^!  a-bad  .*red  tab here .*back.* end'
}

@test "it disturbs no lock, and changes nothing" {
	task claude fix
	fake slow:0.02
	(while [ ! -e "$T/done" ]; do rca-list >/dev/null; done) 3>&- &
	looker=$!
	wrap
	wait $looker || :
	ended completed
	[ "$(starts)" = 1 ]
	made a-crash crashed
	cp -Rp "$TASKS" "$ROOM/before"
	list 0
	list 0 -j
	diff -r "$ROOM/before" "$TASKS"
}

@test "a terminal gets a table, cut to its width" {
	made claude-a running 300
	progressed "$(printf 'a long line of 300 bytes %0280d' 0)"
	made claude-wide completed 90000
	progressed '日本語のとても長い一行がここにあります、幅を数えなければ列からはみ出します、はい、はみ出すでしょう。 end'
	term 80 12
	type_in rca-list
	wait_for 5 shows '^   claude-wide'
	shows '^   TASK         STATUS     SINCE  *WHAT$'
	shows '^!  claude-a     running    5 min ago  *\(nobody carries it on\) a long line of 3.*…$'
	shows '^   claude-wide  completed  [A-Z][a-z][a-z] [0-9:]*   *日本.*…$'
	shows '^1 needs somebody, 1 ended; 240 tokens, \$0\.50$'
	[ "$(screen | grep -c .)" = 6 ]
	mux resize-window -t =t: -x 40
	type_in 'clear; rca-list'
	wait_for 5 shows '^   TASK         STATUS     WHAT$'
	shows '^   claude-wide  completed  日本.*…$'
}

@test "a terminal that does not tell its width has COLUMNS" {
	made claude-a running 300
	term 100 10
	type_in 'stty cols 0; COLUMNS=34 rca-list'
	wait_for 5 shows '^!  claude-a'
	shows '^   TASK      STATUS   WHAT$'
}

@test "colour is for those who want it" {
	made claude-a running
	made claude-b failed
	term 80 10
	type_in rca-list
	wait_for 5 shows '^!  claude-b'
	screen -e | grep -qF "${esc}[31mfailed"
	for how in NO_COLOR=1 TERM=dumb; do
		type_in "clear; $how rca-list"
		wait_for 5 shows '^!  claude-b'
		not grep -q "$esc" <(screen -e)
	done
	type_in 'clear; NO_COLOR= rca-list'
	wait_for 5 shows '^!  claude-b'
	screen -e | grep -qF "${esc}[31mfailed"
	type_in 'clear; rca-list | cat'
	wait_for 5 shows '^claude-b'
	not grep -q "$esc" <(screen -e)
}

@test "without tasks a terminal is told how to begin" {
	term 80 10
	type_in 'rca-list; echo code $?'
	wait_for 5 shows 'code 0'
	shows '^no tasks yet; the first: rca run -a claude -n fix -p prompt\.txt$'
	made claude-a completed
	type_in 'clear; rca-list -s hung; echo code $?'
	wait_for 5 shows 'code 1'
	shows '^no task matches$'
}

@test "a person sees first and marked what needs somebody, then what lives, then the last that ended" {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		made claude-e$i completed $((100 * i + 1000))
		progressed "well, $i"
	done
	made claude-failed failed 90000 'reason=check_failed: exit 1'
	utc -240
	made claude-given abandoned 5000 abandon_reason=deadline "abandoned_at=$AT"
	made claude-odd flying
	made claude-new created 200
	utc -60
	made claude-late stopped 9000 "finished_at=$AT"
	task codex busy
	fake hold:3
	wrap_bg
	held
	term 80 24
	type_in rca-list
	wait_for 5 shows ' 3 more: -a'
	[ "$(screen | awk '/^!/ { print $1 $2 } /^   c/ { print $1 }' | tr '\n' ' ')" = "!claude-given !claude-failed !claude-odd codex-busy claude-new claude-late claude-e1 claude-e2 claude-e3 claude-e4 claude-e5 claude-e6 claude-e7 claude-e8 claude-e9 " ]
	shows '^!  claude-given  *abandoned  *4 min ago .*\(deadline\)$'
	shows '^!  claude-failed  *failed  .*\(check_failed: exit 1\)$'
	shows '^   claude-late  *stopped  *1 min ago .* -$'
	shows '^   codex-busy  *running .* make all'
	shows '^3 need somebody, 1 living, 1 created, 10 ended, 3 more: -a; [0-9]+ tokens, \$3\.'
	type_in 'clear; rca-list -a'
	wait_for 5 shows '^   claude-e12'
	not shows ' more: '
	type_in 'clear; rca-list claude-e12 claude-new'
	wait_for 5 shows '^claude-e12  *completed'
	shows '^1 created, 1 ended; 120 tokens, \$0\.25$'
	type_in "clear; rca-list -w 'e*'"
	wait_for 5 shows '^10 ended, 2 more: a; '
	not shows claude-e12
	key a
	wait_for 5 shows '^claude-e12'
	key q
	wait_for 5 gone
	list 0 -s attention
	[ "$(order)" = "claude-given claude-odd claude-failed " ]
	list 0 -s living
	[ "$(order)" = "codex-busy " ]
	list 0 -s ended -s created
	[ "$(wc -l <"$ROOM/out")" = 14 ]
	[ "$(rca-list -j | jq -r 'select(.kind == "created") | .task')" = claude-new ]
	go_on
	wrap_end
}

@test "a limit says when it goes on, in local time, and how long that is" {
	utc 830
	made claude-limit limited 100 reason=usage "resume_at=$AT"
	printf -v at '%(%H:%M)T' $((EPOCHSECONDS + 830))
	made claude-unsure limited 101 "resume_at=$AT" resume_unsure=yes undelivered=2
	utc -300
	made claude-past limited 102 "resume_at=$AT"
	term 140 10
	type_in 'rca-list'
	wait_for 5 shows '3 need somebody'
	screen
	shows "claude-limit .*\(nobody carries it on; resumes (... )?$at, in 1[23] min\)"
	shows "claude-unsure .*; limit of unknown end, tries again .*, in 1[23] min; 2 notices undelivered\)"
	shows "claude-past .*; was to resume (... )?[0-9:]+\)"
}

@test "at any width nothing wraps, names stay whole, and the reason is read" {
	made claude-a-long-name failed 1 'reason=401 invalid key, log in again'
	progressed 'trying the other key that I found in the environment of the shell' cost_usd=3
	made claude-two completed 90000
	sed 's/^attempt=.*/attempt=3/' "$T/manifest" >"$T/m"
	mv "$T/m" "$T/manifest"
	progressed '日本語のとても長い一行がここにあります、幅を数えなければ列からはみ出します'
	term 160 10
	for width in 160 100 80 60; do
		mux resize-window -t =t: -x $width
		type_in "clear; stty cols $width; rca-list; echo code \$?"
		wait_for 5 shows 'code 0'
		screen >"$ROOM/w$width"
		[ "$(grep -c . "$ROOM/w$width")" = 6 ]
		grep -qE '^!  claude-a-long-name  failed .*\(401 invalid key' "$ROOM/w$width"
		[ "$(screen -J | wc -l)" = "$(wc -l <"$ROOM/w$width")" ]
	done
	grep -qE '  TRY  *COST  WHAT$' "$ROOM/w160"
	not grep -q TOKENS "$ROOM/w160"
	grep -q 'SINCE.*  WHAT$' "$ROOM/w80"
	not grep -qE 'TRY|COST' "$ROOM/w60"
}

@test "patterns, agents and directories choose, and combine" {
	mkdir -p "$PROJECT/sub" "$PROJECT-other"
	made claude-web-1 completed 1
	made claude-web-2 failed 2
	made codex-web-3 completed 3
	sed "s|^project_dir=.*|project_dir=$PROJECT/sub|" "$T/manifest" >"$T/m"
	mv "$T/m" "$T/manifest"
	made codex-api completed 4
	sed "s|^project_dir=.*|project_dir=$PROJECT-other|" "$T/manifest" >"$T/m"
	mv "$T/m" "$T/manifest"
	list 0 'web-*'
	[ "$(order)" = "claude-web-1 claude-web-2 codex-web-3 " ]
	list 0 'codex-*' claude-web-2
	[ "$(order)" = "claude-web-2 codex-web-3 codex-api " ]
	list 0 '*-[12]' -s failed
	[ "$(order)" = "claude-web-2 " ]
	list 102 'web-?' 'none-*'
	[ "$(wc -l <"$ROOM/out")" = 3 ]
	grep -q '^rca-list: none-\*: matches no task$' "$ROOM/err"
	list 1 'web-*' -s hung
	list 0 -A codex
	[ "$(order)" = "codex-web-3 codex-api " ]
	list 1 -A none
	list 0 -d "$PROJECT"
	[ "$(order)" = "claude-web-1 claude-web-2 codex-web-3 " ]
	cd "$PROJECT/sub"
	list 0 -d . 'web-*' -A codex -s completed
	[ "$(order)" = "codex-web-3 " ]
	list 0 -d ../../p-other
	[ "$(order)" = "codex-api " ]
	list 0 -d /
	[ "$(wc -l <"$ROOM/out")" = 4 ]
	complains 100 "-d nowhere: No such file or directory" rca-list -d nowhere
}

@test "a dumb terminal gets the table without any control" {
	made claude-a failed
	run script -qec 'stty cols 80; TERM=dumb rca-list' /dev/null
	[[ "$output" == *"!  claude-a"* ]]
	[[ "$output" != *"$esc"* ]]
}

# rendered: the page, each line trimmed.
rendered()
{
	mandoc -T ascii -O width=400 "$TOP/man/$1" | sed "s/.$(printf '\b')//g" | tr '\t' ' ' |
		sed 's/^ *//'
}

@test "the page has each key that -j prints" {
	rendered rca-list.1 | sed -n '/^JSON/,/^ENVIRONMENT/p' >"$ROOM/page"
	# what rca-task(5) says of a manifest
	rendered rca-task.5 | sed -n '/^Manifest$/,/^Progress$/p' >"$ROOM/manifest"
	in_page() { grep -qE "(^|[ ,])$1(,|\$| )" "$ROOM/page"; }
	T=$(rca-mktask -a claude -n fix -k goal=well -p - <<<work)
	wrap
	made codex-odd flying
	utc 500
	made codex-limit limited 9 "resume_at=$AT" resume_unsure=yes "limited_since=$AT"
	task codex busy
	fake hold:3
	wrap_bg
	held
	for key in $(rca-list -j | jq -r 'keys[]' | sort -u); do
		in_page "$key" || grep -qw "$key" "$TOP/man/rca-config.5" ||
			{ echo "$key"; return 1; }
	done
	go_on
	wrap_end
	for key in $(grep -E '^[a-z_]+(, [a-z_]+)*$' "$ROOM/manifest" | tr -d ,); do
		in_page "$key" || { echo "$key of rca-task(5)"; return 1; }
	done
	sed -n 's/.*report_[a-z]*(&a, "\([a-z_]*\)".*/\1/p' "$TOP/bin/rca-list.c" >"$ROOM/keys"
	while read -r key; do
		in_page "$key" || { echo "$key of rca-list.c"; return 1; }
	done <"$ROOM/keys"
	[ -s "$ROOM/keys" ]
}

@test "the page's examples do what it says" {
	rendered rca-list.1 | sed -n '/^EXAMPLES/,/^SEE ALSO/p' | grep '^rca-list' >"$ROOM/examples"
	made claude-web-1 failed
	made claude-web-2 completed
	made claude-quiet abandoned
	made claude-limit limited 9 resume_at=2030-01-01T00:00:00Z
	made claude-odd flying
	made claude-stop stopped
	made claude-new created
	task codex busy
	fake hold:3
	wrap_bg
	held
	says()
	{
		grep -xF -- "$1" "$ROOM/examples" >"$ROOM/example"
		[ "$(sh "$ROOM/example" | sort | tr '\n' ' ')" = "$2" ]
	}
	says "rca-list -s attention | cut -f 1" "claude-limit claude-odd claude-quiet claude-web-1 "
	says "rca-list -s living | cut -f 1" "codex-busy "
	says "rca-list 'web-*' | cut -f 1" "claude-web-1 claude-web-2 "
	says "rca-list -d . | wc -l" "8 "
	says "rca-list -j -s limited | jq -r '.task + \" \" + .resume_at'" \
		"claude-limit 2030-01-01T00:00:00Z "
	says "rca-list | cut -f 1,7 | head -n 1" "codex-busy${tab}- "
	[ "$(grep -vcE ' -w$| -H ' "$ROOM/examples")" = 6 ]
	go_on
	wrap_end
}

@test "-w follows the tasks until q, and leaves the terminal as it was" {
	made claude-a created 1000
	term 110 10
	watch
	shows '^1 created'
	shows '^claude-a  *created'
	[ "$(mux display-message -p -t =t: '#{alternate_on}#{cursor_flag}')" = 10 ]
	made claude-new completed 1000
	progressed 'all is well'
	wait_for 5 shows '^claude-new  *completed .* all is well'
	shows '^1 created, 1 ended; 120 tokens, \$0\.25'
	sed 's/^status=.*/status=failed\nreason=exit:3/' "$T/manifest" >"$T/m"
	mv "$T/m" "$T/manifest"
	wait_for 5 shows '^!  claude-new  *failed .*\(exit:3\) all is well'
	rm -r "$TASKS/claude-a"
	wait_for 5 shows '^1 needs somebody; '
	not shows claude-a
	key q
	code_is 0
	not shows claude-new
	as_it_was
}

@test "-w shows what a living task is at" {
	task claude fix
	fake hold:3
	rca-launch "$T" >/dev/null
	held
	term 140 10
	watch
	wait_for 5 shows '^claude-fix  *running  *[0-9]+ s ago .*make all'
	go_on
	wait_for 5 shows '^claude-fix  *completed  *[0-9]+ s ago .*all done by claude'
	key C-c
	code_is 0
	as_it_was
}

@test "-w writes nothing while nothing changes, and then only that" {
	made claude-a created 100000
	made claude-b stopped 100000
	term 80 10
	watch
	mux pipe-pane -t =t: "cat >$ROOM/bytes"
	pid=$(live_pid)
	key Down
	wait_for 5 test -s "$ROOM/bytes"
	looks() { awk '/^voluntary/ { print $2 }' "/proc/$pid/status"; }
	settled() { was=$(wc -c <"$ROOM/bytes"); }
	wait_for 5 selected claude-b
	settled
	from=$(looks)
	later() { [ "$(looks)" -ge $((from + 2)) ]; }
	wait_for 8 later
	[ "$(wc -c <"$ROOM/bytes")" = "$was" ]
	progressed 'ready now' turns=12 tokens_in=0 tokens_out=0 cost_usd=0
	wait_for 5 shows 'ready now'
	[ "$(wc -c <"$ROOM/bytes")" -lt $((was + 200)) ]
	key q
	code_is 0
}

@test "-w selects with arrows, j and k, and scrolls" {
	for i in 1 2 3 4 5 6 7 8 9; do made claude-t$i created $((1000 + i)); done
	term 80 8
	watch
	wait_for 5 selected claude-t1
	shows '^claude-t5 '
	not shows claude-t6
	key Down
	key j
	wait_for 5 selected claude-t3
	key Up
	key k
	key k
	wait_for 5 selected claude-t1
	key End
	wait_for 5 selected claude-t9
	not shows claude-t4
	shows claude-t5
	key Up
	wait_for 5 selected claude-t8
	key g
	wait_for 5 selected claude-t1
	key PageDown
	wait_for 5 selected claude-t5
	# It stays with its task, wherever that goes.
	made claude-t0 created 1
	wait_for 5 shows '^10 created'
	selected claude-t5
	rm -r "$TASKS/claude-t5"
	wait_for 5 selected claude-t6
	key q
	code_is 0
}

@test "-w follows the terminal's size" {
	for i in 1 2 3; do made claude-t$i running $((1000 + i)); done
	term 110 12
	watch
	wait_for 5 shows 'WHAT'
	mux resize-window -t =t: -x 50 -y 5
	# shellcheck disable=SC2317
	narrow()
	{
		shows '^   TASK  *STATUS' && not shows SINCE &&
			[ "$(screen | grep -c claude-t)" = 2 ]
	}
	wait_for 5 narrow
	mux resize-window -t =t: -x 10 -y 2
	tiny() { [ "$(screen | grep -c '!  cla')" = 2 ] && not shows TASK; }
	wait_for 5 tiny
	mux resize-window -t =t: -x 110 -y 12
	wait_for 5 shows '^   TASK .* WHAT'
	wait_for 5 shows 'q quits'
	key q
	code_is 0
	as_it_was
}

@test "-w: Enter looks into the task, which hears nothing of it; with w it does" {
	T=$(rca-mktask -n shell -- sh -c 'echo this is the task; while read -r x; do echo "heard $x"; done')
	rca-launch "$T" >/dev/null
	term 100 12
	watch
	wait_for 5 selected command-shell
	key Enter
	wait_for 5 shows '^this is the task'
	type_in 'not for you'
	key C-b d
	wait_for 5 shows 'q quits'
	key w
	wait_for 5 shows '^this is the task'
	type_in 'you there'
	wait_for 5 shows '^heard you there'
	run ! shows 'not for you'
	key C-b d
	wait_for 5 shows 'q quits'
	wait_for 5 selected command-shell
	is_status running
	key q
	code_is 0
	as_it_was
	rca-reap -k "$T"
}

@test "-w: a task that cannot be looked into says why" {
	T=$(rca-mktask -n quiet -- sleep 1000)
	rca-launch -e none "$T" >/dev/null
	term 100 12
	watch
	key Enter
	wait_for 5 shows '^command-quiet: no terminal to look into: rca-log -f'
	key j
	wait_for 5 shows 'q quits'
	rca-reap -k "$T"
	printf 'x' >"$T/manifest"
	wait_for 5 shows '^!  command-quiet  *broken'
	key Enter
	wait_for 5 shows '^command-quiet: broken or gone'
	key q
	code_is 0
	as_it_was
	rm -r "$T"
}

@test "-w: a signal ends it, and the terminal is as it was" {
	made claude-a created 1000
	term 80 10
	for sig in TERM:143 INT:130 HUP:129 QUIT:131; do
		type_in 'clear; rca-list -w'
		wait_for 5 shows 'q quits'
		kill -"${sig%:*}" "$(live_pid)"
		wait_for 5 gone
		rm -f "$ROOM/code" "$RCA_HOME.after"
		type_in "echo \$? >$ROOM/code"
		code_is "${sig#*:}"
		as_it_was
	done
}

@test "-w: a signal while somebody is attached ends both" {
	T=$(rca-mktask -n shell -- sh -c 'echo this is the task; sleep 1000')
	rca-launch "$T" >/dev/null
	term 80 10
	watch
	key Enter
	wait_for 5 shows '^this is the task'
	kill "$(live_pid)"
	code_is 143
	as_it_was
	is_status running
	rca-reap -k "$T"
}

@test "-w can be suspended" {
	made claude-a created 1000
	term 80 10
	watch
	key C-z
	wait_for 5 shows 'Stopped'
	[ "$(flags)" = 011 ]
	type_in fg
	wait_for 5 shows '^claude-a  *created'
	key q
	wait_for 5 gone
	as_it_was
}

@test "-w ends with its terminal" {
	made claude-a created 1000
	term 80 10
	watch
	[ -n "$(live_pid)" ]
	mux kill-server
	wait_for 5 gone
}

@test "-w takes statuses and names" {
	for i in 1 2 3; do made claude-t$i created $((1000 + i)); done
	made claude-end completed
	term 80 10
	watch -s created
	wait_for 5 shows '^3 created'
	not shows claude-end
	key q
	code_is 0
	watch claude-t3 claude-end
	wait_for 5 shows '^1 created, 1 ended'
	[ "$(screen | grep -o '^claude-[a-z0-9]*' | tr '\n' ' ')" = "claude-t3 claude-end " ]
	key q
	code_is 0
	type_in "rca-list -w claude-none; echo code \$?"
	wait_for 5 shows 'code 102'
}

@test "-w without colour still shows what is selected" {
	made claude-a failed 1000
	term 80 10
	type_in "NO_COLOR=1 rca-list -w; echo \$? >$ROOM/code"
	wait_for 5 selected claude-a
	not grep -q "$esc\[[0-9;]*3[0-7]m" <(screen -e)
	key q
	code_is 0
}

@test "-w: l shows the log, in PAGER or less, or follows it; so does Enter once it has ended" {
	made claude-end completed 1000
	printf 'first\n\033[31mlast\n' >"$T/output.log"
	shell living
	term 80 10
	watch
	key l
	wait_for 5 shows '^this is the task'
	rca-send "$T" and more
	wait_for 5 shows '^heard and more'
	key C-c
	wait_for 5 shows '^(:|\(END\))'
	key q
	wait_for 5 back
	wait_for 5 none_of_ours rca-log
	key G Enter
	wait_for 5 shows '^\(END\)'
	shows '^last$'
	# A stopped pager stops all, and goes on with all.
	key C-z
	wait_for 5 stopped
	type_in fg
	wait_for 5 shows '^\(END\)'
	# A pager that is killed leaves nothing behind.
	kill -9 "$(child less)"
	wait_for 5 back 'rca-log: ended by signal 9'
	key q
	wait_for 5 gone
	as_it_was
	rm "$ROOM/code"
	type_in "clear; PAGER='tr a-z A-Z; read x </dev/tty #' rca-list -w; echo \$? >$ROOM/code"
	wait_for 5 back
	key G l
	wait_for 5 shows '^LAST$'
	key Enter
	wait_for 5 back
	# It ends with the screen.
	key l
	wait_for 5 shows '^LAST$'
	kill "$(live_pid)"
	code_is 143
	[ -z "$(child sh)" ]
	as_it_was
	mkdir "$ROOM/bin"
	ln -s "$(command -v sh)" "$(command -v cat)" "$ROOM/bin"
	rm "$ROOM/code"
	type_in "clear; PATH=$ROOM/bin:$TOP/bin rca-list -w; echo \$? >$ROOM/code"
	wait_for 5 back
	key G l
	wait_for 5 shows '^Enter goes back'
	shows '^last$'
	key Enter
	wait_for 5 back
	key q
	code_is 0
	as_it_was
	rca-reap -k command-living
}

@test "-w: s sends a line as it is; what is pasted is never a key; an error stays until a key" {
	made claude-end completed 1000
	shell hears
	term 80 10
	watch
	key s
	wait_for 5 back 'send command-hears:'
	mux send-keys -t =t: -l "it's \$(date) ; äx"
	key BSpace Enter
	wait_for 5 shows '^command-hears: sent'
	grep -qxF "heard it's \$(date) ; ä" "$T/output.log"
	for how in C-c Escape; do
		key s
		wait_for 5 back 'send command-hears:'
		mux send-keys -t =t: -l 'not this'
		key "$how"
		wait_for 5 back
	done
	mux set-buffer "$(printf 'xy\nq')"
	mux paste-buffer -p -t =t:
	key s
	wait_for 5 back 'send command-hears:'
	mux paste-buffer -p -t =t:
	wait_for 5 back 'send command-hears: xy q'
	key Enter
	wait_for 5 shows '^command-hears: sent'
	grep -qx 'heard xy q' "$T/output.log"
	not grep -q 'not this' "$T/output.log"
	is_status running
	key G
	wait_for 5 selected claude-end
	key s
	wait_for 5 back 'send claude-end:'
	mux send-keys -t =t: -l 'too late'
	key Enter
	wait_for 5 back 'claude-end: '
	key j
	wait_for 5 back
	key q
	code_is 0
	as_it_was
	rca-reap -k command-hears
}

# choose NAME: it is selected, or a task further below.
choose() { selected "$1" || { key j && selected "$1"; }; }

@test "-w: x stops a task once that is asked and answered with y, and the task that was asked about" {
	shell one
	one=$T
	shell two
	term 80 10
	watch
	wait_for 5 choose command-one
	for no in n Enter Escape x; do
		key x
		wait_for 5 back 'stop command-one? y/n'
		key "$no"
		wait_for 5 back
	done
	# An answer that comes with the question is none.
	mux send-keys -t =t: -l xy
	wait_for 5 back 'stop command-one? y/n'
	made claude-new created 1
	wait_for 5 shows 'claude-new  '
	T=$one is_status running
	key y
	wait_for 10 back 'command-one: stopped'
	T=$one is_status stopped
	is_status() { [ "$(rca-probe -s "$1")" = "$2" ]; }
	is_status command-two running
	wait_for 5 selected command-one
	key x
	wait_for 5 back 'command-one: has ended already'
	# It goes on without us.
	key g
	wait_for 5 selected command-two
	key x
	wait_for 5 back 'stop command-two? y/n'
	key y q
	code_is 0
	as_it_was
	wait_for 10 is_status command-two stopped
}

@test "-w: / shows the names that hold what is typed, or match it; ? shows the keys" {
	for i in 1 2 3; do made claude-t$i created $((1000 + i)); done
	made codex-t4 created 2000
	term 80 10
	watch
	key /
	mux send-keys -t =t: -l 'claude'
	wait_for 5 shows '^/claude  3 created'
	mux send-keys -t =t: -l '*2'
	wait_for 5 shows '^/claude\*2  1 created'
	key Enter
	wait_for 5 selected claude-t2
	wait_for 5 back
	key / C-u z
	wait_for 5 shows '^/z  no task matches'
	key Enter
	key x l Enter
	key Escape
	wait_for 5 shows '^4 created'
	key '?'
	wait_for 5 shows '^x  *stop it'
	key x
	wait_for 5 back
	mux resize-window -t =t: -x 10 -y 3
	small() { [ "$(screen | grep -c .)" = 3 ] && screen | tail -n 1 | grep -qF -- "$1"; }
	wait_for 5 small 'q quits'
	key x
	wait_for 5 small '? y/n'
	key n s
	mux send-keys -t =t: -l 'long text'
	wait_for 5 small ext
	key Escape
	mux resize-window -t =t: -x 80 -y 10
	wait_for 5 back
	key q
	code_is 0
	as_it_was
}

@test "-w: a look that is killed or stopped leaves the terminal as it was; TSTP and STOP suspend" {
	shell looked
	term 80 10
	watch
	key w
	wait_for 5 shows '^this is the task'
	kill -9 "$(child tmux)"
	wait_for 5 back 'rca-attach: ended by signal 9'
	[ "$(mux display-message -p -t =t: '#{alternate_on}#{cursor_flag}#{keypad_cursor_flag}')" = 100 ]
	key w
	wait_for 5 shows '^this is the task'
	key C-b C-z
	wait_for 5 stopped
	type_in fg
	wait_for 5 shows '^this is the task'
	key C-b d
	wait_for 5 back
	for sig in TSTP STOP; do
		kill -$sig "$(live_pid)"
		wait_for 5 shows 'Stopped'
		type_in 'clear; fg'
		wait_for 5 back
	done
	key q
	wait_for 5 gone
	as_it_was
	rca-reap -k command-looked
}

@test "-w needs a terminal that can be drawn on" {
	complains 100 "standard output is not a terminal" rca-list -w
	made claude-a created
	term 80 10
	type_in "TERM=dumb rca-list -w; echo code \$?"
	wait_for 5 shows 'code 100'
	shows 'rca-list: -w: terminal dumb: cannot be drawn on: rca-list alone prints'
}

@test "a list that cannot be written is an error" {
	made claude-a created
	run sh -c "rca-list >/dev/full"
	[ "$status" = 111 ]
	[[ "$output" == *"write standard output: No space left on device"* ]]
}

@test "a wrong setting is said" {
	MONITOR_BASE_INTERVAL=x complains 100 "environment MONITOR_BASE_INTERVAL" rca-list
	RCA_HOME=x complains 100 "not an absolute path" rca-list
}

@test "-V is its name and version" {
	run rca-list -V
	[ "$status" = 0 ]
	[[ "$output" =~ ^rca-list\ [0-9]+\.[0-9] ]]
}

@test "a wrong option is answered with the usage" {
	usage_of rca-list -x
	usage_of rca-list -s
	usage_of rca-list -jw
}
