# shellcheck disable=SC2154
# The shell programs under every shell that may be a system's sh: an installation whose #! lines
# name that shell carries a job to its end and tells of it.
load ../harness/lib

setup()
{
	rca_setup
	quick
	echo "do the work" >"$ROOM/prompt"
}

teardown() { rca_teardown; }

# under SHELL [WORD]: what a user sees of the shell programs, with that one for sh.
under()
{
	local first

	command -v "$1" || {
		echo "$1: not found: README's line for the tests installs it"
		return 1
	}
	first="#!$(command -v "$1")${2:+ $2}"
	mkdir "$ROOM/i" "$ROOM/i/lib" "$ROOM/b"
	cp -R "$TOP/bin" "$TOP/man" "$ROOM/i"
	cp -R "$TOP/lib/plugins" "$ROOM/i/lib"
	cd "$TOP" || return
	for f in bin/rca bin/rca-run bin/rca-{at,diff} lib/plugins/engines/{none,tmux} \
		lib/plugins/notifiers/* lib/plugins/worktree/*; do
		{
			echo "$first"
			sed 1d "$f"
		} >"$ROOM/i/$f"
	done
	cd "$PROJECT" || return
	# curl says that all is well, and writes down what it was told.
	printf '%s\n' "$first" "cat >'$ROOM/told'; echo 200" >"$ROOM/b/curl"
	chmod +x "$ROOM/b/curl"
	# ssh runs here what it is to run there.
	# shellcheck disable=SC2016
	printf '%s\n' "$first" 'for last; do :; done; exec sh -c "$last"' >"$ROOM/b/ssh"
	chmod +x "$ROOM/b/ssh"
	PATH=$ROOM/i/bin:$ROOM/b:$PATH
	echo 'notify=slack https://localhost/x' >>"$XDG_CONFIG_HOME/rca/config"
	ln -s "$ROOM/i/bin/rca" "$ROOM/b/a word"

	[[ $("$ROOM/b/a word" help) == *'  run '* ]]
	run rca-run -Z
	echo "$output"
	[ "$status" = 100 ]
	[[ $output == *usage:* ]]
	T=$(rca-run -a claude -n fix -d "$PROJECT" -p "$ROOM/prompt")
	wait_done
	ended completed
	wait_for 10 grep -q 'data.*claude-fix' "$ROOM/told"
	[ "$(rca list -H here -s completed fix | cut -f 1,9)" = "claude-fix	here" ]
	run rca at here probe $'it\'s\n!\\'
	[ "$status $output" = "102 rca-probe: it's?!\\: no such task" ]
	git init -q
	git -c user.name=me -c user.email=me@localhost commit -q --allow-empty -m one
	T=$(rca mktask -n plain -d "$PROJECT" -k worktree=yes -- touch new)
	rca launch -e none "$T"
	wait_done
	ended completed
	[ "$(rca diff -n "$T")" = new ]
	run rca reap -r "$T"
	[ "$status" = 1 ]
	rm "$(get project_dir)/new"
	rca reap -r "$T"
	[ ! -e "$RCA_HOME/trees/command-plain" ]
}

@test "dash" {
	under dash
}

@test "bash --posix" {
	under bash --posix
}

@test "busybox sh" {
	under busybox sh
}

@test "mksh" {
	under mksh
}

@test "yash" {
	under yash --posixly-correct
}
