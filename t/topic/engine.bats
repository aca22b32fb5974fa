#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2317
# The engines, without our other programs: a real tmux on a private socket, and task directories
# that hold a manifest alone.
# Another tmux than the system's: PATH=/where/it/is:$PATH bats t/topic/engine.bats

bats_require_minimum_version 1.5.0
load ../harness/lib

setup()
{
	rca_setup
	tmux=$TOP/lib/plugins/engines/tmux none=$TOP/lib/plugins/engines/none
	sock=$ROOM/s
	unset INVOCATION_ID
}

teardown()
{
	local s

	for s in "$ROOM"/s "$ROOM"/outer "$ROOM"/*/s; do
		[ ! -S "$s" ] || tmux -S "$s" kill-server 2>/dev/null || :
	done
	rca_teardown
}

# made NAME [ATTEMPT [DIRECTORY]]: a task directory for the engine; its path is in T.
made()
{
	T=${3:-$ROOM}/$1
	mkdir -p "$T"
	printf 'version=1\nsocket=%s\nsession_name=%s\nattempt=%s\nproject_dir=%s' "$sock" "$1" \
		"${2:-0}" "$PROJECT" >"$T/manifest"
}

mux()
{
	tmux -S "$sock" "$@"
}

# Not of tmux itself: before 3.2 it has no answer when there is no session.
server_pid()
{
	ps -A -ww -o pid= -o args= |
		awk -v s="$sock" '$2 == "tmux" && $4 == s && $7 == "start-server" { print $1 }'
}

# says WORD CODE [TASK]: what alive answers.
says()
{
	local code=0 said

	said=$("$tmux" alive "${3:-$T}") || code=$?
	[ "$said $code" = "$1 $2" ] || { echo "alive: $said, $code"; return 1; }
}

shows()
{
	"$tmux" screen "$T" | grep -qF -- "$1"
}

pane_pid()
{
	mux display-message -p -t "=$1:" '#{pane_pid}'
}

# The program that has the pane is the one that was started. No test waits for its end: it ends with
# its session, its server or teardown.
naps() { [ "$(ps -o args= -p "$(pane_pid claude-fix)")" = "sleep 100" ]; }

# shim NAME: a program of this name before all others in PATH; its text comes on standard input.
shim()
{
	mkdir -p "$ROOM/shim"
	cat >"$ROOM/shim/$1"
	chmod +x "$ROOM/shim/$1"
	PATH=$ROOM/shim:${PATH#"$ROOM/shim:"}
}

# only NAME...: a PATH that holds these programs and no other.
only()
{
	local name

	mkdir "$ROOM/only"
	for name; do
		ln -s "$(command -v "$name")" "$ROOM/only/$name"
	done
	echo "$ROOM/only"
}

@test "a started program is the pane's own process, and start says nothing and does not wait" {
	made claude-fix
	run -0 "$tmux" start "$T" sleep 100
	[ -z "$output" ]
	wait_for 5 naps
	says running 0
	[ "$(mux display-message -p -t '=claude-fix:' '#{window_width}x#{window_height}')" \
		= 200x50 ]
}

@test "words arrive as they are, in a directory with every kind of character" {
	made claude-fix 0 "$ROOM/a  b'\"\$HOME #{pid} %1;c\\d-ü"
	cat >"$ROOM/a  b'\"\$HOME #{pid} %1;c\\d-ü/prog" <<-'END'
		#!/bin/sh
		printf '<%s>\n' "$@" >"$1/words.new"
		mv "$1/words.new" "$1/words"
		exec sleep 100
	END
	chmod +x "$T/../prog"
	words=('a;' ';' '\;' 'b\;' '' ' ' '-x' '#{pid}' '*' $'l\nm' '~')
	run -0 "$tmux" start "$T" "${T%/*}/prog" "$T" "${words[@]}"
	wait_for 5 test -e "$T/words"
	printf '<%s>\n' "$T" "${words[@]}" | diff - "$T/words"
	says running 0
	run -0 "$tmux" stop "$T"
}

@test "a socket in a directory with every kind of character is found, and healed" {
	mkdir "$ROOM/a  b'\"\$HOME #{pid} ;c-ü"
	sock="$ROOM/a  b'\"\$HOME #{pid} ;c-ü/s"
	made claude-fix
	"$tmux" start "$T" sleep 100
	says running 0
	rm "$sock"
	says running 0
	"$tmux" stop "$T"
	says closed 1
	mux kill-server
	says gone 2
}

@test "a program given as one word is not given to a shell" {
	made claude-fix
	shim 'a b;touch c' <<-'END'
		#!/bin/sh
		exec sleep 100
	END
	"$tmux" start "$T" "$ROOM/shim/a b;touch c"
	wait_for 5 says running 0
	[ ! -e "$ROOM/shim/a" ]
	wait_for 5 naps
}

@test "a name that begins another is another session" {
	made claude-fix-2
	"$tmux" start "$T" sh -c 'echo second; exec sleep 100'
	made claude-fix
	says gone 2
	run -1 "$tmux" screen "$T"
	run -1 "$tmux" send "$T" -k C-c
	run -1 "$tmux" attach "$T"
	run -0 "$tmux" stop "$T"
	says running 0 "$ROOM/claude-fix-2"
	made claude-fix 1
	"$tmux" start "$T" sh -c 'echo first; exec sleep 100'
	wait_for 5 shows first
	"$tmux" stop "$T"
	says closed 1
	says running 0 "$ROOM/claude-fix-2"
}

@test "alive tells a dead pane from a closed session from a dead server" {
	made claude-fix
	says gone 2
	"$tmux" start "$T" sh -c 'echo last words; read -r x'
	says running 0
	"$tmux" send "$T" -k Enter
	wait_for 5 says dead 1
	shows 'last words'
	mux kill-session -t =claude-fix
	says closed 1
	mux kill-server
	says gone 2
	rm -f "$sock"
	says gone 2
}

@test "a server that another task has started since does not make a lost session a closed one" {
	made claude-a
	"$tmux" start "$T" sleep 100
	kill -9 "$(mux display-message -p '#{pid}')"
	wait_for 5 says gone 2
	made claude-b
	"$tmux" start "$T" sleep 100
	says gone 2 "$ROOM/claude-a"
	says running 0
}

@test "who asks from within a pane is told of his own server, not of one that has taken its place" {
	local first second

	made claude-fix
	"$tmux" start "$T" sleep 100
	first=$(mux display-message -p '#{socket_path},#{pid},0')
	[ "$("$tmux" alive "$T" "$first")" = running ]
	kill -9 "$(mux display-message -p '#{pid}')"
	wait_for 5 says gone 2
	"$tmux" start "$T" true -
	second=$(mux display-message -p -t =claude-fix: '#{socket_path},#{pid},0')
	wait_for 5 says dead 1
	[ "$("$tmux" alive "$T" "$second")" = dead ]
	[ "$("$tmux" alive "$T" "$first")" = gone ]
	mux kill-session -t =claude-fix
	says closed 1
	[ "$("$tmux" alive "$T" "$second")" = closed ]
	[ "$("$tmux" alive "$T" "$first")" = gone ]
	[ "$("$tmux" alive "$T" /another/socket,1,0)" = closed ]
}

@test "a wrapper whose server died and was replaced is not taken for closed by hand" {
	mkdir -p "$XDG_CONFIG_HOME/rca/engines"
	printf '#!/bin/sh\n[ "$1" != alive ] || while [ ! -e "%s" ]; do sleep 0.02; done\nexec "%s" "$@"\n' "$ROOM/go" "$tmux" >"$XDG_CONFIG_HOME/rca/engines/tmux"
	chmod +x "$XDG_CONFIG_HOME/rca/engines/tmux"
	T=$(rca-mktask -n x -d "$PROJECT" -- sleep 1000)
	rca-launch "$T"
	sock=$RCA_HOME/tmux.sock
	kill -9 "$(mux display-message -p '#{pid}')"
	wait_for 5 says gone 2
	"$tmux" start "$T" sleep 1000
	mux kill-session -t =command-x
	says closed 1
	touch "$ROOM/go"
	wait_for 10 grep -q ' pane_lost ' "$T/history"
	grep -q ' pane_lost because=engine_gone$' "$T/history"
	[ "$(rca-probe -s "$T")" = running ]
	rca-reap -k "$T"
}

@test "the server outlives its last session" {
	made claude-fix
	"$tmux" start "$T" sleep 100
	pid=$(server_pid)
	[ "$(mux display-message -p '#{pid}')" = "$pid" ]
	"$tmux" stop "$T"
	[ "$(server_pid)" = "$pid" ]
	"$tmux" stop "$T"
	"$tmux" start "$T" sleep 100
	[ "$(mux display-message -p '#{pid}')" = "$pid" ]
}

@test "stopping is quiet and right whatever is there" {
	made claude-fix
	run -0 "$tmux" stop "$T"
	[ -z "$output" ]
	"$tmux" start "$T" true
	wait_for 5 says dead 1
	run -0 "$tmux" stop "$T"
	[ -z "$output" ]
	says gone 2
	"$tmux" start "$T" sleep 100
	run -0 "$tmux" stop "$T"
	[ -z "$output" ]
	says closed 1
	mux kill-server
	run -0 "$tmux" stop "$T"
	[ -z "$output" ]
}

@test "the next attempt runs in the dead pane, and whoever looks at it goes on looking" {
	made claude-fix
	"$tmux" start "$T" sh -c 'echo one; exit 3'
	wait_for 5 says dead 1
	tmux -S "$ROOM/outer" -f /dev/null new-session -d -x 100 -y 30 -- "$tmux" attach "$T"
	looking() { [ -n "$(mux list-clients)" ]; }
	wait_for 5 looking
	client=$(mux list-clients -F '#{client_pid}')
	session=$(mux display-message -p -t '=claude-fix:' '#{session_id} #{pane_id}')
	made claude-fix 1
	"$tmux" start "$T" sh -c 'echo two; exec sleep 100'
	wait_for 5 says running 0
	[ "$(mux display-message -p -t '=claude-fix:' '#{session_id} #{pane_id}')" = "$session" ]
	[ "$(mux list-clients -F '#{client_pid}')" = "$client" ]
	seen() { tmux -S "$ROOM/outer" capture-pane -p | grep -q two; }
	wait_for 5 seen
	# leaving is not killing
	tmux -S "$ROOM/outer" send-keys C-b d
	wait_for 5 not looking
	says running 0
}

@test "a start where the manifest does not know of the session, or it is gone, is right as well" {
	made claude-fix 0
	"$tmux" start "$T" true
	wait_for 5 says dead 1
	"$tmux" start "$T" sh -c 'echo again; exec sleep 100'
	wait_for 5 shows again
	made claude-other 7
	"$tmux" start "$T" sleep 100
	says running 0
	kill -9 "$(mux display-message -p '#{pid}')"
	wait_for 5 says gone 2
	"$tmux" start "$T" sleep 100
	says running 0
	says gone 2 "$ROOM/claude-fix"
}

@test "what still runs in the pane is replaced when told to start" {
	made claude-fix 1
	"$tmux" start "$T" sleep 100
	pid=$(pane_pid claude-fix)
	"$tmux" start "$T" sh -c 'echo new; exec sleep 100'
	wait_for 5 shows new
	wait_for 5 not kill -0 "$pid"
}

@test "windows and panes that a person has opened in the session are left alone" {
	made claude-fix
	"$tmux" start "$T" sh -c 'echo mine; read -r x'
	mux new-window -t =claude-fix -- sh -c 'echo theirs; exec sleep 100'
	mux split-window -t =claude-fix:0 -- sleep 100
	shows mine
	theirs=$(mux display-message -p -t =claude-fix:1 '#{pane_pid}')
	"$tmux" send "$T" -k Enter
	wait_for 5 says dead 1
	made claude-fix 1
	"$tmux" start "$T" sh -c 'echo second; exec sleep 100'
	wait_for 5 shows second
	kill -0 "$theirs"
	mux kill-window -t =claude-fix:0
	says closed 1
	"$tmux" start "$T" sh -c 'echo third; exec sleep 100'
	wait_for 5 shows third
	says running 0
	kill -0 "$theirs"
}

# theirs_lives: the panes that a person has opened, and only they, are what they were.
theirs_lives()
{
	kill -0 "$theirs" &&
		[ "$(mux display-message -p -t "$their_pane" '#{pane_pid}')" = "$theirs" ]
}

# stays WHERE: text, keys and the next attempt reach the program wherever its pane is by now; the
# person's beside it gets nothing of it.
stays()
{
	echo "to where it is: $1" | "$tmux" send "$T" -l
	"$tmux" send "$T" -k x Enter
	wait_for 5 shows "got to where it is: $1"
	wait_for 5 shows 'got x'
	not grep -q . <<<"$(mux capture-pane -p -t "$their_pane")"
	made claude-fix 1
	"$tmux" start "$T" sh -c "echo '$1, again'; stty -echo; while read -r x; do echo \"got \$x\"; done"
	wait_for 5 shows "$1, again"
	says running 0
	theirs_lives
}

@test "a pane that a person moves stays its task's, and nothing reaches the one in its place" {
	made claude-fix
	"$tmux" start "$T" sh -c 'stty -echo; while read -r x; do echo "got $x"; done'
	ours=$(mux list-panes -t =claude-fix: -F '#{pane_id}')
	their_pane=$(mux split-window -P -F '#{pane_id}' -t =claude-fix: -- sh -c 'exec sleep 1000')
	theirs=$(mux display-message -p -t "$their_pane" '#{pane_pid}')
	mux swap-pane -U -t "$their_pane"
	stays 'swapped'
	mux rename-session -t =claude-fix mine \; rename-window -t =mine: mine \; set \
		-g base-index 3 \; set -gw pane-base-index 3
	stays 'renamed'
	mux break-pane -d -s "$ours" \; swap-window -s =mine:0 -t =mine:3
	stays 'broken out'
	mux new-session -d -s other 'exec sleep 1000' \; join-pane -d -s "$ours" -t =other:
	stays 'in another session'
	mux kill-window -t =mine:
	their_pane=$(mux list-panes -t =other: -F '#{pane_id}' | grep -v "$ours")
	theirs=$(mux display-message -p -t "$their_pane" '#{pane_pid}')
	stays 'alone there'
	"$tmux" stop "$T"
	says closed 1
	theirs_lives
	# and the next one does not mind that theirs has the session's name
	mux rename-session -t =other claude-fix
	"$tmux" start "$T" sh -c 'echo anew; exec sleep 1000'
	wait_for 5 shows anew
	theirs_lives
}

@test "a pane closed beside a person's is closed, and a stop does not end the person's" {
	made claude-fix
	"$tmux" start "$T" sleep 100
	their_pane=$(mux split-window -b -P -F '#{pane_id}' -t =claude-fix: -- sleep 1000)
	theirs=$(mux display-message -p -t "$their_pane" '#{pane_pid}')
	"$tmux" stop "$T"
	says closed 1
	theirs_lives
	run -1 "$tmux" send "$T" -k Enter
	"$tmux" start "$T" true -
	wait_for 5 says dead 1
	"$tmux" stop "$T"
	says gone 2
	theirs_lives
	"$tmux" start "$T" sleep 100
	says running 0
	theirs_lives
}

@test "a person who attaches comes to where the pane is by now" {
	made claude-fix
	"$tmux" start "$T" sh -c 'echo mine; exec sleep 100'
	mux new-window -t =claude-fix: -- sleep 1000
	tmux -S "$ROOM/outer" -f /dev/null new-session -d -x 100 -y 30 -- env LC_ALL=C "$tmux" \
		attach "$T" -r
	seen() { tmux -S "$ROOM/outer" capture-pane -p | grep -q mine; }
	wait_for 5 seen
	# one who is there already keeps what he looks at
	mux select-window -t =claude-fix:1
	tmux -S "$ROOM/outer" new-window -- "$tmux" attach "$T" -r
	two() { [ "$(mux list-clients | wc -l)" = 2 ]; }
	wait_for 5 two
	[ "$(mux display-message -p -t =claude-fix: '#{window_index}')" = 1 ]
}

@test "a start uses nothing of an older server's environment, and its panes belong to no task" {
	made claude-a
	OLD=1 RCA_TASK=/some/task "$tmux" start "$T" sleep 100
	made claude-b
	RCA_TASK=/another NEW=2 TMUX=x,1,2 "$tmux" start "$T" sh \
		-c 'echo "task <$RCA_TASK> in <$(pwd)>"; exec sleep 100'
	wait_for 5 shows 'task <> in </>'
	grep -qz '^RCA_TASK=$' "/proc/$(mux display-message -p '#{pid}')/environ"
	[ "$(grep -cz '^RCA_TASK=.' "/proc/$(mux display-message -p '#{pid}')/environ")" = 0 ]
}

@test "where the user's own things are is said anew at each start, whoever began the server" {
	made claude-a
	XDG_CONFIG_HOME=/first PATH=$PATH:/first "$tmux" start "$T" sleep 100
	made claude-b
	XDG_CONFIG_HOME="$ROOM/second;" HOME=/second PATH="$PATH:/second" "$tmux" start "$T" sh \
		-c 'echo "<$XDG_CONFIG_HOME> <$HOME> <${PATH##*:}>"; exec sleep 100'
	wait_for 5 shows "<$ROOM/second;> </second> </second>"
	# The same task's next attempt, in its pane.
	sed -i 's/^attempt=.*/attempt=1/' "$T/manifest"
	XDG_CONFIG_HOME='' HOME=/third "$tmux" start "$T" sh \
		-c 'echo "<$XDG_CONFIG_HOME> <$HOME>"; exec sleep 100'
	wait_for 5 shows '</third/.config> </third>'
}

