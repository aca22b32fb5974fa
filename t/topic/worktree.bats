# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# worktree=yes: each task has a working tree of its own, which goes only when nothing in it is lost
load ../harness/lib
bats_require_minimum_version 1.5.0

setup()
{
	rca_setup
	quick
	own_git
	repository "$PROJECT"
}

teardown() { rca_teardown; }

# repository DIR: one with a commit of a file, in which a directory `build` is ignored.
repository()
{
	git init -q "$1"
	mkdir "$1/sub"
	echo one | tee "$1/file" >"$1/sub/file"
	echo build >"$1/.gitignore"
	git -C "$1" add .
	git -C "$1" commit -qm one
}

# tree NAME COMMAND: a task with a tree of its own, which has ended.
tree()
{
	T=$TASKS/command-$1 W=$RCA_HOME/trees/command-$1
	rca-run -f -n "$1" -d "$PROJECT" -k worktree=yes -- sh -c "$2" >/dev/null
}

# refused CODE TEXT [OPTION...]: rca-mktask says so in one line, and nothing is left of it.
refused()
{
	local code=$1 text=$2 branches

	shift 2
	branches=$(git -C "$PROJECT" branch -a)
	run --separate-stderr rca-mktask -n no -k worktree=yes "$@" -- true
	echo "$stderr"
	[ "$status" = "$code" ]
	[[ "$stderr" == *"$text"* && "$stderr" != *$'\n'* && -z "$output" ]]
	no_task_made
	[ -z "$(ls -A "$RCA_HOME/trees" 2>/dev/null)" ]
	[ "$(git -C "$PROJECT" branch -a)" = "$branches" ]
	[ "$(git -C "$PROJECT" worktree list | wc -l)" = 1 ]
}

# stays TEXT: rca-reap -r says so, and touches neither the task nor its tree.
stays()
{
	run --separate-stderr -1 rca-reap -r "$T"
	echo "$stderr"
	[[ "$stderr" == "rca-reap: ${T##*/}: not removed: "*"$1"* ]]
	[ -e "$T/done" ]
	[ -d "$W" ]
}

# goes: it removes all of them without a word.
goes()
{
	run -0 rca-reap -r "$T"
	[ -z "$output" ]
	[ ! -e "$T" ]
	[ ! -e "$W" ]
	run ! git -C "$PROJECT" rev-parse -q --verify "refs/heads/rca/${T##*/}"
	[ "$(git -C "$PROJECT" worktree list | wc -l)" = 1 ]
}

