# shellcheck disable=SC1003,SC2016,SC2030,SC2031,SC2154
# rca-at and rca-list -H, over a real sshd on loopback: a host is a home of its own with one sshd.
load ../harness/lib
bats_require_minimum_version 1.5.0

setup()
{
	rca_setup
	SSHDS=()
	mkdir "$ROOM/ssh"
	printf '#!/bin/sh\nexec %s -F %s/ssh/config "$@"\n' "$(command -v ssh)" "$ROOM" \
		>"$ROOM/ssh/ssh"
	chmod +x "$ROOM/ssh/ssh"
	PATH=$ROOM/ssh:$PATH
	keys
}

teardown()
{
	local pid

	for pid in "${SSHDS[@]}"; do kill "$pid" 2>/dev/null || :; done
	tmux -S "$ROOM/o" kill-server 2>/dev/null || :
	rca_teardown
}

# keys: those of all hosts and of the user; what ssh needs to know
keys()
{
	[ -e "$BATS_FILE_TMPDIR/key" ] || ssh-keygen -q -t ed25519 -N '' -f "$BATS_FILE_TMPDIR/key"
	cat >"$ROOM/ssh/config" <<-END
		StrictHostKeyChecking no
		UserKnownHostsFile /dev/null
		IdentitiesOnly yes
		HostName 127.0.0.1
		KexAlgorithms curve25519-sha256
		Match host 127.0.0.1 !originalhost stranger
		IdentityFile $BATS_FILE_TMPDIR/key
	END
}

# port NAME NUMBER: what NAME means to ssh
port()
{
	printf 'Host %s\n\tPort %s\n' "$1" "$2" >>"$ROOM/ssh/config"
}