@test "to have the socket made again, only the very server is signalled, not what looks like it" {
	made claude-a
	bash -c "exec -a 'tmux -S $sock -f /dev/null start-server ; x' sleep 9401" 3>&- &
	stranger=$!
	says gone 2
	"$tmux" start "$T" sleep 100
	server=$(mux display-message -p '#{pid}')
	[ "$(cut -d' ' -f1,2 "$sock.server")" = "$(uname -n) $server" ]
	[ "$(stat -c %a "$sock.server")" = 600 ]
	kill -0 "$stranger"
	# The server that was known has died, and its number is another's by now; or it is of
	# another host, or boot.
	cp "$sock.server" "$ROOM/was"
	rm "$sock"
	sed "s/ $server / $stranger /" "$ROOM/was" >"$sock.server"
	says gone 2
	sed 's/^[^ ]*/elsewhere/' "$ROOM/was" >"$sock.server"
	says gone 2
	sed 's/ [^ ]* \([0-9]*\)$/ 0-0 \1/' "$ROOM/was" >"$sock.server"
	says gone 2
	for broken in '' "$(uname -n) $server" "$(uname -n) -1 x 1" "$(uname -n) $$ "; do
		echo "$broken" >"$sock.server"
		says gone 2
	done
	kill -0 "$stranger"
	cp "$ROOM/was" "$sock.server"
	says running 0
	kill "$stranger"
}