@test "two jobs in one project at the same time: neither sees the other's changes" {
	mkfifo "$ROOM/a" "$ROOM/b"
	script='echo $0 >>file; git commit -qam $0; echo $0 >new-$0
		[ $0 = a ] && { echo >$1/a; cat $1/b; } || { cat $1/a; echo >$1/b; }
		cat file; ls -1; pwd'
	for n in a b; do
		rca-run -n $n -d "$PROJECT/sub" -k worktree=yes -- \
			sh -c "$script" $n "$ROOM" >/dev/null
	done
	rca-wait command-a command-b
	for n in a b; do
		run rca-log command-$n
		echo "$output"
		said=$(printf '%s\n' one $n file new-$n "$RCA_HOME/trees/command-$n/sub")
		[[ "$output" == *"$said"* ]]
		[ "$(git log -1 --format=%s rca/command-$n)" = $n ]
	done
	[ "$(<sub/file)" = one ]
	[ -z "$(git status --porcelain)" ]
	# A list of one project has the tasks in its trees; a look at one says where it is.
	run -0 rca-list -a -d "$PROJECT"
	[ "${#lines[@]}" = 2 ]
	run -0 on_terminal rca-probe command-a
	[[ "$output" == *"tree of  $PROJECT/sub, branch rca/command-a"* ]]
	git merge -q rca/command-a
	rm "$RCA_HOME"/trees/*/sub/new-*
	run -1 rca-reap -a -r -o 0
	[ "$(ls "$TASKS" "$RCA_HOME/trees")" = "$(printf '%s\n' \
		"$TASKS:" command-b '' "$RCA_HOME/trees:" command-b)" ]
}

@test "the config may say it for all; -k worktree=no, and a registered session, go without" {
	echo worktree=yes >>"$XDG_CONFIG_HOME/rca/config"
	T=$(rca-mktask -n a -- true)
	[ "$(get project_dir)" = "$RCA_HOME/trees/command-a" ]
	[ "$(get worktree_of)" = "$PROJECT" ]
	[ "$(get base_commit)" = "$(git rev-parse HEAD)" ]
	T=$(rca-mktask -n b -k worktree=no -- true)
	[ "$(get project_dir)" = "$PROJECT" ]
	[ -z "$(get worktree_of)" ]
	tmux -S "$ROOM/s" -f /dev/null new-session -d -s mine -- sleep 1000 3>&-
	T=$(rca-mktask -A "$ROOM/s:mine" -a command)
	[ "$(get project_dir)" = "$PROJECT" ]
	rca-reap -r "$T"
	tmux -S "$ROOM/s" kill-server
	run -100 rca-mktask -n c -k worktree=maybe -- true
	[[ "$output" == *"not one of: yes no" ]]
}

@test "several at once make one task: each knows of it, and nobody takes its tree away" {
	pids=()
	for n in 1 2 3 4 5 6; do
		{
			rca-mktask -w -n a -k worktree=yes -- true && echo 0 || echo $?
		} >"$ROOM/out.$n" 2>&1 3>&- &
		pids+=($!)
	done
	wait "${pids[@]}"
	cat "$ROOM"/out.*
	[ "$(cat "$ROOM"/out.* | sort | uniq -c | sed 's/^ *//')" = "$(printf '%s\n' \
		"6 $TASKS/command-a" '1 0' '5 1')" ]
	T=$TASKS/command-a W=$RCA_HOME/trees/command-a
	[ "$(git -C "$W" symbolic-ref HEAD)" = refs/heads/rca/command-a ]
	# Of the same name, but below another home: the branch is the first one's.
	RCA_HOME=$ROOM/r2 run -100 rca-mktask -n a -k worktree=yes -- true
	mkdir "$ROOM/bin"
	printf '#!/bin/sh\ncase " $* " in *" add "*) %s branch rca/command-c ;; esac\n%s "$@"\n' \
		"$(command -v git)" "$(command -v git)" >"$ROOM/bin/git"
	chmod +x "$ROOM/bin/git"
	PATH=$ROOM/bin:$PATH run -111 rca-mktask -n c -k worktree=yes -- true
	[[ "$output" == *'rca/command-c'*' already exists' ]]
	git rev-parse -q --verify rca/command-a
	git rev-parse -q --verify rca/command-c
	# One that is being made is waited for, a minute at most; what is left of it is named.
	mkdir "$TASKS/.new-command-b-tree"
	run -100 rca-mktask -w -n b -k worktree=yes -- true
	[[ "$output" == *"$TASKS/.new-command-b-tree: there already"*"rca-reap -a"* ]]
}

@test "below another parent it is beside the task, with a branch named as the session" {
	mkdir -m 700 "$ROOM/there"
	T=$(rca-mktask -n a -t "$ROOM/there" -k worktree=yes -- true)
	[ "$(get worktree_dir)" = "$ROOM/there/.tree-command-a" ]
	[ "$(get worktree_branch)" = "rca/$(get session_name)" ]
	rca-reap -k -r "$T"
	[ -z "$(ls -A "$ROOM/there")" ]
	[ "$(git branch)" = '* main' ]
}

