# shellcheck shell=bash
# rca.bash - completion in bash for rca and its tools
#
# What there is, the installed tools say themselves: in their -h, and where they are given a "?"
# that they do not know. Nothing of what they say is expanded by the shell.

# _rca_offer WORD...: those of the words that begin like the one at the cursor
_rca_offer()
{
	local word

	for word; do
		[[ $word != "$cur"* ]] || COMPREPLY+=("$word")
	done
}

# _rca_said TOOL ARGUMENT...: what the tool says there is instead
_rca_said()
{
	local said words

	said=$(command "$@" 2>&1 </dev/null)
	[[ $said =~ '?: '([a-z ]+: there are|not one of:)' '([A-Za-z0-9_ -]+) ]] || return
	read -ra words <<<"${BASH_REMATCH[2]}"
	_rca_offer "${words[@]}"
}

# With a "/" it is the path of a directory. Other names have these characters alone.
_rca_tasks()
{
	local dir=${XDG_STATE_HOME-} name

	[[ $cur != *[/~]* ]] || { compopt -o dirnames; return; }
	[[ $dir == /* ]] || dir=$HOME/.local/state
	dir=${RCA_HOME:-$dir/rca}/tasks
	for name in $(builtin cd "$dir" 2>/dev/null && compgen -d -X '*[!a-z0-9-]*' -- "$cur"); do
		[[ $name == -* ]] || COMPREPLY+=("$name")
	done
}

# A wrong -k ends rca-mktask before it makes anything; "-k x" is wrong, whatever the first is.
_rca_setting()
{
	local key=${cur%%=*} i

	if [[ $cur != *=* ]]; then
		compopt -o nospace
		_rca_said rca-mktask -k '?=' -- x
		COMPREPLY=("${COMPREPLY[@]/%/=}")
	elif [[ $key && $key != *[!a-z_]* ]]; then
		cur=${cur#*=}
		_rca_said rca-mktask -k "$key=?" -k x -- x
		[[ $COMP_WORDBREAKS == *=* ]] ||
			COMPREPLY=("${COMPREPLY[@]/#/$key=}")
	fi
}

# _rca_value WORD: what the help's word for an option's value stands for
_rca_value()
{
	case $1 in
	agent) _rca_said rca-mktask -a '?' ;;
	engine) _rca_said rca-launch -e '?' ;;
	status) _rca_said "$tool" -s '?' ;;
	verdict) _rca_said rca-notify -v '?' ;;
	key=value) _rca_setting ;;
	task) _rca_tasks ;;
	*dir | parent) compopt -o dirnames ;;
	*file) compopt -o default ;;
	esac
}

# Reads what stands before the cursor: kind, if that is an option that wants a value; operands, how
# many there are; command, if there is a "--".
_rca_before()
{
	local word i

	for word in "${words[@]:1:${#words[@]}-2}"; do
		if [[ $kind ]]; then
			kind=
		elif [[ $command || $word != -?* ]]; then
			((operands += 1))
		elif [[ $word == -- ]]; then
			command=yes
		elif [[ $word != --* ]]; then
			for ((i = 1; i < ${#word}; i++)); do
				kind=${value[-${word:i:1}]-}
				[[ -z $kind ]] || break
			done
			((i == ${#word} - 1)) || kind=
		fi
	done
}

# Reads help: its options, the words for their values, and the tools of rca's own.
_rca_help()
{
	local line name

	while IFS= read -r line; do
		if [[ $line == '  -'* ]]; then
			read -ra name <<<"${line:2:18}"
			case ${name[1]-} in
			-*) options+=("${name[1]}") ;;
			?*) value[${name[0]}]=${name[1]} ;;
			esac
			[[ ${name[0]} == -- ]] || options+=("${name[0]%,}")
		elif [[ $line =~ ^'  '([a-z]+)' ' ]]; then
			tools+=("${BASH_REMATCH[1]}")
		fi
	done <<<"$help"
}

# The words up to the cursor. Bash breaks them at "=" and ":", too.
_rca_words()
{
	local word

	for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
		if ((${#words[@]})) && [[ $word == [=:]* || ${words[-1]} == *[=:] ]]; then
			words[-1]+=$word
		else
			words+=("$word")
		fi
	done
	cur=${words[-1]}
}

_rca()
{
	local LC_ALL=C IFS=$' \t\n' cur help tool words=() options=() tools=()
	local kind='' command='' operands=0
	local -A value=()

	COMPREPLY=()
	_rca_words
	tool=${words[0]##*/}
	# rca at HOST TOOL is completed as rca TOOL, which is installed here as well.
	[[ $tool,${words[1]-} != rca,at ]] || words=("${words[@]:1}") tool=rca-at
	[[ $tool != rca-at || ${#words[@]} -le 2 ]] || words=(rca "${words[@]:2}") tool=rca
	if [[ $tool == rca && ${#words[@]} -gt 2 && ${words[1]} != help ]]; then
		words=("${words[@]:1}")
		tool=rca-${words[0]}
	fi
	[[ $tool != *[!a-z-]* ]] && help=$(command "$tool" -h 2>/dev/null </dev/null) || return
	_rca_help
	_rca_before
	if [[ $kind ]]; then
		_rca_value "$kind"
	elif [[ ! $command && $cur == -* ]]; then
		_rca_offer "${options[@]}"
	elif [[ $tool == rca ]]; then
		if ((operands <= 1)); then
			_rca_offer "${tools[@]}"
			((operands)) || _rca_offer help
		fi
	elif [[ $command && ${value[--]-} ]]; then
		if ((operands)); then
			compopt -o default
		else
			mapfile -t COMPREPLY < <(compgen -c -- "$cur")
		fi
	elif [[ ${help%%$'\n\n'*} =~ [\ []task(' ...')? ]]; then
		if [[ $operands == 0 || ${BASH_REMATCH[1]} ]]; then _rca_tasks; fi
	elif [[ $tool == rca-at ]]; then
		if declare -F _known_hosts_real >/dev/null; then _known_hosts_real -- "$cur"; fi
	fi
}

# shellcheck disable=SC2046 # names without blanks
complete -F _rca rca "${BASH_SOURCE[0]##*/}" $(compgen -X '*[!a-z-]*' -c rca-)