# host NAME [LINE...]: an sshd with these lines in its configuration; its home is $ROOM/NAME
host()
{
	local name=$1 home=$ROOM/$1 port=0 sshd

	sshd=$(PATH=$PATH:/usr/sbin command -v sshd)
	[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
	mkdir -p "$home/r"
	printf '%s\n' "${@:2}" "HostKey $BATS_FILE_TMPDIR/key" 'StrictModes no' 'UsePAM no' \
		'PidFile none' "AuthorizedKeysFile $BATS_FILE_TMPDIR/key.pub" \
		'PermitRootLogin prohibit-password' 'ListenAddress 127.0.0.1' \
		'PasswordAuthentication no' 'KbdInteractiveAuthentication no' \
		"SetEnv HOME=$home RCA_HOME=$home/r PATH=$home/bin:${THERE-$TOP/bin}:/usr/bin:/bin" \
		>"$home/sshd"
	until [ -s "$home/log" ] && line_in '^Server listening' "$home/log"; do
		port=$((20000 + (RANDOM << 15 | RANDOM) % 12000))
		"$sshd" -D -e -f "$home/sshd" -p "$port" >"$home/log" 2>&1 3>&- &
		wait_for 10 line_in '^(Server listening|.*already in use|Cannot)' "$home/log"
	done
	SSHDS+=($!)
	port "$name" "$port"
}

# words NAME: a rca on that host that writes the words it got into the file "got"
words()
{
	mkdir "$ROOM/$1/bin"
	printf '#!/bin/sh\nprintf "<%%s>" "$@" >"%s/got"\n' "$ROOM/$1" >"$ROOM/$1/bin/rca"
	chmod +x "$ROOM/$1/bin/rca"
}

@test "each word reaches the tool as it was given, whatever the login shell over there" {
	hostile=('' ' ' 'a b' "it's" "'" '"' '\' '\\' "\\'" "'\\" '\n' '$HOME' '$(touch bad)'
		'\0041' '`touch bad`' '!' '!!' 'a!b' $'a\nb' $'\n' $'a\n\n' $'\\\n' '*' '~'
		-n -- - -oProxyCommand=x 'a=b' '#' '%s%b' '{a,b}' '^a^b' '<>|&;()' $'\t\r\e[31m\x7f'
		$'\xff\xfe' 'ä€' "$(printf %02000d 0)")
	printf '<%s>' send "${hostile[@]}" >"$ROOM/want"
	THERE=/nowhere host a "ForceCommand exec \$(cat $ROOM/shell) -c \"\$SSH_ORIGINAL_COMMAND\""
	words a
	for shell in sh bash zsh fish yash mksh 'busybox sh'; do
		echo "$shell" >"$ROOM/shell"
		rm -f "$ROOM/a/got"
		rca-at a send "${hostile[@]}"
		cmp "$ROOM/want" "$ROOM/a/got"
	done
	[ -z "$(find "$ROOM" -name bad)" ]
	# csh, which is not here, reads "!" and newlines otherwise; others, what is not ASCII.
	printf '%s\n' '#!/bin/sh' 'for last; do :; done' "printf %s \"\$last\" >$ROOM/command" \
		>"$ROOM/ssh/ssh"
	rca-at a send "${hostile[@]}"
	[ -z "$(LC_ALL=C tr -d '\40\42-\176' <"$ROOM/command")" ]
	[ -s "$ROOM/command" ]
}

@test "input, output and exit code are the tool's, and nothing of ours stays" {
	host a
	export TMPDIR=$ROOM/tmp
	mkdir "$TMPDIR"
	[ "$(printf 'a\033[31mb\n' | rca at a strip)" = ab ]
	echo 'do the work' | rca at a mktask -a claude -n x -d "$PROJECT" -p - >"$ROOM/out"
	[ "$(<"$ROOM/out")" = "$ROOM/a/r/tasks/claude-x" ]
	[ "$(<"$ROOM/a/r/tasks/claude-x/prompt")" = 'do the work' ]
	run -1 rca-at a list 'claude-*' -s failed </dev/null
	[ -z "$output" ]
	run -102 rca-at a probe nobody </dev/null
	[ "$output" = 'rca-probe: nobody: no such task' ]
	# one that a signal ends, and standard input that is closed
	words a
	printf '#!/bin/sh\nkill -9 $$\n' >"$ROOM/a/bin/rca"
	run -137 rca-at a list <&-
	printf '#!/bin/sh\nwhile echo more; do :; done\n' >"$ROOM/a/bin/rca"
	run bash -c 'rca-at a log <&- | head -n 1; echo "${PIPESTATUS[0]}"'
	[ "$output" = $'more\n141' ]
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "rca is found where a user puts it, and its absence is said with what to do" {
	export THERE=/nowhere
	host a
	[ -x /usr/local/bin/rca ] ||
		complains 127 'a: rca: not found: install rca there, or set RCA_AT_PATH' \
			rca-at a list </dev/null
	mkdir -p "$ROOM/a/.local/bin"
	ln -s "$TOP/bin/rca" "$ROOM/a/.local/bin/rca"
	[ "$(rca-at a -V </dev/null)" = "$(rca -V)" ]
	rm "$ROOM/a/.local/bin/rca"
	[ "$(RCA_AT_PATH=$TOP/bin/rca rca-at a -V </dev/null)" = "$(rca -V)" ]
	RCA_AT_PATH=/no/rca complains 127 'a: /no/rca: not found' rca-at a list </dev/null
}

@test "a host that does not answer, refuses or is lost is one line, and 111" {
	host a
	port stranger "$(sed -n 's/.*Port //p' "$ROOM/ssh/config")"
	complains 111 'stranger: ' rca-at stranger list </dev/null
	grep -q 'Permission denied' "$ROOM/err"
	# one that listens and never speaks
	python3 -c '
import socket, sys, time
s = socket.create_server(("127.0.0.1", 0))
open(sys.argv[1], "w").write(str(s.getsockname()[1]))
time.sleep(1000)' "$ROOM/mute" 3>&- &
	mute=$!
	wait_for 10 test -s "$ROOM/mute"
	port mute "$(<"$ROOM/mute")"
	RCA_AT_PATIENCE=1 complains 111 'mute: no answer in 1 s' rca-at mute list </dev/null
	kill "$mute"
	wait "$mute" || :
	complains 111 'mute: connect to host 127.0.0.1 port ' rca-at mute list </dev/null
	grep -q 'Connection refused' "$ROOM/err"
	words a
	printf '#!/bin/sh\nkill -9 $(ps -o ppid= -p $PPID) $PPID\nsleep 1000\n' >"$ROOM/a/bin/rca"
	run -111 rca-at a list </dev/null
	[ "${lines[-1]}" = 'rca-at: a: connection lost' ]
}

@test "a wrong call is 100, and asks no host" {
	printf '#!/bin/sh\ntouch %s/asked\n' "$ROOM" >"$ROOM/ssh/ssh"
	usage_of rca-at
	usage_of rca-at a
	for h in -oProxyCommand=x '' 'a b' $'a\nb'; do
		complains 100 'not a host' rca-at "$h" list
	done
	for n in 0 -1 1x 99999; do
		RCA_AT_PATIENCE=$n complains 100 'RCA_AT_PATIENCE: not a number of seconds' \
			rca-at a list
	done
	[ ! -e "$ROOM/asked" ]
	PATH=$TOP/bin complains 127 'ssh: not found: install OpenSSH' rca-at a list
}

@test "nothing is asked of a person who is not there, and a terminal is passed on" {
	printf '#!/bin/sh\necho "$1 $@" | grep -oE "^-[tT]|BatchMode=[a-z]*" | tr "\n" " "\n' \
		>"$ROOM/ssh/ssh"
	[ "$(rca-at a list </dev/null)" = '-T BatchMode=yes ' ]
	[ "$(on_terminal rca-at a list)" = '-t BatchMode=no ' ]
	[ "$(on_terminal sh -c 'rca-at a list | cat')" = '-T BatchMode=no ' ]
	[ "$(on_terminal sh -c 'rca-at a list </dev/null')" = '-T BatchMode=yes ' ]
}

@test "when it is ended, ssh ends with it" {
	printf '#!/bin/sh\necho $$ >%s/pid.new\nmv %s/pid.new %s/pid\nexec sleep 1000\n' \
		"$ROOM" "$ROOM" "$ROOM" >"$ROOM/ssh/ssh"
	export TMPDIR=$ROOM/tmp
	mkdir "$TMPDIR"
	for signal in HUP INT TERM; do
		rm -f "$ROOM/pid"
		python3 -c 'import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' rca-at a list 3>&- &
		wait_for 10 test -e "$ROOM/pid"
		kill -"$signal" $!
		code=0
		wait $! || code=$?
		[ "$code" = $((128 + $(kill -l "$signal"))) ]
		wait_for 5 not kill -0 "$(<"$ROOM/pid")"
		[ -z "$(ls -A "$TMPDIR")" ]
	done
}

@test "a task over there is run, waited for and looked into through a terminal" {
	host a
	rca at a run -n ask -d "$ROOM/a" -- \
		sh -c 'echo who is there; read -r x; echo "heard $x"' </dev/null >"$ROOM/out"
	T=$ROOM/a/r/tasks/command-ask
	[ "$(<"$ROOM/out")" = "$T" ]
	# Only root's sshd can give a terminal. For others ssh runs what it is given here.
	[ "$(id -u)" = 0 ] || printf '%s\n' '#!/bin/sh' "export RCA_HOME=$ROOM/a/r" \
		'for last; do :; done' 'exec sh -c "$last"' >"$ROOM/ssh/ssh"
	tmux -S "$ROOM/o" -f /dev/null new-session -d -s t -x 100 -y 30 -- \
		sh -c 'rca at a attach -w command-ask; echo "left with $?"; exec sleep 1000' \
		3>&- 4>&-
	shows() { tmux -S "$ROOM/o" capture-pane -p -t =t: | grep -q "$1"; }
	wait_for 10 shows 'who is there'
	[ "$(rca-list -H a -s living | cut -f 1-3,8,9)" = \
		"command-ask	running	ok	who is there	a" ]
	tmux -S "$ROOM/o" send-keys -t =t: -l 'it is me'
	tmux -S "$ROOM/o" send-keys -t =t: Enter
	rca at a wait -t 20 command-ask </dev/null
	tmux -S "$ROOM/o" send-keys -t =t: C-b d
	wait_for 10 shows 'left with 0'
	[ "$(rca at a log command-ask </dev/null | grep heard)" = 'heard it is me' ]
	tmux -S "$ROOM/a/r/tmux.sock" kill-server 2>/dev/null || :
}

# answers: an ssh that answers for the host NAME with the file NAME
answers()
{
	printf '#!/bin/sh\nwhile [ "$1" != -- ]; do shift; done\ncat "%s/$2"\n' "$ROOM" \
		>"$ROOM/ssh/ssh"
}

# line NAME N [,MEMBER...]: a task as rca-list -j names it
line()
{
	printf '{"task":"claude-%s","status":"running","kind":"living","health":"ok",' "$1"
	printf '"version":1,"task_name":"%s","agent":"claude","project_dir":"/p",' "$1"
	printf '"created_at":"2026-11-01T00:00:0%dZ"%s}\n' "$2" "${3-}"
}

@test "rca-list -H shows the tasks of several hosts in one table" {
	host a
	host b
	RCA_HOME=$ROOM/a/r rca-mktask -a claude -n fix -d "$PROJECT" -p - <<<go
	RCA_HOME=$ROOM/b/r rca-mktask -a pi -n fix -d "$PROJECT" -p - <<<go
	RCA_HOME=$ROOM/b/r rca-mktask -n odd -d "$PROJECT" -- true
	mkdir "$ROOM/b/r/tasks/claude-bad"
	echo nonsense >"$ROOM/b/r/tasks/claude-bad/manifest"
	rca-mktask -n here -d "$PROJECT" -- true
	listed() { rca-list "$@" | cut -f 1,2,9 | sort | tr '\t\n' ' |'; }
	bad='claude-bad broken b|' claude='claude-fix created a|' pi='pi-fix created b|'
	[ "$(listed -H a -H b)" = "$bad${claude}command-odd created b|$pi" ]
	[ "$(listed -H . -H a)" = "${claude}command-here created .|" ]
	[ "$(listed -H .)" = 'command-here created .|' ]
	[ "$(listed -H a -H b fix)" = "$claude$pi" ]
	[ "$(listed -H a -H b -d "$PROJECT" -A pi -s created)" = "$pi" ]
	rca-list -H a -H . -j | jq -r '.at + " " + .task + " " + .project_dir' | sort >"$ROOM/out"
	printf '%s\n' ". command-here $PROJECT" "a claude-fix $PROJECT" | diff - "$ROOM/out"
	[ "$(rca-list -H a -j)" = "{\"at\":\"a\",$(rca at a list -j </dev/null | cut -c 2-)" ]
	[[ "$(rca-list -H b -j claude-bad | jq -r .error)" == 'manifest line 1: no'* ]]
	run -1 rca-list -H a -H b -A codex
	run -102 rca-list -H a -H b 'x*'
	[ "$output" = 'rca-list: x*: matches no task' ]
	NO_COLOR=1 on_terminal rca-list -H a -H b -s created >"$ROOM/out"
	[[ "$(head -n 1 "$ROOM/out")" =~ ^HOST\ +TASK\ +STATUS ]]
	grep -qE '^a +claude-fix +created' "$ROOM/out"
	[ "$(tail -n 1 "$ROOM/out")" = '3 created' ]
}

@test "a host that does not answer the list costs a line, and the others are shown" {
	line x 1 >"$ROOM/a"
	cat >"$ROOM/ssh/ssh" <<-END
		#!/bin/sh
		case "\$*" in
		*'-- late '*)
			echo \$\$ >$ROOM/late
			exec sleep 1000
			;;
		*'-- a '*) exec cat $ROOM/a ;;
		esac
		echo 'ssh: connect: no' >"\$3"
		exit 255
	END
	export RCA_AT_PATIENCE=1
	rca-list -H a -H late -H none >"$ROOM/out" 2>"$ROOM/err"
	[ "$(cut -f 1,9 "$ROOM/out")" = 'claude-x	a' ]
	wait_for 5 not kill -0 "$(<"$ROOM/late")"
	printf 'rca-list: %s\n' 'late: no answer in 2 s' 'none: connect: no' | diff - "$ROOM/err"
	on_terminal rca-list -H a -H none >"$ROOM/out"
	[ "$(tail -n 1 "$ROOM/out")" = '1 living; no answer: none' ]
	complains 111 'none: connect: no' rca-list -H none
	run -0 rca-list -H none -H .
	none_of_ours
}

