# shellcheck disable=SC2012,SC2016,SC2030,SC2031,SC2034,SC2154,SC2317
load ../harness/lib

setup() { rca_setup; }
teardown() { rca_teardown; }

mode() { stat -c %a "$1"; }

@test "it makes a directory and prints its path" {
	run rca-mktask -a claude -n fix -d "$PROJECT"
	[ "$status" = 0 ]
	[ "$output" = "$TASKS/claude-fix" ]
	[ -d "$output" ]
}

@test "the directory and the ones above it are for the caller alone" {
	umask 0
	T=$(rca-mktask -a claude -n fix -p - <<<"work")
	[ "$(mode "$T")" = 700 ]
	[ "$(mode "$TASKS")" = 700 ]
	[ "$(mode "$RCA_HOME")" = 700 ]
	[ "$(mode "$T/manifest")" = 600 ]
	[ "$(mode "$T/prompt")" = 600 ]
}

@test "the manifest holds what was asked for" {
	T=$(rca-mktask -a claude -n fix -d "$PROJECT" -m my-model -k check='make test' \
		-k deadline=60 -k goal='it works')
	[ "$(get version)" = 1 ]
	[ "$(get task_name)" = fix ]
	[ "$(get agent)" = claude ]
	[ "$(get model)" = my-model ]
	[ "$(get project_dir)" = "$PROJECT" ]
	[ "$(get session_name)" = claude-fix ]
	[ "$(get engine)" = tmux ]
	[ "$(get socket)" = "$RCA_HOME/tmux.sock" ]
	[ "$(get host)" = "$(uname -n)" ]
	[ "$(get tmpdir)" = "$T" ]
	[ "$(get status)" = created ]
	[ "$(get attempt)" = 0 ]
	[ "$(get retry_count)" = 0 ]
	[ "$(get check)" = "make test" ]
	[ "$(get deadline)" = 60 ]
	[ "$(get goal)" = "it works" ]
	[[ "$(get created_at)" =~ \
		^20[0-9][0-9]-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]Z$ ]]
	manifest_ok
}

@test "history begins with its making" {
	task claude fix
	[ "$(wc -l <"$T/history")" = 1 ]
	history_has \
		"^$(get created_at | cut -c1-14)[0-9:]*Z created agent=claude project_dir=$PROJECT$"
}

@test "the project directory is this one when none is given, and never a symlink's name" {
	ln -s "$PROJECT" "$ROOM/link"
	cd "$ROOM/link"
	T=$(rca-mktask -a claude -n here)
	[ "$(get project_dir)" = "$PROJECT" ]
	T=$(rca-mktask -a claude -n there -d "$ROOM/link")
	[ "$(get project_dir)" = "$PROJECT" ]
}

@test "a project directory may have blanks, quotes and an equals sign in its name" {
	mkdir "$ROOM/a b='c\"d"
	T=$(rca-mktask -a claude -n odd -d "$ROOM/a b='c\"d")
	[ "$(get project_dir)" = "$ROOM/a b='c\"d" ]
}

@test "a model's alias becomes the model" {
	T=$(rca-mktask -a claude -n a -m opus)
	[ "$(get model)" = claude-opus-4-6 ]
	T=$(rca-mktask -a claude -n b -m sonnet)
	[ "$(get model)" = claude-sonnet-4-6 ]
}

@test "each of the four agents is known, and the pinned ones have a session from the start" {
	for a in claude codex opencode pi; do
		T=$(rca-mktask -a $a -n fix)
		[ "$(get agent)" = $a ]
		[ "$T" = "$TASKS/$a-fix" ]
	done
	uuid='^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'
	[[ "$(cat "$TASKS/claude-fix/session_id")" =~ $uuid ]]
	[ ! -e "$TASKS/codex-fix/session_id" ]
	[ ! -e "$TASKS/opencode-fix/session_id" ]
}

@test "two tasks never share a session" {
	rca-mktask -a claude -n a
	rca-mktask -a claude -n b
	not cmp -s "$TASKS/claude-a/session_id" "$TASKS/claude-b/session_id"
}

