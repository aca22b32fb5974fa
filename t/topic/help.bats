#!/usr/bin/env bats
# What the tools say of themselves: -h, --help, --version, and what they say to a wrong call.
# t/lint/usage holds the help to the man pages.
# shellcheck disable=SC2030,SC2031,SC2154
load ../harness/lib
bats_require_minimum_version 1.5.0

setup() { rca_setup; }

teardown() { rca_teardown; }

tools()
{
	for page in "$TOP"/man/rca-*.1; do basename "$page" .1; done
}

@test "each tool's -h and --help go to standard output, end with 0, and need nothing else" {
	for tool in $(tools); do
		help=$(env -u HOME -u RCA_HOME "$tool" -h 2>"$ROOM/err")
		[ "$help" = "$(env -u HOME -u RCA_HOME "$tool" --help)" ]
		[ ! -s "$ROOM/err" ]
		case $help in "usage: $tool "*) ;; *) false ;; esac
		case $help in *"  -h, --help        print this help"*) ;; *) false ;; esac
	done
}

@test "each tool's --version is -V, with its own name" {
	version=$(sed -n 's/^VERSION = //p' "$TOP/Makefile")
	for tool in $(tools); do
		[ "$("$tool" --version)" = "$tool $version" ]
		[ "$("$tool" -V)" = "$tool $version" ]
	done
}

@test "help that cannot be written is an error" {
	for tool in rca-list rca-mktask rca-run; do
		run sh -c '"$1" --help >/dev/full' sh "$tool"
		[ "$status" -ne 0 ]
	done
}

@test "a long option that there is not is named, with the usage" {
	run -100 rca-list --jsno
	[ "${lines[0]}" = "rca-list: no such option: --jsno" ]
	case ${lines[1]} in "usage: rca-list "*) ;; *) false ;; esac
}

@test "--help after -- or after a task's name is no option" {
	run -100 rca-mktask -n x -d "$ROOM/none" -- --help
	case $output in *"$ROOM/none"*) ;; *) false ;; esac
	run -102 rca-send nobody --help
	run -102 rca-notify nobody --help
}

@test "a command without -- is told where it goes" {
	run -100 rca-run make -j2 test
	[ "$output" = "rca-mktask: make: a command goes after --, as in: -- make" ]
}

@test "for an agent, an engine or a notifier that there is not, those that there are are named" {
	mkdir -p "$XDG_CONFIG_HOME/rca/agents" "$XDG_CONFIG_HOME/rca/engines"
	echo 'start=true' >"$XDG_CONFIG_HOME/rca/agents/mine"
	run -100 rca-mktask -a gemini -p /dev/null
	[ "$output" = "rca-mktask: agent gemini: no such agent: there are mine claude codex command opencode pi; rca-agent(5) says how to add one" ]
	run -100 rca-mktask -a 'Not one' -p /dev/null
	[ "${output%% mine*}" = "rca-mktask: agent Not one: no such agent: there are" ]
	touch "$XDG_CONFIG_HOME/rca/engines/no;name"
	run -100 rca-launch -e screen "$ROOM/no-task"
	case $output in *"engine screen: no such engine: there are none slurm systemd tmux; rca-task(5) says how to add one") ;; *) false ;; esac
}