@test "a socket that a cleaner took is made again, and no second server starts beside the first" {
	made claude-a
	"$tmux" start "$T" sleep 100
	pid=$(mux display-message -p '#{pid}')
	rm "$sock"
	says running 0
	rm "$sock"
	made claude-b
	"$tmux" start "$T" sleep 100
	[ "$(mux display-message -p '#{pid}')" = "$pid" ]
	says running 0
	says running 0 "$ROOM/claude-a"
	rm "$sock"
	"$tmux" stop "$T"
	says closed 1
}

@test "a server that ends in the moment of the start is no failure" {
	real=$(command -v tmux)
	shim tmux <<-END
		#!/bin/sh
		if [ ! -e "$ROOM/failed" ] && [ "\$1" = -S ]; then
			touch "$ROOM/failed"
			echo "server exited unexpectedly" >&2
			exit 1
		fi
		exec $real "\$@"
	END
	made claude-fix
	run -0 "$tmux" start "$T" sleep 100
	[ -e "$ROOM/failed" ]
	says running 0
}

@test "tmux that fails for ever is asked a few times and then quoted" {
	shim tmux <<-'END'
		#!/bin/sh
		if [ "$1" = -V ]; then
			echo tmux 3.4
			exit 0
		fi
		echo >>"${0%/*}/calls"
		echo "lost server" >&2
		exit 1
	END
	made claude-fix
	run -111 "$tmux" start "$T" sleep 100
	[[ $output == *"lost server" ]]
	[ "$(wc -l <"$ROOM/shim/calls")" -le 5 ]
}