@test "a command is kept word for word" {
	T=$(rca-mktask -n build -- sh -c $'echo "a b"\n\techo \'c\'' '' --flag)
	[ "$T" = "$TASKS/command-build" ]
	[ "$(get agent)" = command ]
	printf '%s\0' sh -c $'echo "a b"\n\techo \'c\'' '' --flag | cmp - "$T/command"
}

@test "a name is made up when none is given" {
	T=$(rca-mktask -a claude)
	U=$(rca-mktask -a claude)
	[ "$T" != "$U" ]
	[[ "${T##*/}" =~ ^claude-[a-z0-9-]{1,64}$ ]]
}

@test "the prompt is copied whole, from a file or from standard input" {
	head -c 100000 /dev/urandom >"$ROOM/big"
	T=$(rca-mktask -a claude -n a -p "$ROOM/big")
	cmp "$ROOM/big" "$T/prompt"
	T=$(rca-mktask -a claude -n b -p - <"$ROOM/big")
	cmp "$ROOM/big" "$T/prompt"
	printf 'no newline' >"$ROOM/p1"
	T=$(rca-mktask -a claude -n c -p "$ROOM/p1")
	cmp "$ROOM/p1" "$T/prompt"
}

@test "a prompt may come through a pipe's name" {
	T=$(rca-mktask -a claude -n a -p <(echo "from a pipe"))
	[ "$(cat "$T/prompt")" = "from a pipe" ]
}

@test "without -p there is no prompt yet" {
	T=$(rca-mktask -a claude -n a)
	[ ! -e "$T/prompt" ]
}

@test "a prompt of 10 MiB is taken, one byte more is not" {
	head -c 10485760 /dev/zero | tr '\0' a >"$ROOM/big"
	T=$(rca-mktask -a claude -n a -p "$ROOM/big")
	cmp "$ROOM/big" "$T/prompt"
	rm -r "$T"
	printf a >>"$ROOM/big"
	complains 100 "larger than 10 MiB" rca-mktask -a claude -n a -p "$ROOM/big"
	no_task_made
}

@test "a prompt that is empty, blank, missing or no file is refused" {
	: >"$ROOM/empty"
	printf ' \n\t\n' >"$ROOM/blank"
	complains 100 "prompt $ROOM/empty: is empty" rca-mktask -a claude -n a -p "$ROOM/empty"
	complains 100 "prompt $ROOM/blank: is empty" rca-mktask -a claude -n a -p "$ROOM/blank"
	complains 100 "prompt -: is empty" rca-mktask -a claude -n a -p - </dev/null
	complains 100 "prompt $ROOM/none: No such file or directory" rca-mktask -a claude -n a \
		-p "$ROOM/none"
	complains 100 "prompt $ROOM: not a file" rca-mktask -a claude -n a -p "$ROOM"
	no_task_made
}

@test "names are small letters, digits and dashes, 1 to 64, no dash at either end" {
	long=$(printf 'a%.0s' {1..64})
	for n in a 0 a-b a--b "$long"; do
		rca-mktask -a claude -n "$n"
	done
	rm -r "$TASKS"
	for n in '' - -a a- A a/b .. . a.b 'a b' $'a\nb' a_b ä "${long}a" '../a' 'a;b'; do
		complains 100 "name " rca-mktask -a claude -n "$n"
	done
	no_task_made
}

@test "a name with control characters does not reach the terminal" {
	complains 100 "name " rca-mktask -a claude -n $'a\033]0;owned\007'
	not grep -q $'\033' "$ROOM/err"
}

@test "an agent's name cannot lead out of the agents directory" {
	echo 'start=true' >"$ROOM/evil"
	for a in ../evil "$ROOM/evil" . .. '' A 'a b'; do
		complains 100 "agent " rca-mktask -a "$a" -n x
	done
	no_task_made
}

@test "an agent nobody has defined is refused" {
	complains 100 "gemini" rca-mktask -a gemini -n x
	no_task_made
}

@test "neither agent nor command, or both, is refused" {
	complains 100 "say what is to run" rca-mktask -n x
	complains 100 "agent claude takes no command" rca-mktask -a claude -n x -- echo hi
	complains 100 "agent command needs one" rca-mktask -a command -n x
	no_task_made
	T=$(rca-mktask -a command -n x -- echo hi)
	[ -d "$T" ]
}

