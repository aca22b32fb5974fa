# shellcheck disable=SC2016,SC2030,SC2031,SC2154
# rca-diff: what a job changed since its task was made, in a tree of its own or not
load ../harness/lib
bats_require_minimum_version 1.5.0

setup()
{
	rca_setup
	quick
	own_git
	git init -q
	mkdir sub
	echo one | tee file >sub/file
	git add .
	git commit -qm one
}

teardown() { rca_teardown; }

# job COMMAND [OPTION...]: one that has ended; its project is the directory sub.
job()
{
	local script=$1

	shift
	T=$TASKS/command-x
	rca-run -f -n x -d "$PROJECT/sub" "$@" -- sh -c "$script" >/dev/null
}

@test "commits, changes and new files, with or without a tree of its own" {
	local work='echo two >>file; git commit -qam two; echo new >../file; touch "new one" ä'

	echo mine >mine
	for tree in yes no; do
		[ "$tree" = no ] || rm mine
		job "$work" -k worktree=$tree
		run -0 rca-diff -n command-x
		[ "$output" = $'file\nsub/file\nsub/new one\nsub/ä' ]
		run -0 rca-diff -n "$T" -- file
		[ "$output" = sub/file ]
		run -0 rca-diff -s command-x
		[[ "$output" == *' sub/file | 1 +'*'? sub/new one'* ]]
		run -0 rca diff command-x
		[[ "$output" == *$'-one\n+new\n'*$'+two\n? sub/new one\n? sub/ä' ]]
		[ "$tree" = no ] || [ "$(<sub/file)" = one ]
		git -C "$(get project_dir)" reset -q --hard "$(get base_commit)"
		rm "$(get project_dir)"/{new*,ä}
		run -0 rca-diff "$T"
		[ -z "$output" ]
		rca-reap -r "$T"
	done
}

@test "the patch, with the names of new files, can be applied" {
	git config --global diff.noprefix true
	git config --global color.ui always
	job 'printf "a\r\n\033[31mb" >file; rm ../file; echo x >new
		printf "\0" >../bytes; git add ../bytes' -k worktree=yes
	rca-diff command-x | git apply
	cmp bytes "$(get worktree_dir)/bytes"
	cmp sub/file "$(get project_dir)/file"
	[ ! -e file ]
}

@test "in a repository that has no commit yet, all is new" {
	rm -r .git
	git init -q
	job 'git add file; git commit -qm one'
	run -0 rca-diff -n "$T"
	[ "$output" = $'sub/file\nfile' ]
}

@test "on a terminal: colours and a pager; a file's control characters are only shown" {
	job 'printf "\033]0;evil\007\033[31mx\rhidden\302\233m\200\n" >file'
	export PAGER='sed s/^/p:/'
	run -0 on_terminal rca-diff "$T"
	[ "${lines[0]}" = 'p:^[[1mdiff --git a/sub/file b/sub/file^[[m' ]
	[ "${lines[4]}" = 'p:^[[36m@@ -1 +1 @@^[[m' ]
	[ "${lines[5]}" = 'p:^[[31m-one^[[m' ]
	[[ "${lines[6]}" == 'p:^[[32m+^[]0;evil^G^[[31mx^Mhidden'* ]]
	[[ "${lines[6]}" != *M-[BC^]* ]]
	# What cat -v shows of ESC is what a file's ESC is shown as: none of them is one.
	NO_COLOR=1 on_terminal rca-diff "$T" >"$ROOM/out"
	TERM=xterm NO_COLOR=1 python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' rca-diff "$T" \
		</dev/null 3>&- >"$ROOM/out"
	grep -qF 'p:+^[]0;evil^G^[[31mx^Mhidden' "$ROOM/out"
	run ! grep -q "$(printf '\033')" "$ROOM/out"
	# The user's own setting of git, and a pager that is not there.
	git config --global core.pager 'sed s/^/g:/'
	run -0 on_terminal rca-diff -s "$T"
	[[ "${lines[0]}" == 'g: sub/file | '* ]]
	GIT_PAGER=nowhere run -0 on_terminal rca-diff -n "$T"
	[ "$output" = sub/file ]
}

@test "no program that the project names is run" {
	cat >"$ROOM/evil" <<-END
		#!/bin/sh
		echo "\$0 \$*" >>"$ROOM/ran"
	END
	chmod +x "$ROOM/evil"
	cp "$ROOM/evil" .git/hooks/post-index-change
	job 'echo two >>file; echo "* diff=evil filter=none" >../.gitattributes'
	for key in diff.external diff.evil.command diff.evil.textconv core.pager core.fsmonitor \
		pager.diff interactive.diffFilter core.sshCommand remote.o.uploadpack; do
		git config "$key" "$ROOM/evil"
	done
	git config include.path "$ROOM/more"
	printf '[filter "%s"]\n\tclean = %s\n\trequired\n' none "$ROOM/evil" "a b'=" \
		"$ROOM/evil" >"$ROOM/more"
	GIT_EXTERNAL_DIFF=$ROOM/evil PAGER=cat run -0 on_terminal rca-diff "$T"
	[[ "$output" == *'+two'*'? .gitattributes'* ]]
	run -0 rca-diff "$T"
	[[ "$output" == *'+two'* ]]
	[ ! -e "$ROOM/ran" ]
}

@test "another repository in the environment, and names that look like options, mislead nothing" {
	git init -q "$ROOM/other"
	git branch -q -- x
	git update-ref refs/heads/-f HEAD
	job 'echo two >>file; echo x >-n'
	export GIT_DIR=$ROOM/other/.git GIT_WORK_TREE=$ROOM/other GIT_LITERAL_PATHSPECS=1
	run -0 rca-diff -n -- "$T"
	[ "$output" = $'sub/file\nsub/-n' ]
	run -0 rca-diff -n "$T" -- -n
	[ "$output" = sub/-n ]
	unset GIT_DIR GIT_WORK_TREE
}

@test "what cannot be compared is said, with the exit code of its kind" {
	job 'echo two >file; git commit -qam two'
	complains 102 'nowhere: no such task' rca-diff nowhere
	complains 102 '-x: no such task' rca-diff -- -x
	mkdir "$ROOM/bin"
	for p in sh sed; do ln -s "$(command -v "$p")" "$ROOM/bin"; done
	PATH=$ROOM/bin complains 127 'git: not found: install it' "$TOP/bin/rca-diff" "$T"
	git reset -q --hard HEAD^
	git commit -q --amend -m other
	git reflog expire --expire=now --all
	git prune
	complains 102 "$(get base_commit), where its work began: is gone" rca-diff "$T"
	sed -i '/^base_commit=/d' "$T/manifest"
	complains 100 'where its work began is not known' rca-diff "$T"
	rm -rf .git
	complains 100 "$PROJECT/sub: not a git repository" rca-diff "$T"
	rm -r sub
	complains 102 "$PROJECT/sub: is gone" rca-diff "$T"
}

@test "a tree that was replaced by another repository is not looked at" {
	job 'rm ../.git; git init -q ..' -k worktree=yes
	complains 100 "not a tree of $PROJECT/sub any more" rca-diff "$T"
}

@test "a full disk is an error; a wrong call prints the usage" {
	job 'echo two >file'
	run -111 sh -c 'rca-diff "$0" >/dev/full' "$T"
	for args in '' '-n -s' '-x' "$T file" "$T $T"; do
		# shellcheck disable=SC2086
		usage_of rca-diff $args
	done
}