@test "tmux that is missing, too old, or cannot make its socket: an exit code and a line for each" {
	made claude-fix
	run -127 env PATH="$(only sh sleep)" "$tmux" start "$T" sleep 100
	[[ $output == "tmux: not found: install tmux"* ]]
	sock=$ROOM/no/such/dir/s
	made claude-fix
	run -111 "$tmux" start "$T" sleep 100
	[[ $output == *"$sock"*"No such file or directory"* ]]
	sock=$ROOM/$(printf '%0120d' 0)
	made claude-fix
	run -100 "$tmux" start "$T" sleep 100
	[[ $output == *"too long for a socket's path"* ]]
	says gone 2
	sock=$ROOM/s
	made claude-fix
	shim tmux <<-'END'
		#!/bin/sh
		if [ "$1" = -V ]; then
			echo tmux 2.9a
			exit 0
		fi
		echo "unknown option: -x" >&2
		exit 1
	END
	run -100 "$tmux" start "$T" sleep 100
	[[ $output == *"2.9a is too old: 3.0 is needed" ]]
}

@test "a caller's mistakes" {
	run -100 "$tmux"
	run -100 "$tmux" start
	run -102 "$tmux" start "$ROOM/nowhere" sleep 1
	[[ $output == *"no manifest" ]]
	made claude-fix
	run -100 "$tmux" dance "$T"
	run -100 "$tmux" start "$T"
	"$tmux" start "$T" sleep 100
	run -100 "$tmux" send "$T"
	run -100 "$tmux" send "$T" -k
	run -100 "$tmux" send "$T" text
	printf 'version=1\nsocket=%s\n' "$sock" >"$T/manifest"
	run -100 "$tmux" alive "$T"
	[[ $output == *"no socket or session_name"* ]]
	printf 'version=1\nsession_name=x\n' >"$T/manifest"
	run -100 "$tmux" alive "$T"
}