@test "a project directory that is gone, no directory or not a clean name is refused" {
	: >"$ROOM/file"
	mkdir "$ROOM"/$'new\nline'
	complains 100 "project directory $ROOM/none: No such file or directory" rca-mktask \
		-a claude -n x -d "$ROOM/none"
	complains 100 "project directory $ROOM/file: Not a directory" rca-mktask -a claude -n x \
		-d "$ROOM/file"
	complains 100 "control character" rca-mktask -a claude -n x -d "$ROOM"/$'new\nline'
	no_task_made
}

@test "a model that looks like an option or has blanks is refused" {
	for m in -x 'a b' $'a\nb' --dangerous; do
		complains 100 "not a model's name" rca-mktask -a claude -n x "-m$m"
	done
	no_task_made
}

@test "each setting is known by its name" {
	set --
	for k in base=1 max_interval=2 deadline=3 grace=0 max_retries=0 dispatch_wait=1 \
		tool_timeout=1 silence=9 linger=0 background_timeout=1 kill_grace=0 max_log=4096 \
		max_nudges=0 check=true goal=x restart=always 'ready=^ok$' \
		notify_prefix=cc: notify_timeout=1 notify_keep=1 \
		'quiet_hours=23:00-8:00 CET-1CEST,M3.5.0,M10.5.0/3' triage_timeout=1 act=nudge \
		escalate_after=0 hooks=no; do
		set -- "$@" -k "$k"
	done
	T=$(rca-mktask -a claude -n x "$@")
	[ "$(get max_log)" = 4096 ]
	[ "$(get ready)" = '^ok$' ]
}

@test "a setting nobody knows, or one that is set wrong, is refused" {
	complains 100 "nonsense: no such setting" rca-mktask -a claude -n x -k nonsense=1
	complains 100 "-k deadline: not key=value" rca-mktask -a claude -n x -k deadline
	for k in deadline= deadline=0 deadline=-1 deadline=1.5 deadline=1h deadline=' 1' base=0 \
		max_retries=-1 max_log=99999999999999999999; do
		complains 100 "not a whole number" rca-mktask -a claude -n x -k "$k"
	done
	complains 100 "not a regular expression" rca-mktask -a claude -n x -k 'ready=('
	complains 100 "restart=perhaps: not one of: never on-failure always" rca-mktask -a claude \
		-n x -k restart=perhaps
	complains 100 "act=: not one of: none nudge" rca-mktask -a claude -n x -k act=
	complains 100 "hooks=ye: not one of: yes no" rca-mktask -a claude -n x -k hooks=ye
	for k in 23:00 24:00-8:00 23:60-8:00 8-9 8:00-9:0 8:00-8:00 '8:00-9:00x' x; do
		complains 100 "not like 23:00-08:00" rca-mktask -a claude -n x -k "quiet_hours=$k"
	done
	for k in Mars/Base ../../etc/passwd; do
		complains 100 "unknown time zone $k" rca-mktask -a claude -n x \
			-k "quiet_hours=8:00-9:00 $k"
	done
	complains 100 "control character" rca-mktask -a claude -n x -k $'check=a\nb'
	complains 100 "control character" rca-mktask -a claude -n x -k $'goal=a\033b'
	complains 100 "longer than 4096 bytes" rca-mktask -a claude -n x \
		-k "check=$(printf 'a%.0s' {1..4097})"
	no_task_made
}

@test "the state's own keys cannot be set from outside" {
	for k in status=completed pid=1 agent=x session_name=x socket=x host=x version=2; do
		complains 100 "no such setting" rca-mktask -a claude -n x -k "$k"
	done
	no_task_made
}

@test "what names a program to run stands in the user's config alone" {
	for k in notify=desktop triage=true; do
		complains 100 "${k%%=*}: can only be set in your config file" \
			rca-mktask -a claude -n x -k "$k"
	done
	no_task_made
}

@test "more settings than there is room for are refused" {
	set --
	for i in {1..65}; do set -- "$@" -k goal=x; done
	complains 100 "at most 64" rca-mktask -a claude -n x "$@"
	no_task_made
}

@test "a setting given twice counts once, the last one" {
	T=$(rca-mktask -a claude -n x -k deadline=1 -k deadline=2)
	[ "$(get deadline)" = 2 ]
	manifest_ok
}

