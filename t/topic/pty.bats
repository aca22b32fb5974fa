#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2317
# Commands on the terminal that rca-wrap owns, in a real tmux: they behave as without us, and
# nothing they print is lost.

load ../harness/lib

setup()
{
	rca_setup
	quick
	export PS1='% ' PYTHON_BASIC_REPL=1
	unset PROMPT_COMMAND PYTHONSTARTUP
}

teardown() { rca_teardown; }

# The tmux of a person who runs things in a shell of his own; of rca-launch.
o() { tmux -S "$ROOM/o" -f /dev/null "$@"; }
tm() { tmux -S "$RCA_HOME/tmux.sock" "$@"; }

# pane NAME COMMAND...: in a window of 80x24 of the person's tmux.
pane()
{
	local name=$1

	shift
	o start-server \; set -g remain-on-exit on \; set -g history-limit 0 \; new-session \
		-d -s "$name" -x 80 -y 24 -- env "$@"
}

shown() { o capture-pane -p -t "=$1:0.0"; }
shows() { shown "$1" | grep -qF -- "$2"; }
keys()
{
	local name=$1

	shift
	o send-keys -t "=$name:0.0" "$@"
}

launched()
{
	rca-launch "$T" >/dev/null
}
tm_shows() { tm capture-pane -p -t "=${T##*/}:0.0" | grep -qF -- "$1"; }
tm_keys() { tm send-keys -t "=${T##*/}:0.0" "$@"; }

# there NAME...: the first of these programs that is installed is in PROG; else one loud line, and
# 1.
there()
{
	local name

	for name; do
		if command -v "$name" >/dev/null; then
			PROG=$name
			return 0
		fi
	done
	echo "# *** NOT TRIED: $* is not installed ***" >&3
	return 1
}

picture()
{
	shown "$1"
	o display-message -p -t "=$1:0.0" \
		'#{cursor_x},#{cursor_y} #{alternate_on} #{pane_width}x#{pane_height} #{pane_dead}'
}

same() { [ "$(picture plain)" = "$(picture ours)" ]; }

# both PROGRAM...: it runs in two panes, in one as it is and in the other through rca-wrap.
both()
{
	pane plain "$@"
	T=$(rca-mktask -n x -- "$@")
	pane ours rca-wrap "$T"
}