@test "what has no commit to begin with is refused, and nothing is left" {
	mkdir "$ROOM/plain"
	refused 100 "$ROOM/plain: no tree of its own: not a git repository" -d "$ROOM/plain"
	git init -q --bare "$ROOM/bare"
	refused 100 "$ROOM/bare: no tree of its own: not in a working tree" -d "$ROOM/bare"
	refused 100 "no tree of its own: not in a working tree" -d "$PROJECT/.git"
	git init -q "$ROOM/empty"
	refused 100 "$ROOM/empty: no tree of its own: there is no commit yet" -d "$ROOM/empty"
	mkdir later
	refused 100 "$PROJECT/later: no tree of its own: not in the last commit" -d later
	git branch rca/command-no
	refused 100 'branch rca/command-no exists: take another name, or drop it: git'
	git branch -m rca/command-no rca
	refused 111 "$PROJECT: git worktree add: cannot lock ref 'refs/heads/rca/command-no'"
	git branch -d rca
	mkdir "$ROOM/bin"
	for p in sh sed; do ln -s "$(command -v "$p")" "$ROOM/bin"; done
	PATH=$TOP/bin:$ROOM/bin run -127 "$TOP/bin/rca-mktask" -n no -k worktree=yes -- true
	[[ "$output" == 'rca-mktask: git: not found: '* ]]
	no_task_made
	chmod 500 "$ROOM/empty"
}

@test "changes that are not committed, and submodules, are not in the tree: a line says so" {
	repository "$ROOM/other"
	git -c protocol.file.allow=always submodule --quiet add "$ROOM/other" module
	git commit -qm two
	echo two >>file
	run -0 --separate-stderr rca-mktask -n a -k worktree=yes -- true
	[ "${stderr_lines[0]}" = "rca-mktask: $PROJECT: its uncommitted changes are not in the tree" ]
	[[ "${stderr_lines[1]}" == *'/trees/command-a: submodules are empty: '* ]]
	W=$RCA_HOME/trees/command-a
	[ "$(<"$W/file")" = one ]
	git -C "$W" -c protocol.file.allow=always submodule --quiet update --init
	run -1 rca-reap -k -r command-a
	[[ "$output" == *"$W has submodules of its own"* ]]
}

@test "a tree with changed or new files stays, and it is said how to drop it" {
	tree a 'echo two >>file; echo new >new'
	stays "$W: changed or new files (2): commit and merge them, or drop them: git -C $PROJECT work"
	sh -c "${stderr##*them: }"
	goes
	git config --global status.showUntrackedFiles no
	tree b 'git add -A; echo two >>file; git add file'
	stays "$W: changed or new files (1): "
	tree c 'echo new >new'
	stays "$W: changed or new files (1): "
}

@test "commits that are nowhere else keep a tree; merged, pushed or dropped they do not" {
	tree a 'echo two >>file; git commit -qam two'
	stays "$W: commits that are nowhere else (1): merge or push rca/command-a, or drop it: git -C"
	cp -R "$PROJECT/.git" "$ROOM/before"
	git merge -q rca/command-a
	goes
	# pushed: a branch of a remote has them
	tree b 'echo two >>sub/file; git commit -qam three; git checkout -q --detach'
	stays "commits that are nowhere else (1)"
	git init -q --bare "$ROOM/remote"
	git remote add origin "$ROOM/remote"
	git push -q origin rca/command-b:topic
	goes
	# the agent has gone on without the branch
	tree c 'git checkout -q --detach; echo two >>new; git add new; git commit -qm four'
	stays "commits that are nowhere else (1)"
	sh -c "${stderr##*drop it: }"
	goes
	tree d 'git checkout -q -b mine; echo two >>new; git add new; git commit -qm four'
	goes
	[ "$(git log -1 --format=%s mine)" = four ]
}

@test "a tree without changes goes, with what git ignores, read-only or not" {
	tree a 'mkdir -p build/deep; touch build/deep/x; chmod -R a-w build; git status --short'
	goes
	tree b 'git branch -m rca/command-b kept; echo 2 >>file; git commit -qam 2'
	goes
	git rev-parse -q --verify kept
}

