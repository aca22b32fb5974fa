#!/usr/bin/env bats
# Completion, as it is installed, in the three real shells: each must offer the same for the lines
# of `cases`, and do it when somebody presses Tab.
# shellcheck disable=SC2016,SC2154
load ../harness/lib

setup_file()
{
	make -s -C "$TOP" install PREFIX="$BATS_FILE_TMPDIR/there" >/dev/null
	export CASES=$BATS_FILE_TMPDIR/cases SHARE=$BATS_FILE_TMPDIR/there/share
	mkdir -p "$BATS_FILE_TMPDIR/state/rca/tasks/pi-state"
	PATH=$BATS_FILE_TMPDIR/there/bin:$PATH cases >"$CASES"
}

setup()
{
	rca_setup
	PATH=$BATS_FILE_TMPDIR/there/bin:$PATH
	export XDG_DATA_DIRS=$SHARE:/usr/local/share:/usr/share PATH
	mkdir -p "$XDG_CONFIG_HOME/rca/engines" sub "$HOME/.local/state/rca/tasks/pi-home" \
		"$TASKS/"{claude-fix,claude-fix-2,pi-port,.hidden,-r,'a b','x;$(touch bad)',Ü} \
		"$TASKS/"{'`touch bad`','$HOME','*'}
	touch file "$XDG_CONFIG_HOME/rca/agents/mine" "$XDG_CONFIG_HOME/rca/engines/'\$(touch bad)"
	echo 'this is no setting' >"$XDG_CONFIG_HOME/rca/config"
}

teardown()
{
	[ ! -e "$ROOM/o" ] || tmux -S "$ROOM/o" kill-server 2>/dev/null || :
	rca_teardown
}

mux() { tmux -S "$ROOM/o" "$@"; }

sorted()
{
	local IFS=$'\n'

	sort -u <<<"$*" | tr '\n' ' '
}

# options_of TOOL: those that its help lists
options_of()
{
	"$1" -h | awk '/^  -[^-] / { print $1 } /^  -.,/ { print substr($1, 1, 2), $2 }'
}

# settings: all that -k may set, as the table in C has them
settings()
{
	sed -n 's/^	{ "\([a-z_]*\)",.*/\1 &/p' "$TOP/lib/task/config_table.c" |
		grep -v 'BOUND }\|NOTIFIER }\|^triage ' | sed 's/ .*//'
}

# offer LINE WORD...: a case: what is offered for the line
offer()
{
	# shellcheck disable=SC2086
	printf '%s|%s\n' "$1" "$(sorted "${@:2}")"
}