@test "the screen is text, in any locale" {
	made claude-fix
	"$tmux" start "$T" sh -c 'printf "\033[31mrot\033[0m grün 漢字\n"; exec sleep 100'
	wait_for 5 shows 'rot grün 漢字'
	LC_ALL=C shows 'rot grün 漢字'
	[ "$("$tmux" screen "$T" | wc -l)" = 50 ]
}

@test "text is typed as it is: options, keys, quotes, many lines, 100 kB" {
	made claude-fix
	{
		printf '%s\n' -l Enter C-c "it's \"quoted\" \$HOME \`x\` #{pid} ; \\; grün 🚀" \
			'  two  blanks  ' ''
		head -c 100000 /dev/zero | tr '\0' x
		echo end
	} >"$ROOM/text"
	size=$(wc -c <"$ROOM/text")
	"$tmux" start "$T" sh -c \
		"stty raw -echo; echo ready; head -c $size >'$ROOM/got'; touch '$ROOM/all'; sleep 100"
	wait_for 5 shows ready
	"$tmux" send "$T" -l <"$ROOM/text"
	wait_for 10 test -e "$ROOM/all"
	cmp "$ROOM/text" "$ROOM/got"
	[ -z "$(mux list-buffers)" ]
}

@test "pasting is announced to a program that asks for that" {
	made claude-fix
	"$tmux" start "$T" sh -c "stty raw -echo; printf '\033[?2004hready'; head -c 17 >'$ROOM/got'; touch '$ROOM/all'; sleep 100"
	wait_for 5 shows ready
	printf 'a\nb c' | "$tmux" send "$T" -l
	wait_for 5 test -e "$ROOM/all"
	[ "$(cat "$ROOM/got")" = "$(printf '\033[200~a\nb c\033[201~')" ]
}

@test "keys reach the program, also while somebody scrolls back" {
	made claude-fix
	"$tmux" start "$T" sh -c 'trap "echo interrupted; exec sleep 100" INT; echo ready; read -r x; echo "got $x"; read -r x; echo "got $x"; while :; do sleep 0.1; done'
	wait_for 5 shows ready
	mux copy-mode -t =claude-fix:
	"$tmux" send "$T" -k h i Space Enter
	wait_for 5 shows 'got hi'
	mux copy-mode -t =claude-fix:
	echo there | "$tmux" send "$T" -l
	wait_for 5 shows 'got there'
	"$tmux" send "$T" -k C-c
	wait_for 5 shows interrupted
	made claude-dead
	"$tmux" start "$T" true
	wait_for 5 says dead 1
	run -1 "$tmux" send "$T" -k Enter
	[[ $output == *"its program has ended" ]]
}

@test "somebody else's session is attached to whatever its name, in any locale" {
	tmux -S "$sock" -f /dev/null new-session -d -s 'Größe 漢字' -- sh \
		-c 'echo theirs; exec sleep 100'
	made claude-fix
	LC_ALL=C "$tmux" adopt "$sock" "$(mux list-panes -a -F '#{pane_id}')" >"$ROOM/said"
	grep -qx 'session=Größe 漢字' "$ROOM/said"
	{ echo; echo adopted=1; grep -E '^(pane|server)=' "$ROOM/said"; } >>"$T/manifest"
	tmux -S "$ROOM/outer" -f /dev/null new-session -d -x 100 -y 30 -- env LC_ALL=C "$tmux" \
		attach "$T" -r
	seen() { tmux -S "$ROOM/outer" capture-pane -p | grep -q theirs; }
	wait_for 5 seen
}

@test "whatever mode of tmux lies over the pane is left before a byte is typed" {
	made claude-fix
	"$tmux" start "$T" sh -c 'stty -echo; echo ready; while read -r x; do echo "got $x"; done'
	wait_for 5 shows ready
	looking() { [ -n "$(mux list-clients)" ]; }
	mux set-buffer x
	for turn in unseen seen; do
		# customize-mode came with tmux 3.2
		for mode in copy-mode clock-mode choose-tree choose-client choose-buffer \
			customize-mode; do
			mux "$mode" -t =claude-fix: || continue
			mux clock-mode -t =claude-fix:
			printf '%s' "$turn, $mode" | "$tmux" send "$T" -l
			mux "$mode" -t =claude-fix:
			"$tmux" send "$T" -k Enter
			wait_for 5 shows "got $turn, $mode"
			[ "$(mux display-message -p -t =claude-fix: '#{pane_in_mode}')" = 0 ]
		done
		[ "$turn" = unseen ] || continue
		tmux -S "$ROOM/outer" -f /dev/null new-session -d -x 100 -y 30 -- "$tmux" attach \
			"$T"
		wait_for 5 looking
	done
}

