# shellcheck shell=sh
# http.sh - what the notifiers that speak HTTP share; it is no notifier itself
#
# Address and token stand in curl's configuration, which curl reads from its standard input: an argument list can be read by everybody.

newline='
'

die()
{
	code=$1
	shift
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit "$code"
}

# word FILE - its first line
word()
{
	line=
	[ ! -r "$1" ] || IFS= read -r line <"$1" || :
	[ -n "$line" ] || die 100 "$1: cannot be read, or is empty"
	printf '%s' "$line"
}

# What follows the notifier's name: an address, or @FILE that holds it; token=TOKEN or token-file=FILE. Sets url and token.
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
		*) die 100 "notify=${0##*/} ${word%%=*}...: neither an address (http:, https:, @file), token= nor token-file=" ;;
		esac
	done
	[ -n "$url" ] || die 100 "notify=${0##*/}: no address: give http:..., https:... or @file that holds it"
}

# option NAME TEXT - a line of curl's configuration; what needs no change costs no process
option()
{
	printf '%s = "' "$1"
	case $2 in
	*[\\\"]* | *"$newline"*) printf '%s' "$2" | LC_ALL=C tr '\n\r' '  ' | LC_ALL=C sed 's/[\\"]/\\&/g' ;;
	*) printf '%s' "$2" ;;
	esac
	printf '"\n'
}

# post TYPE BODY [HEADER ...] - done if the answer is 2xx. The id tells a receiver that it has this already.
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
		} | curl -q --config - --globoff --silent --show-error --connect-timeout 10 --output /dev/null --write-out '%{http_code}'
	) || exit
	case $status in
	2??) ;;
	*) die 1 "the answer is HTTP $status" ;;
	esac
}