@test "a tree that somebody has removed or replaced" {
	tree a 'echo two >>file; git commit -qam two'
	rm -r "$W"
	run -0 rca-reap -r "$T"
	[[ "$output" == *": its tree is gone; branch rca/command-a of $PROJECT stays"* ]]
	[ ! -e "$T" ]
	git branch -D rca/command-a
	tree b true
	rm -r "$W"
	goes
	# Another repository's settings name programs.
	tree c true
	rm "$W/.git"
	git init -q "$W"
	git -C "$W" config core.fsmonitor "touch $ROOM/ran"
	stays "$W: not a tree of $PROJECT any more: look into it"
	[ ! -e "$ROOM/ran" ]
	rm -r "$W/.git"
	stays "$W: "
	mv "$PROJECT" "$ROOM/moved"
	stays "$W: "
	rm -r "$W"
	run -0 rca-reap -r "$T"
}

@test "what is mounted in a tree is left alone" {
	local kind unshare=(unshare -m)

	[ "$(id -u)" = 0 ] || unshare=(unshare -rm)
	# POSIX does not list what is mounted: only another device is seen.
	tree a 'mkdir -p build/data'
	mkdir -p "$ROOM/precious/work"
	export T W
	for kind in "--bind $ROOM/precious" '-t tmpfs none'; do
		[ "${FALLBACK:-0},$kind" != "1,--bind $ROOM/precious" ] || continue
		run "${unshare[@]}" bash -c "mount $kind \$W/build && mkdir -p \$W/build/work &&
			{ rca-reap -r \$T; ls -d \$W/build/work; }" 3>&-
		echo "$output"
		[[ "$output" == *"mounted in it"*$'\n'"$W/build/work" ]]
		[ -d "$W" ]
		[ -d "$T" ]
	done
	[ -d "$ROOM/precious/work" ]
	goes
}

@test "a repository that an agent has put into its tree is not looked into, and stays" {
	tree a "touch=\"touch '$ROOM/ran'; cat\""'
		git init -q in && cd in && git commit -q --allow-empty -m x && cd .. &&
			git add in && git commit -qm in && cd in &&
			git config filter.mine.clean "$touch" &&
			echo "* filter=mine" >.git/info/attributes && echo x >x &&
			git -c filter.mine.clean= add x'
	rm -f "$ROOM/ran"
	stays 'submodules of its own'
	[ ! -e "$ROOM/ran" ]
}

@test "neither hooks nor settings of the project run anything; names are only names" {
	P="$ROOM/a project -f"
	repository "$P"
	for hook in post-checkout reference-transaction post-index-change; do
		printf '#!/bin/sh\necho %s >>"%s"\n' $hook "$ROOM/ran" >"$P/.git/hooks/$hook"
		chmod +x "$P/.git/hooks/$hook"
	done
	git -C "$P" config core.fsmonitor "touch $ROOM/ran; false"
	git -C "$P" config core.pager "touch $ROOM/ran"
	git -C "$P" config submodule.recurse true
	git -C "$P" config filter.mine.clean "touch '$ROOM/ran'; cat"
	echo '* filter=mine' >"$P/.git/info/attributes"
	git -C "$P" -c core.hooksPath=/dev/null update-ref refs/heads/-f HEAD
	git -C "$P" -c core.hooksPath=/dev/null symbolic-ref HEAD refs/heads/-f
	rm -f "$ROOM/ran"
	PROJECT=$P
	tree a 'echo two >>file'
	[ ! -e "$ROOM/ran" ]
	stays "git -C '$P' worktree remove --force $W"
	git -C "$W" -c core.hooksPath=/dev/null -c core.fsmonitor= checkout -q file
	rm -f "$ROOM/ran"
	goes
	[ ! -e "$ROOM/ran" ]
	printf -v P '%s/two\nlines' "$ROOM"
	repository "$P"
	PROJECT=$P
	run -100 rca-mktask -n a -d "$P" -k worktree=yes -- true
	no_task_made
}