@test "what another host says is not trusted" {
	answers
	{
		echo 'Welcome to a!'
		line a 1 ',"text":"\u001b[31mred\u009b2J\u202e","reason":"a\nb\tc"'
		line b 2 ',"tokens_in":99999999999999999999,"tokens_out":9223372036854775807'
		line c 3 ',"cost_usd":1e999,"silent_s":"\u0000","x":{"y":[1]},"NOT":1,"y":null'
		line d 4 ',"elsewhere":"\u001b]0;x\u0007","tool":"\u001bc","phase":"tool","silent_s":7'
		echo '{"task":"\u001b[2Jclaude-e","status":"broken","error":"a\u001bb"}'
		echo '{"task":"claude-f","status":"completed","kind":"ended"}'
		line g 5 ',"status":"running"'
		printf '\033[2Jnoise\n'
	} >"$ROOM/a"
	rca-list -H a -j >"$ROOM/json"
	rca-list -H a >"$ROOM/tabs"
	NO_COLOR=1 on_terminal rca-list -H a >"$ROOM/table"
	for file in json tabs; do
		run ! grep -aP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$ROOM/$file"
	done
	run ! grep -F '^[' "$ROOM/table"
	printf 'claude-%s\n' 'a running' 'b running' 'c running' 'd running' 'e broken' \
		'f broken' 'g broken' >"$ROOM/want"
	jq -r '.task + " " + .status' "$ROOM/json" | sort | diff "$ROOM/want" -
	[ "$(awk -F '\t' '{ print NF }' "$ROOM/tabs" | sort -u)" = 9 ]
	[ "$(grep ^claude-a "$ROOM/tabs" | cut -f 8)" = red ]
	[ "$(jq -r 'select(.task == "claude-c").cost_usd' "$ROOM/json")" = 0 ]
	grep -q '^3 need somebody, 4 living; 2' "$ROOM/table"
	for bad in '{"task":"x"' '{}' '{"a":1,"task":"x"}' "{\"task\":\"$(printf %070000d 1)\"}"; do
		printf '%s\n' "$bad" >"$ROOM/b"
		complains 111 'b: ' rca-list -H b
		rca-list -H b -H a 2>/dev/null | cut -f 1 | grep -q claude-a
	done
}

@test "wrong hosts are refused before any is asked" {
	printf '#!/bin/sh\ntouch %s/asked\n' "$ROOM" >"$ROOM/ssh/ssh"
	for h in -x '' 'a b' $'a\e[2J'; do complains 100 '-H: not a host' rca-list -H "$h"; done
	# shellcheck disable=SC2046
	complains 100 '-H h33: more than 32 hosts' rca-list $(printf -- '-H h%s ' {1..33})
	complains 100 '-d .: with -H an absolute path' rca-list -d . -H a
	complains 100 '-w: for one host alone: rca at HOST list -w' rca-list -w -H a
	[ ! -e "$ROOM/asked" ]
}