@test "a pane that takes no input, or a mode that cannot be left: refused before the first byte" {
	made claude-fix
	"$tmux" start "$T" sh -c 'echo ready; read -r x; echo "got $x"; exec sleep 100'
	wait_for 5 shows ready
	mux select-pane -d -t =claude-fix:
	run -1 "$tmux" send "$T" -l <<<lost
	[[ $output == *'takes no input'* ]]
	mux select-pane -e -t =claude-fix:
	mux copy-mode -t =claude-fix:
	real=$(command -v tmux)
	shim tmux <<-END
		#!/bin/sh
		case "\$*" in
		*cancel* | *'copy-mode -q'*) exit 0 ;;
		*paste-buffer*) touch "$ROOM/pasted" ;;
		esac
		exec $real "\$@"
	END
	run -1 "$tmux" send "$T" -l <<<lost
	[[ $output == *"stays in tmux's copy-mode"* ]]
	[ ! -e "$ROOM/pasted" ]
}

@test "inside a service the server alone gets a scope of its own, where there is one" {
	shim systemd-run <<-'END'
		#!/bin/sh
		echo "$*" >>"${0%/*}/asked"
		[ ! -e "${0%/*}/broken" ] || { echo "Failed to connect to bus" >&2; exit 1; }
		while [ "$1" != -- ]; do shift; done
		shift
		exec "$@"
	END
	export INVOCATION_ID=0123
	whose=--system
	[ "$(id -u)" = 0 ] || whose=--user
	made claude-a
	run -0 "$tmux" start "$T" sleep 100
	[[ $(cat "$ROOM/shim/asked") == "$whose --scope --collect --quiet -- tmux -S $sock "* ]]
	made claude-b
	run -0 "$tmux" start "$T" sleep 100
	[ "$(wc -l <"$ROOM/shim/asked")" = 1 ]
	says running 0
	mux kill-server
	touch "$ROOM/shim/broken"
	run -0 "$tmux" start "$T" sleep 100
	[ "$(wc -l <"$ROOM/shim/asked")" = 2 ]
	says running 0
	mux kill-server
	unset INVOCATION_ID
	"$tmux" start "$T" sleep 100
	[ "$(wc -l <"$ROOM/shim/asked")" = 2 ]
}

@test "a manifest with unknown keys, shell-like lines and no last newline is read" {
	T=$ROOM/claude-fix
	mkdir "$T"
	printf 'x_note=$(touch %s/bad)\nsocketx=/wrong\nsession_name=claude-fix\nnote=socket=/wrong \\\nsocket=%s' "$ROOM" "$sock" >"$T/manifest"
	"$tmux" start "$T" sleep 100
	says running 0
	[ ! -e "$ROOM/bad" ]
}

# --- systemd: with programs in its place; t/real/systemd.bats has the real one

# in_systemd [OPTS]: a task of that engine, and a systemd that says what is in ROOM/unit,
# ROOM/manager and ROOM/started.
in_systemd()
{
	systemd=$TOP/lib/plugins/engines/systemd
	made claude-fix
	printf '\nengine_opts=%s\n' "${1-}" >>"$T/manifest"
	echo running >"$ROOM/manager"
	: >"$ROOM/started"
	shim systemctl <<-END
		#!/bin/sh
		case "\$*" in
		*is-system-running) cat "$ROOM/manager" ;;
		*show*) cat "$ROOM/unit"; ! grep -q '^Failed' "$ROOM/unit" ;;
		*) echo "\$*" >>"$ROOM/asked" ;;
		esac
	END
	shim systemd-run <<-END
		#!/bin/sh
		printf '<%s> ' "\$@" >"$ROOM/words"
		cat "$ROOM/started" >&2
		[ ! -s "$ROOM/started" ]
	END
	shim loginctl <<-END
		#!/bin/sh
		echo yes
	END
}

@test "systemd: why the unit ends decides between closed, gone and dead" {
	local unit manager said name why state pid

	in_systemd
	name=rca-claude-fix-$(printf %s "$T" | cksum | cut -d' ' -f1).service
	while IFS='|' read -r unit manager said; do
		read -r why state pid <<<"$unit"
		printf '%s\n' "Result=$why" "ActiveState=$state" "MainPID=$pid" >"$ROOM/unit"
		echo "$manager" >"$ROOM/manager"
		run "$systemd" alive "$T"
		echo "$unit: $status $output"
		[ "$status $output" = "${said/NAME/$name}" ]
	done <<-'END'
		success active 7|running|0 running
		success activating 0|running|0 running
		success deactivating 7|running|1 closed NAME was stopped
		success deactivating 7|degraded|1 closed NAME was stopped
		success deactivating 7|stopping|2 gone systemd is going down
		success deactivating 7||2 gone systemd is going down
		timeout deactivating 7|running|2 gone timeout
		oom-kill deactivating 7|running|2 gone oom-kill
		oom-kill failed 0|running|2 gone oom-kill
		signal deactivating 0|running|1 dead
		exit-code failed 0|running|1 dead
		success inactive 0|running|1 dead
	END
	echo 'Failed to connect to bus: No such file or directory' >"$ROOM/unit"
	run -2 "$systemd" alive "$T"
	[ "$output" = "gone $(<"$ROOM/unit")" ]
	echo 'Failed to get properties: Connection timed out' >"$ROOM/unit"
	run -3 "$systemd" alive "$T"
	[ "$output" = "unknown $(<"$ROOM/unit")" ]
	[ "$("$systemd" about "$T")" = 'terminal=no remote=no queue=no' ]
}

