# shellcheck shell=sh
# http.sh - shared by the notifiers that use HTTP; not a notifier itself
#
# curl reads the address and the token from standard input: everybody can read an argument list.

newline='
'

die()
{
	code=$1
	shift
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit "$code"
}

# word FILE - prints its first line
word()
{
	line=
	[ ! -r "$1" ] || IFS= read -r line <"$1" || :
	[ -n "$line" ] || die 100 "$1: cannot be read, or is empty"
	printf '%s' "$line"
}

# arguments - sets url and token from the words after the notifier's name: an address, or @FILE that
# holds it; token=TOKEN or token-file=FILE
arguments()
{
	url='' token=''
	set -f
	# shellcheck disable=SC2086
	set -- ${RCA_ARG-}
	for word in "$@"; do
		case $word in
		token=*) token=${word#token=} ;;
		token-file=*) token=$(word "${word#*=}") || exit ;;
		@*) url=$(word "${word#@}") || exit ;;
		http:* | https:*) url=$word ;;
		*)
			die 100 "notify=${0##*/} ${word%%=*}...: neither an address" \
				"(http:, https:, @file), token= nor token-file="
			;;
		esac
	done
	[ -n "$url" ] ||
		die 100 "notify=${0##*/}: no address:" \
			"give http:..., https:... or @file that holds it"
}

# option NAME TEXT - prints a line of curl's configuration, without a process if nothing is escaped
option()
{
	printf '%s = "' "$1"
	case $2 in
	*[\\\"]* | *"$newline"*)
		printf '%s' "$2" | LC_ALL=C tr '\n\r' '  ' | LC_ALL=C sed 's/[\\"]/\\&/g'
		;;
	*) printf '%s' "$2" ;;
	esac
	printf '"\n'
}

# post TYPE BODY [HEADER ...] - succeeds on a 2xx answer; the id shows a receiver a repetition
post()
{
	command -v curl >/dev/null || die 127 'curl: not found'
	type=$1 body=$2
	shift 2
	status=$(
		{
			option url "$url"
			option header "Content-Type: $type"
			option header "Idempotency-Key: $RCA_ID"
			option header 'Expect:'
			[ -z "$token" ] || option header "Authorization: Bearer $token"
			for header in "$@"; do option header "$header"; done
			option data-raw "$body"
		} | curl -q --config - --globoff --silent --show-error --connect-timeout 10 \
			--output /dev/null --write-out '%{http_code}'
	) || exit
	case $status in
	2??) ;;
	*) die 1 "the answer is HTTP $status" ;;
	esac
}