@test "a task that exists is refused and left as it is" {
	T=$(rca-mktask -a claude -n fix)
	cp -r "$T" "$ROOM/before"
	complains 100 "task claude-fix exists" rca-mktask -a claude -n fix
	diff -r "$ROOM/before" "$T"
	[ "$(ls -A "$TASKS")" = claude-fix ]
}

@test "a dangling symlink in the task's place is no free place" {
	mkdir -p "$TASKS"
	chmod 700 "$TASKS"
	ln -s "$ROOM/elsewhere" "$TASKS/claude-fix"
	complains 100 "task claude-fix exists" rca-mktask -a claude -n fix
	[ ! -e "$ROOM/elsewhere" ]
}

@test "of twenty that want one name at once, one gets it" {
	for i in {1..20}; do
		rca-mktask -a claude -n race >>"$ROOM/made" 2>>"$ROOM/not" 3>&- &
		pids="${pids-} $!"
	done
	for p in $pids; do wait "$p" || :; done
	[ "$(cat "$ROOM/made")" = "$TASKS/claude-race" ]
	[ "$(wc -l <"$ROOM/not")" = 19 ]
	[ "$(ls -A "$TASKS")" = claude-race ]
}

@test "-t makes it elsewhere, with a session name of its own" {
	mkdir "$ROOM/else"
	T=$(rca-mktask -a claude -n fix -t "$ROOM/else")
	[ "$T" = "$ROOM/else/claude-fix" ]
	[[ "$(get session_name)" =~ ^claude-fix-[0-9a-f]{6}$ ]]
	[ ! -e "$TASKS" ]
	cd "$ROOM"
	mkdir two
	U=$(rca-mktask -a claude -n fix -t two)
	[ "$U" = "$ROOM/two/claude-fix" ]
	[ "$(get session_name)" != "$(get session_name "$U")" ]
}

@test "-t of a directory that is not there is the caller's mistake" {
	: >"$ROOM/file"
	complains 100 "open directory $ROOM/none: No such file or directory" rca-mktask -a claude \
		-n fix -t "$ROOM/none"
	complains 100 "open directory $ROOM/file: Not a directory" rca-mktask -a claude -n fix \
		-t "$ROOM/file"
}

@test "a tasks directory that others can write is refused" {
	mkdir -p "$TASKS"
	chmod 777 "$TASKS"
	complains 100 "others can write it" rca-mktask -a claude -n fix
	no_task_made
}

@test "a tasks directory of another user is refused" {
	[ "$(id -u)" = 0 ] || skip "only root can give a directory away"
	mkdir -p "$TASKS"
	chmod 700 "$TASKS"
	chown 65534 "$TASKS"
	complains 100 "others can write it" rca-mktask -a claude -n fix
	no_task_made
}

@test "an RCA_HOME that is too long for a socket is refused before anything is made" {
	stem=$ROOM/$(printf 'x%.0s' {1..120})
	RCA_HOME=${stem:0:$((107 - 10))} # 107 bytes and the NUL, less "/tmux.sock"
	rca-mktask -a claude -n fits
	RCA_HOME=${stem:0:$((108 - 10))}
	complains 100 "too long for a socket" rca-mktask -a claude -n fix
	[ ! -e "$RCA_HOME" ]
}

@test "an RCA_HOME that is relative, or cannot be made, is said" {
	RCA_HOME=r complains 100 "RCA_HOME" rca-mktask -a claude -n fix
	: >"$ROOM/file"
	RCA_HOME=$ROOM/file/r complains 111 "make directory" rca-mktask -a claude -n fix
	[ ! -e r ]
}

@test "without RCA_HOME it is in XDG_STATE_HOME, else in the home directory" {
	unset RCA_HOME
	[ "$(XDG_STATE_HOME=$ROOM/state rca-mktask -a claude -n a)" \
		= "$ROOM/state/rca/tasks/claude-a" ]
	[ "$(rca-mktask -a claude -n a)" = "$HOME/.local/state/rca/tasks/claude-a" ]
	unset HOME
	complains 100 "HOME" rca-mktask -a claude -n b
}