@test "systemd: properties are NAME=VALUE and hold; no secret is an argument" {
	in_systemd 'MemoryMax=4G  CPUQuota=200% Environment=A=*'
	SECRET=x1y2z3 run -0 "$systemd" start "$T" /bin/sh -c 'a  b' '*' ''
	[ -z "$output" ]
	said=$(<"$ROOM/words")
	[[ $said == *' <--property=KillMode=mixed> '*' <--property=MemoryMax=4G> '* ]]
	[[ $said == *' <--property=CPUQuota=200%> <--property=Environment=A=*> <--> '* ]]
	[[ $said == *' <--> </bin/sh> <-c> <a  b> <*> <> ' ]]
	[[ $said == *" <--setenv=RCA_HOME=$RCA_HOME> "* && $said != *x1y2z3* ]]
	for opts in MemoryMax '=4G' 'Nice=3 -p' 'Memory-Max=4G' '--uid=0'; do
		rm -f "$ROOM/words"
		in_systemd "$opts"
		run -100 "$systemd" start "$T" /bin/true
		[[ $output == "systemd: engine_opts: "*": not a property, as MemoryMax=4G is one" ]]
		[ ! -e "$ROOM/words" ]
	done
	in_systemd Foo=1
	for said in 'Unknown assignment: Foo=1' "CPU quota 'abc' invalid."; do
		echo "$said" >"$ROOM/started"
		run -100 "$systemd" start "$T" /bin/true
		[ "$output" = "systemd: $said" ]
	done
	echo 'Failed to connect to bus: No such file or directory' >"$ROOM/started"
	run -111 "$systemd" start "$T" /bin/true
}

@test "systemd: a start waits for the unit before it to be gone; a stop minds none" {
	in_systemd
	echo 'Failed to start transient service unit: Unit x was already loaded.' >"$ROOM/started"
	"$systemd" start "$T" /bin/true >"$ROOM/out" 2>&1 3>&- &
	pid=$!
	wait_for 5 grep -q reset-failed "$ROOM/asked"
	: >"$ROOM/started"
	wait "$pid"
	[ ! -s "$ROOM/out" ]
	run -0 "$systemd" stop "$T"
	[ -z "$output" ]
	[ "$("$systemd" on "$T" echo here)" = here ]
	run -1 "$systemd" screen "$T"
	run -1 "$systemd" send "$T" -l
	run -100 "$systemd" attach "$T"
	run -100 "$systemd" dance "$T"
	run -100 "$systemd" start "$T"
	run -100 "$systemd"
	run -102 "$systemd" alive "$ROOM/nowhere"
	run -127 "$systemd" start "$T" /no/such/program
	run -127 env PATH="$(only sh)" "$systemd" start "$T" /bin/true
	[[ $output == *'systemd-run: not found: systemd is needed, or another engine' ]]
}

@test "none: runs it in the background, with nothing on 0-2, and has nothing to show" {
	made claude-fix
	cat >"$ROOM/prog" <<-'END'
		#!/bin/sh
		fds=$(readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2)
		echo "$fds <$RCA_TASK> $(pwd)" >"$1/fds"
		touch "$1/up"
		exec sleep 100
	END
	chmod +x "$ROOM/prog"
	RCA_TASK=/x run -0 "$none" start "$T" "$ROOM/prog" "$T"
	[ -z "$output" ]
	wait_for 5 test -e "$T/up"
	[ "$(tr '\n' ' ' <"$T/fds")" = "/dev/null /dev/null /dev/null <> / " ]
	run -3 "$none" alive "$T"
	[ "$output" = unknown ]
	run -0 "$none" stop "$T"
	[ -z "$output" ]
	run -1 "$none" screen "$T"
	run -1 "$none" send "$T" -l
	run -100 "$none" attach "$T"
	run -100 "$none" dance "$T"
	run -100 "$none" start "$T"
	run -100 "$none"
	run -127 "$none" start "$T" /no/such/program
	for pid in $(holding "RCA_HOME=$RCA_HOME\$"); do
		[ "$(ps -o args= -p "$pid")" != "sleep 100" ] || kill "$pid"
	done
}

# --- slurm: with programs in Slurm's place; t/real/slurm.bats has the real ones

# in_slurm: a task of that engine, and a squeue that prints ROOM/jobs.
in_slurm()
{
	slurm=$TOP/lib/plugins/engines/slurm
	made claude-fix
	printf '\nengine_opts=-p short  --time=10 *\nengine_job=7\nengine_attempt=0\n' >>"$T/manifest"
	: >"$ROOM/jobs"
	shim squeue <<-END
		#!/bin/sh
		echo "\$*" >>"$ROOM/asked"
		cat "$ROOM/jobs"
		exit \$(cat "$ROOM/code" 2>/dev/null || echo 0)
	END
	printf '#!/bin/sh\nprintf "<%%s>\\n" "$@" >"%s/words"\ncat "%s/says" >&2\nexit $(cat "%s/exits")\n' \
		"$ROOM" "$ROOM" "$ROOM" | shim sbatch
	echo 0 >"$ROOM/exits"
	echo 'sbatch: lua: welcome
8;cluster' >"$ROOM/says"
}