# Lines and what is to be offered for each; "env NAME=VALUE" is for those that follow. A value
# stands without its "key=", a directory without its "/".
cases()
{
	local tool fix='claude-fix claude-fix-2' statuses

	statuses="created launching running completed failed stopped crashed hung limited abandoned"
	for tool in "$BATS_FILE_TMPDIR"/there/bin/rca*; do
		tool=${tool##*/}
		# shellcheck disable=SC2046
		offer "$tool -" $(options_of "$tool")
	done
	# shellcheck disable=SC2046,SC2086
	{
		offer 'rca probe -' $(options_of rca-probe)
		offer 'rca ' $(rca -h | awk '/^  [a-z]/ { print $1 }') help
		offer 'rca-mktask -k ' $(settings)
		offer 'rca-list -s ' $statuses broken attention living ended
		offer 'rca-wait -1s ' $statuses ready
		offer 'rca-reap claude-fix c' $fix
		offer 'rca-log -n 3 -f c' $fix
		offer 'rca watchdog -n p' pi-port
		offer 'rca attach -w p' pi-port
		offer 'rca-list -as hung -s r' running
	}
	# shellcheck disable=SC2046
	offer 'rca-at big probe -' $(options_of rca-probe)
	offer 'rca at me@big rea' reap
	offer 'rca at big log -n 3 -f pi' pi-port
	offer 'rca help mk' mktask
	offer 'rca help mktask m'
	offer 'rca nosuch -'
	offer 'rca-log claude-fix c'
	offer 'rca-log ' claude-fix claude-fix-2 pi-port
	offer 'rca-run -f -a ' claude codex command mine opencode pi
	# shellcheck disable=SC2046
	offer 'rca-launch -e ' $(printf '%s\n' "$TOP"/lib/plugins/engines/* |
		sed -n 's/.*\/\([a-z]*\)$/\1/p')
	offer 'rca-notify -v NE' NEEDS_NUDGE
	offer 'rca-mktask -a pi -k restart=' never on-failure always
	offer 'rca run -k check=x -k act=n' none nudge
	offer 'rca-mktask -k check='
	offer 'rca-mktask -k nosuch='
	offer 'rca-mktask -n '
	offer 'rca-mktask -d ' sub
	offer 'rca-mktask -p ' file sub
	offer 'rca-probe ./s' sub
	offer 'rca-run -a pi -- mkfif' mkfifo
	offer 'rca-run -- cat fi' file
	offer 'env RCA_HOME='
	offer 'rca-log ' pi-home
	offer 'env XDG_STATE_HOME=not/absolute'
	offer 'rca-log ' pi-home
	offer "env XDG_STATE_HOME=$BATS_FILE_TMPDIR/state"
	offer 'rca-log ' pi-state
}

# same FILE: what a shell has offered is what the cases say
same()
{
	diff "$CASES" "$1"
	[ ! -e bad ]
	[ -z "$(find "$TASKS" -type f)" ]
}

# in_terminal COMMAND...: a shell in a terminal, whose prompt ends in "%"
in_terminal()
{
	mux -f /dev/null new-session -d -x 100 -y 30 -- "$@"
	wait_for 10 on_screen '%'
}

on_screen() { mux capture-pane -p | grep -qF -- "$1"; }

# completes LINE WHAT: with a Tab it becomes this, and then the line is taken back
completes()
{
	mux send-keys -l "$1"
	mux send-keys Tab .
	wait_for 10 on_screen "% $2." || { mux capture-pane -p; return 1; }
	mux send-keys C-u
}

tabs()
{
	completes 'rca-log pi' 'rca-log pi-port '
	completes 'rca lau' 'rca launch '
	completes 'rca mktask -k restart=al' 'rca mktask -k restart=always '
	completes 'rca-run -d su' 'rca-run -d sub/'
}

describes()
{
	mux send-keys -l 'rca-list -'
	mux send-keys Tab Tab
	wait_for 10 on_screen 'one JSON object a line' || { mux capture-pane -p; return 1; }
}

@test "bash offers what there is" {
	# compopt does here what readline does where it is told to.
	cat >"$ROOM/offer" <<-'END'
		. "$SHARE/bash-completion/completions/rca-list"
		compopt()
		{
			case $2 in
			dirnames) mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
			default) mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
			esac
		}
		while IFS='|' read -r line _; do
			[[ $line != env\ * ]] || export "${line#env }"
			IFS=' ' read -ra COMP_WORDS <<<"${line//=/ = }"
			[[ $line != *[\ =] ]] || COMP_WORDS+=('')
			COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
			[[ $line == env\ * ]] || _rca
			COMPREPLY=("${COMPREPLY[@]#./}")
			offer "$line" "${COMPREPLY[@]%=}"
		done
	END
	export -f offer sorted
	bash "$ROOM/offer" <"$CASES" >"$ROOM/offered"
	same "$ROOM/offered"
}

@test "bash completes at a Tab" {
	printf '%s\n' "PS1='%% '" ". '$SHARE/bash-completion/completions/rca'" >"$ROOM/rc"
	in_terminal bash --rcfile "$ROOM/rc"
	tabs
}

@test "fish offers what there is" {
	cat >"$ROOM/offer.fish" <<-'END'
		while read -d '|' line words
		    set -l env (string match -r '^env (.*)=(.*)' -- $line)
		    set -l offered
		    set -q env[1]; and set -gx $env[2..]
		    or set offered (complete -C $line | string replace -r '\t.*' '')
		    set offered (string replace -ar '^\./|^\w+=(?=.)|[/=]$' '' -- $offered |
		        sort -u)
		    echo "$line|$offered "
		end
	END
	fish "$ROOM/offer.fish" <"$CASES" >"$ROOM/offered"
	same "$ROOM/offered"
}

@test "fish completes at a Tab, and describes" {
	echo 'function fish_prompt; echo "% "; end; function fish_greeting; end' >"$ROOM/rc"
	# Without this directory fish fills it at its first start.
	mkdir -p "$HOME/.local/share/fish/generated_completions"
	in_terminal fish -C "source $ROOM/rc"
	tabs
	describes
}

@test "zsh offers what there is" {
	# A widget asks for all lines, and notes what is given to compadd to be offered.
	cat >"$ROOM/.zshrc" <<-'END'
		fpath=($SHARE/zsh/site-functions $fpath)
		autoload -Uz compinit && compinit -u -D
		PS1='%% '
		offered=()
		compadd() {
			local -a hits
			if [[ ${argv[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
				builtin compadd -O hits "$@"
				offered+=($hits)
			fi
			builtin compadd "$@"
		}
		offer() {
			local line home=$RCA_HOME
			for line in "${(@f)$(<$CASES)}"; do
				line=${line%%\|*} offered=()
				if [[ $line == env\ * ]]; then
					export "${line#env }"
				else
					BUFFER=$line CURSOR=$#line
					zle complete-word
				fi
				print -r -- "$line|${(@ou)offered%/} "
			done >$ROOM/offered.new
			mv $ROOM/offered.new $ROOM/offered
			RCA_HOME=$home
			BUFFER=
		}
		zle -N offer
		bindkey '^X' offer
	END
	export ROOM
	ZDOTDIR=$ROOM in_terminal zsh -d
	mux send-keys C-x
	wait_for 20 test -e "$ROOM/offered"
	same "$ROOM/offered"
	tabs
	describes
}