@test "-i needs an agent that can be talked to" {
	T=$(rca-mktask -i -a claude -n a)
	[ "$(get interactive)" = 1 ]
	printf 'start=sh\nprompt=stdin\nsession=none\nread=pipe\n' \
		>"$XDG_CONFIG_HOME/rca/agents/mute"
	complains 100 "interactive" rca-mktask -i -a mute -n a
	[ "$(ls -A "$TASKS")" = claude-a ]
}

@test "a full disk is said, and leaves nothing behind" {
	head -c 100000 /dev/zero | tr '\0' a >"$ROOM/big"
	trap '' XFSZ
	(
		ulimit -f 8
		complains 111 "File too large" rca-mktask -a claude -n a -p "$ROOM/big"
	)
	no_task_made
}

@test "a disk that takes nothing is said, whatever was to be written" {
	# not even into a file of the test's
	full() { run sh -c 'trap "" XFSZ; ulimit -f 0; exec "$@"' sh rca-mktask -n a "$@"; }
	full -- echo hi
	[ "$status" = 111 ]
	[ "$output" = "rca-mktask: write command: File too large" ]
	full -a claude
	[ "$status" = 111 ]
	[ "$output" = "rca-mktask: write session_id: File too large" ]
	full -a codex
	[ "$status" = 111 ]
	[ "$output" = "rca-mktask: write manifest: File too large" ]
	no_task_made
	complains 111 "make directory /proc/.new-claude-a" rca-mktask -a claude -n a -t /proc
}

@test "an answer that cannot be written is an error" {
	run sh -c 'rca-mktask -a claude -n b >/dev/full'
	[ "$status" = 111 ]
	[[ "$output" == *"write standard output: No space left on device"* ]]
}

@test "killed while it reads the prompt, it leaves no task, and the name is free" {
	mkfifo "$ROOM/pipe"
	rca-mktask -a claude -n fix -p "$ROOM/pipe" >/dev/null 3>&- &
	pid=$!
	{
		echo "first words"
		wait_for 5 test -d "$TASKS"
		no_task_made
		kill -9 $pid
		wait $pid || :
	} >"$ROOM/pipe"
	no_task_made
	rca-mktask -a claude -n fix
}

@test "-w: a task of that name is an answer, not a mistake" {
	run rca-mktask -w -n fix -- true
	[ "$status" = 0 ]
	[ "$output" = "$TASKS/command-fix" ]
	run rca-mktask -w -n fix -- true
	[ "$status" = 1 ]
	[ "$output" = "$TASKS/command-fix" ]
	complains 100 "nowhere" rca-mktask -w -n fix -d "$ROOM/nowhere" -- true
	[ "$(ls -A "$TASKS")" = command-fix ]
}

@test "-V is its name and version" {
	run rca-mktask -V
	[ "$status" = 0 ]
	[[ "$output" =~ ^rca-mktask\ [0-9]+\.[0-9] ]]
	run sh -c 'rca-mktask -V >/dev/full'
	[ "$status" = 111 ]
}

@test "a wrong option, or a word too many, is answered with the usage" {
	usage_of rca-mktask -x
	usage_of rca-mktask -a
	run rca-mktask -a claude fix
	[ "$status" -eq 100 ]
	[ "$output" = "rca-mktask: fix: a command goes after --, as in: -- fix" ]
	no_task_made
}

@test "pid is 0 before there is a process; a manifest written by hand is refused" {
	T=$(rca-mktask -n a -- true)
	[ "$(get pid)" = 0 ]
	[ "$(rca-probe -j "$T" | jq -r .pid)" = 0 ]
	rca-reap -k "$T"
	[ -e "$T/done" ]
	mkdir -m 700 "$TASKS/by-hand"
	complains 102 "no manifest in it (rca-mktask makes one)" rca-launch by-hand
	echo '{"task_name": "by-hand", "model": "opus"}' >"$TASKS/by-hand/manifest"
	complains 100 "no '='; rca-mktask makes tasks" rca-launch by-hand
	printf 'task_name=by-hand\nmodel=opus\npid=0\nstatus=running\n' >"$TASKS/by-hand/manifest"
	complains 100 "no key version (cut?); rca-mktask makes tasks" rca-launch by-hand
}