@test "slurm: what squeue says of the newest job is a word, an exit code and a reason" {
	local jobs said code

	in_slurm
	while IFS='|' read -r jobs said code; do
		printf '%b' "$jobs" >"$ROOM/jobs"
		run "-$code" "$slurm" alive "$T"
		[ "$output" = "$said" ] || { echo "$jobs: $output"; return 1; }
	done <<-'END'
		|dead|1
		7 PENDING 0:00 [] Req, Unavailable:n1\n|queued Req, Unavailable:n1|4
		7 CONFIGURING 0:00 [n1] None\n|queued None|4
		7 REQUEUE_HOLD 0:00 [] JobHeldUser\n|queued JobHeldUser|4
		7 RUNNING 0:09 [n1] None\n|running RUNNING|0
		7 COMPLETING 0:09 [n1] None\n|running COMPLETING|0
		7 SUSPENDED 0:09 [n1] None\n|running SUSPENDED|0
		7 COMPLETED 0:09 [n1] None\n|dead COMPLETED|1
		7 FAILED 0:09 [n1] NonZeroExitCode\n|dead FAILED|1
		7 CANCELLED 0:00 [] None\n|closed CANCELLED|1
		7 CANCELLED 1:00 [n1] None\n|closed CANCELLED|1
		7 CANCELLED 0:00 [n1] None\n|dead could not be started|1
		6 CANCELLED 1:00 [n1] None\n|dead CANCELLED|1
		7 TIMEOUT 1:00 [n1] TimeLimit\n|gone TIMEOUT|2
		7 NODE_FAIL 1:00 [n1] NodeDown\n|gone NODE_FAIL|2
		7 PREEMPTED 1:00 [n1] None\n|gone PREEMPTED|2
		7 OUT_OF_MEMORY 1:00 [n1] OutOfMemory\n|gone OUT_OF_MEMORY|2
		10 PENDING 0:00 [] Dependency\n9 RUNNING 0:01 [n1] None\n|queued Dependency|4
	END
	[[ $(tail -n 1 "$ROOM/asked") == *" -u $(id -u) -n rca-claude-fix-"+([0-9])" "* ]]
	echo 1 >"$ROOM/code"
	echo 'slurm_load_jobs error: Unable to contact slurm controller' >"$ROOM/jobs"
	run -3 "$slurm" alive "$T"
	[ "$output" = "unknown $(<"$ROOM/jobs")" ]
	echo 0 >"$ROOM/code"
	echo '7 CANCELLED 0:00 [n1] None' >"$ROOM/jobs"
	sed -i 's/^attempt=0/attempt=1/' "$T/manifest"
	run -1 "$slurm" alive "$T"
	[ "$output" = 'closed CANCELLED' ]
	[ "$("$slurm" about "$T")" = 'terminal=no remote=yes queue=yes' ]
}

@test "slurm: a start is one job, with the user's words and ours after them" {
	local opts

	in_slurm
	SLURM_JOB_ID=3 SLURM_NTASKS=4 run -0 "$slurm" start "$T" /bin/prog 'a b'
	[ "$output" = $'job=8\nattempt=0' ]
	mapfile -t words <"$ROOM/words"
	opts=${words[*]}
	[[ $opts == *' <-p> <short> <--time=10> <*> <--parsable> '* ]]
	[[ $opts == *' <--no-requeue> <--dependency=singleton> '* ]]
	[[ $opts == *" <--> <$slurm> <run> <$T> </bin/prog> <a b>" ]]
	rm "$ROOM/words"
	echo '9 PENDING 0:00 [] Resources' >"$ROOM/jobs"
	run -0 "$slurm" start "$T" /bin/prog
	[ "$output" = $'job=9\nattempt=0' ]
	[ ! -e "$ROOM/words" ]
	run -0 "$slurm" run "$T" echo there
	[ "$output" = there ]
}

@test "slurm: what may pass is later, what a user wrote wrong is never" {
	in_slurm
	echo 1 >"$ROOM/exits"
	echo 'sbatch: error: Batch job submission failed: Socket timed out' >"$ROOM/says"
	run -111 "$slurm" start "$T" prog
	[ "$output" = 'slurm: sbatch: Batch job submission failed: Socket timed out' ]
	printf '%s\n' 'sbatch: error: invalid partition specified: short' 'sbatch: error: Batch' \
		>"$ROOM/says"
	run -100 "$slurm" start "$T" prog
	[ "$output" = 'slurm: sbatch: invalid partition specified: short' ]
	echo 0 >"$ROOM/exits"
	echo 'sbatch: welcome' >"$ROOM/says"
	run -111 "$slurm" start "$T" prog
	[ "$output" = "slurm: sbatch: said no job's number: sbatch: welcome" ]
	echo 1 >"$ROOM/code"
	echo 'slurm_load_jobs error: down' >"$ROOM/jobs"
	run -111 "$slurm" start "$T" prog
	[ "$output" = 'slurm: squeue: slurm_load_jobs error: down' ]
}

@test "slurm: a caller's mistakes, no terminal, and no Slurm at all" {
	in_slurm
	run -1 "$slurm" on "$T" true
	[ "$output" = 'slurm: claude-fix: its job does not run: dead' ]
	run -1 "$slurm" screen "$T"
	run -1 "$slurm" send "$T" -l
	run -100 "$slurm" start "$T"
	run -100 "$slurm" on "$T"
	run -100 "$slurm" dance "$T"
	run -100 "$slurm"
	run -102 "$slurm" alive "$ROOM/nothing"
	run -127 env PATH="$(only sh)" "$slurm" start "$T" prog
	[ "$output" = \
		'slurm: sbatch: not found: install slurm-client, or choose another engine' ]
}