# step TEXT [KEY...]: the keys are typed in both, TEXT appears in both, and then they look alike.
step()
{
	local text=$1

	shift
	if [ $# -gt 0 ]; then
		keys plain "$@"
		keys ours "$@"
	fi
	wait_for 10 shows plain "$text"
	wait_for 10 shows ours "$text" || { shown ours; return 1; }
	wait_for 5 same || { diff <(picture plain) <(picture ours); return 1; }
}

resized()
{
	o resize-window -t =plain: -x "$1" -y "$2"
	o resize-window -t =ours: -x "$1" -y "$2"
}

# --- both ways

@test "a line that is redrawn all the time is in list, log, wait -r and ready= before it ends" {
	T=$(rca-mktask -n bar -d "$PROJECT" -k restart=always -k ready='^ *4[0-9] of' -- sh -c "i=0; while [ ! -e $ROOM/go ]; do printf '\\r%3d of many' \$i; i=\$((i + 1)); sleep 0.05; done; echo; exec sleep 1000")
	launched
	rca-wait -t 60 -r '^ *45 of' "$T"
	rca-wait -t 60 -s ready "$T"
	[[ "$(rca-list "$T" | cut -f 8)" =~ ^[0-9]+\ of\ many$ ]]
	rca-log "$T" | grep -q '^ *45 of many$'
	touch "$ROOM/go"
	rca-reap -k "$T"
}

@test "a last line without newline stays in the log, whatever the shell's prompt does about it" {
	# as zsh, fish, and a prompt that prints as many blanks as there are columns do it
	T=$(rca-mktask -n sh -d "$PROJECT" -- bash -c '
		cols=$(stty size | cut -d " " -f 2)
		blank=$(printf "%*s" $((cols - 1)) "")
		printf "one\033[7m%%\033[27m%s\r \r\r\033[J\$ " "$blank"
		printf "\rtwo\033[2m⏎\033[m%s\r⏎ \r\033[K> " "$blank"
		printf "three%s\r%% end\n" "$blank"')
	launched
	wait_done
	grep -v -e '^---' -e '^== ' "$T/output.log" >"$ROOM/log"
	printf '%s\n' one '$ ' two '> three' '% end' | sed '2d;3s/.*/two/' >"$ROOM/want"
	diff "$ROOM/want" "$ROOM/log"
}

@test "what is typed reaches the command, what it prints the pane and the log" {
	T=$(rca-mktask -n x -- sh -c 'echo ready; read -r x; printf "got <%s>\n" "$x"')
	launched
	wait_for 5 tm_shows ready
	tm_keys -l 'grün & "quoted" $x'
	tm_keys Enter
	wait_done
	tm_shows 'got <grün & "quoted" $x>'
	grep -qx 'got <grün & "quoted" $x>' "$T/output.log"
	ended completed
}

@test "the size is the pane's, and follows it" {
	T=$(rca-mktask -n x -- sh -c 'trap "stty size" WINCH; stty size; echo ready; while :; do sleep 0.05; done')
	launched
	wait_for 5 tm_shows '50 200'
	wait_for 5 tm_shows ready
	for size in '33 91' '60 220' '5 20'; do
		tm resize-window -t =command-x: -x "${size#* }" -y "${size% *}"
		wait_for 5 tm_shows "$size"
	done
	tm_keys C-c
	wait_done
}

@test "the terminal's name is the pane's; nothing tells of the terminal it was launched from" {
	T=$(rca-mktask -n x -- sh -c 'echo "<$TERM> <$LINES> <$COLUMNS> <$TERMCAP>"')
	TERM=dumb LINES=7 COLUMNS=33 TERMCAP=x launched
	wait_done
	grep -qx '<screen-256color> <> <> <>' "$T/output.log"
	T=$(rca-mktask -n y -- sh -c 'echo "<$TERM>"; stty size')
	env -u TERM rca-launch -e none "$T" >/dev/null
	wait_done
	grep -qx '<dumb>' "$T/output.log"
	grep -qx '24 80' "$T/output.log"
}

# --- the person's terminal

# modes KIND: stty of the pane "shell", before and after rca-wrap ran there, and that it was raw in
# between. The modes are no common ones.
modes()
{
	pane shell sh -c 'stty -echo erase ^H -ixon; stty -g >before; rca-wrap "$1"; stty -g >after; echo over; exec sleep 100' sh "$T"
	case $1 in
	over) return 0 ;;
	esac
	tty=$(o display-message -p -t =shell: '#{pane_tty}')
	raw() { stty -a -F "$tty" | grep -q -e '-icanon'; }
	wait_for 5 raw
	wait_for 5 shows shell ready
}

unchanged()
{
	wait_for 10 test -s after
	cat before after
	cmp before after
	o kill-server
	rm -f before after
}

@test "raw mode is undone when the command ends, dies, is interrupted, or never starts" {
	T=$(rca-mktask -n a -- sh -c 'echo ready; read -r x')
	modes raw
	keys shell Enter
	unchanged
	T=$(rca-mktask -n b -- sh -c 'echo ready; read -r x; kill -9 $$')
	modes raw
	keys shell Enter
	unchanged
	T=$(rca-mktask -n c -- sh -c 'echo ready; exec sleep 100')
	modes raw
	keys shell C-c
	unchanged
	ended stopped
	T=$(rca-mktask -n d -- /no/such/program)
	modes over
	unchanged
}

@test "raw mode is undone when rca-wrap is told to end, whatever the command did to its terminal" {
	T=$(rca-mktask -n a -- sh -c 'stty raw -echo; echo ready; exec sleep 100')
	modes raw
	kill -TERM "$(wrap_pid)"
	unchanged
	T=$(rca-mktask -n b -- sh -c 'trap "" TERM HUP; echo ready; while :; do sleep 1; done')
	modes raw
	kill -TERM "$(wrap_pid)"
	unchanged
}

@test "rca-wrap stopped from outside gives the shell its terminal, and takes it again in front" {
	T=$(rca-mktask -n x -- sh -c 'echo ready; read -r x; echo "got <$x>"')
	pane shell bash --norc -i
	wait_for 5 shows shell '%'
	tty=$(o display-message -p -t =shell: '#{pane_tty}')
	raw() { stty -a -F "$tty" | grep -q -e '-opost'; }
	keys shell "stty -ixon; stty -g >before; rca-wrap '$T'" Enter
	wait_for 5 shows shell ready
	wait_for 5 raw
	kill -STOP "$(wrap_pid)"
	wait_for 5 shows shell Stopped
	wait_for 5 not raw
	keys shell 'echo here $((6 * 7)); bg' Enter
	wait_for 5 shows shell 'here 42'
	kill -STOP "$(wrap_pid)"
	wait_for 5 not raw
	keys shell 'fg' Enter
	wait_for 5 raw
	keys shell hello Enter
	wait_done
	grep -qx 'got <hello>' "$T/output.log"
	keys shell 'stty -g >after; echo back $((1 + 1))' Enter
	wait_for 5 shows shell 'back 2'
	cmp before after
}

@test "a pane that takes nothing does not stop the command" {
	# the server is stopped once the key has gone through it, and before there is anything to
	# show
	T=$(rca-mktask -n x -d "$ROOM" -- sh -c 'read -r x; : >read; while [ ! -e stopped ]; do sleep 0.05; done; seq 1 50000; echo end')
	launched
	pid=$(tm display-message -p '#{pid}')
	tm_keys Enter
	wait_for 10 test -e "$ROOM/read"
	kill -STOP "$pid"
	: >"$ROOM/stopped"
	wait_for 15 test -e "$T/done" || { kill -CONT "$pid"; false; }
	kill -CONT "$pid"
	tail -n +2 "$T/output.log" | grep -v -e '^$' -e '^== ' | cmp - <(seq 1 50000; echo end)
}

# --- job control

@test "Ctrl-C, Ctrl-Z and fg in a shell are as in a plain terminal" {
	local one=1$$ two=2$$ # nobody else's

	both bash --norc -i
	step '%'
	sleeps()
	{
		local n

		n=$(pgrep -cf "^sleep $1\$" || :)
		[ "$n" = 2 ]
	}
	step "sleep $one" "sleep $one" Enter
	wait_for 5 sleeps $one
	step '^C' C-c
	wait_for 5 not pgrep -f "^sleep $one\$"
	step 'code 130' 'echo code $?' Enter
	step "sleep $two" "sleep $two" Enter
	wait_for 5 sleeps $two
	step Stopped C-z
	step 'in between' 'echo in between' Enter
	keys plain fg Enter
	keys ours fg Enter
	front()
	{
		[ "$(ps -A -o stat= -o args= |
			awk -v n="$two" '$1 == "S+" && $2 == "sleep" && $3 == n' | wc -l)" = 2 ]
	}
	wait_for 5 front
	keys plain C-c
	keys ours C-c
	wait_for 5 not pgrep -f "^sleep $two\$"
	step 'still here 130' 'echo still here $?' Enter
	keys ours 'exit 7' Enter
	wait_done
	[ "$(get reason)" = exit:7 ]
}

@test "Ctrl-C ends a plain command, which then is stopped; another key after it changes nothing" {
	T=$(rca-mktask -n x -- sh -c 'echo ready; exec sleep 100')
	launched
	wait_for 5 tm_shows ready
	tm_keys C-c Enter
	wait_done
	ended stopped
}

@test "Ctrl-D, Ctrl-\\, Ctrl-S and Ctrl-Q go where they go without us" {
	T=$(rca-mktask -n x -- sh -c 'trap "echo quit" QUIT; echo ready; cat; echo end of file; until read -r x && [ "$x" ]; do :; done; echo "got $x"')
	launched
	wait_for 5 tm_shows ready
	tm_keys C-d
	wait_for 5 tm_shows 'end of file'
	tm_keys C-\\
	wait_for 5 tm_shows quit
	tm_keys C-s
	tm_keys hidden Enter
	tm_keys C-q
	wait_done
	grep -qx 'got hidden' "$T/output.log"
}

# --- real programs beside themselves

@test "bash -i behaves as without us" {
	both bash --norc -i
	step '%'
	step '42' 'echo $((6 * 7))' Enter
	step 'search' C-r 6
	step '42' Enter
	step 'xyz' 'echo xyy' BSpace z Left Left C-e
	step 'xyz' Enter
	resized 60 20
	step '20 60' 'stty size' Enter
	step '60' 'echo $COLUMNS' Enter
}

@test "vim behaves as without us" {
	there vim vim.tiny vi || return 0
	export SHELL=/bin/sh
	# without its greeting, which begs now for this, now for that
	both "$PROG" -u NONE -N -n -i NONE --cmd 'set shortmess+=I'
	step '~'
	step 'hello' i hello Enter 'grün 漢字' Escape
	step 'hello' :split Enter
	resized 70 18
	step '~' C-l
	step 'E492' ':nosuchcommand' Enter
	keys plain ":w! $ROOM/plain.txt" Enter
	keys ours ":w! $ROOM/ours.txt" Enter
	wait_for 5 test -s "$ROOM/ours.txt"
	cmp "$ROOM/plain.txt" "$ROOM/ours.txt"
	[ "$(cat "$ROOM/ours.txt")" = "hello
grün 漢字" ]
	keys ours :qa! Enter
	wait_done
	ended completed
	[ "$(o display-message -p -t =ours: '#{alternate_on}')" = 0 ]
}

@test "python3 behaves as without us" {
	there python3 || return 0
	both python3 -q
	step '>>>'
	step '42' '6 * 7' Enter
	step 'KeyboardInterrupt' 'abc' C-c
	step '42' Up Up Enter
	step "'x'" 'input()' Enter x Enter
	keys ours C-d
	wait_done
	ended completed
}

@test "top behaves as without us" {
	there top || return 0
	both top -d 60
	wait_for 10 shows plain 'top - '
	wait_for 10 shows ours 'top - '
	step 'Help for Interactive' h
	resized 100 30
	step 'Help for Interactive'
	keys ours Escape
	wait_for 10 shows ours 'top - '
	[ "$(shown ours | grep -c '[^ ]')" -gt 10 ]
	keys ours q
	wait_done
	ended completed
}

# --- nothing is lost

@test "what a program writes in its last instant is in the log, 100 times out of 100" {
	run "$TOP/t/bench/lastwords" 100
	echo "$output"
	[ "$status" = 0 ]
	[[ "$output" == *"0 lost"* ]]
}

@test "a pane that is slow to take it costs no last words" {
	T=$(rca-mktask -n x -- sh -c 'seq 1 16000; echo end')
	slowly()
	{
		while [ "$(dd bs=4096 count=1 2>/dev/null | wc -c)" -gt 0 ]; do
			if [ ! -e "$T/done" ]; then sleep 0.5; fi
		done
	}
	rca-wrap "$T" </dev/null 2>"$ROOM/err" 3>&- | slowly 3>&-
	ended completed
	tail -n +2 "$T/output.log" | grep -v '^== ' | cmp - <(seq 1 16000; echo end)
}

@test "the log is whole in the moment done is there, with a pane and without" {
	for engine in tmux none; do
		T=$(rca-mktask -n "$engine" -- sh -c 'seq 1 100000; printf "\033[1mend\033[0m"')
		rca-launch -e "$engine" "$T" >/dev/null
		until [ -e "$T/done" ]; do :; done
		tail -n +2 "$T/output.log" >"$ROOM/$engine"
		{
			seq 1 100000
			printf 'end\n== completed in '
			tail -n 1 "$T/output.log" | sed 's/.* in //'
		} | cmp - "$ROOM/$engine"
	done
}