@test "what the caller's environment says of another repository misleads neither it nor the job" {
	repository "$ROOM/other"
	git checkout -q --detach
	export GIT_DIR=$ROOM/other/.git GIT_WORK_TREE=$ROOM/other
	export GIT_INDEX_FILE=$ROOM/other/.git/index
	tree a 'git rev-parse --show-toplevel; echo two >>file; git commit -qam two'
	unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
	[ "$(get base_commit)" = "$(git rev-parse HEAD)" ]
	run rca-log -1 "$T"
	[[ "$output" == *"$W"* ]]
	[ "$(git log -1 --format=%s rca/command-a)" = two ]
	[ "$(git -C "$ROOM/other" branch --list 'rca/*')" = '' ]
	git merge -q rca/command-a
	export GIT_DIR=$ROOM/other/.git
	rca-reap -r "$T"
	unset GIT_DIR
	[ ! -e "$W" ]
}

# A tree of no task is named by the doctor's helper and removed by rca-reap; the name is free again.
nothing_stays()
{
	local branch

	for branch in $(git for-each-ref --format='%(refname:short)' refs/heads/rca); do
		[ -d "$RCA_HOME/trees/${branch#rca/}" ] || { echo "$branch: no tree"; return 1; }
	done
	for T in "$TASKS"/.new-*; do
		[ ! -d "$T" ] || touch -d '2 minutes ago' "$T"
	done
	for T in "$TASKS"/*; do
		[ ! -d "$T" ] || { manifest_ok && [ -d "$(get project_dir)" ]; } || return
	done
	rca-reap -a -k -r && [ -z "$(ls -A "$TASKS"; ls -A "$RCA_HOME/trees")" ] &&
		[ "$(git branch)" = '* main' ] && return
	ls -A "$TASKS" "$RCA_HOME/trees"
	git branch
	return 1
}

@test "rca-mktask killed at any time leaves a task, or what rca-reap -a removes" {
	local n

	rca-mktask -n first -k worktree=yes -- true >/dev/null
	traced "$ROOM/killat" 0 rca-mktask -n all -k worktree=yes -- true
	read -r word calls <"$ROOM/killat"
	[ "$word" = ended ]
	nothing_stays
	for ((n = 30; n <= calls; n += n < calls - 20 ? 11 : 4)); do
		killed "$n" rca-mktask -n "n" -k worktree=yes -- true || :
		# What it called may have gone on without it.
		wait_for 5 none_of_ours git
		nothing_stays
	done
}

@test "rca-mktask and all that it called, killed before any of git's steps" {
	local n
	real=$(command -v git)

	mkdir "$ROOM/bin"
	cat >"$ROOM/bin/git" <<-END
		#!/bin/sh
		echo >>$ROOM/steps
		[ "\$(wc -l <$ROOM/steps)" != "\$(cat $ROOM/step)" ] || kill -9 0
		exec $real "\$@"
	END
	chmod +x "$ROOM/bin/git"
	for ((n = 1; n < 30; n++)); do
		rm -f "$ROOM/steps"
		echo "$n" >"$ROOM/step"
		PATH=$ROOM/bin:$PATH setsid -w rca-mktask -n n -k worktree=yes -- true 3>&- \
			>/dev/null 2>&1 || :
		[ ! -d "$TASKS/command-n" ] || break
		nothing_stays
	done
	[ "$n" -gt 6 ]
	[ "$n" -lt 30 ]
}

@test "work in the tree of a task that is gone stays, and is named" {
	tree a 'echo two >>file'
	rm -r "$T"
	run -1 rca-reap -a
	[[ "$output" == "rca-reap: command-a: not removed: $W: changed or new files (1): "* ]]
	run -100 rca-mktask -n a -k worktree=yes -- true
	[[ "$output" == *"$W: there already"*"rca-reap -a"* ]]
	git -C "$W" checkout -q file
	rca-reap -a
	[ ! -e "$W" ]
	# Half a tree, which a killed git has left.
	git worktree add -q --detach "$W"
	rm "$W/file"
	run -1 rca-reap -a
	echo initializing >.git/worktrees/command-a/locked
	run -0 rca-reap -a
	[ -z "$output" ]
	[ "$(git worktree list | wc -l)" = 1 ]
	[ "$(git branch)" = '* main' ]
}
