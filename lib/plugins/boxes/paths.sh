# shellcheck shell=sh disable=SC2154
# paths.sh - for boxes: what can be written in the box, what can only be read, and what is hidden
#
# paths prints rules, "hide PATH", "read PATH" or "write PATH". Of all paths that hold a file the
# longest decides, and of two alike "write" before "read" before "hide". The caller has set project,
# dir and program, and has a function die.

# What programs keep keys in, below the home and below its .config.
keys='.ssh .aws .azure .gnupg .docker .kube .netrc .git-credentials .pgpass .npmrc .pypirc
.cargo/credentials .cargo/credentials.toml .password-store .local/share/keyrings .mozilla
Library/Keychains Library/Cookies'
config_keys='gh git/credentials gcloud rclone google-chrome chromium'

nl='
'
tab=$(printf '\t')

# rule KIND PATH... - for each path that there is
rule() {
	kind=$1
	shift
	for path; do
		[ ! -e "$path" ] || printf '%s %s\n' "$kind" "$path"
	done
}

# uncover PATH... - may be below what is hidden, and is needed
uncover() {
	for path; do
		case $path in "$project"/*) ;; *) rule read "$path" ;; esac
	done
}

# state PATH... - the agent's own, which need not be there yet
state() {
	for path; do
		case $path in
		*/) mkdir -p "$path" || : ;;
		*/.git) [ ! -h "$path" ] || continue ;; # an agent may have put it there
		"$dir"/*) [ -e "$path" ] || : >"$path" ;;
		esac
		rule write "$path"
	done
}

# named PATH... - what a person lets it write
named() {
	for path; do
		[ -e "$path" ] || die 100 "$path: no such file or directory"
		rule write "$path"
	done
}

# rca-wrap of this installation, or of this tree
wrap=${0%/*}/../../../../bin/rca-wrap
[ -x "$wrap" ] || wrap=${0%/*}/../../../bin/rca-wrap
wrap=$(realpath "$wrap")

# shellcheck disable=SC2086 # lists
paths() {
	home=${HOME:-/nonexistent}
	config=${XDG_CONFIG_HOME:-$home/.config}
	set -f
	for key in $keys; do rule hide "$home/$key"; done
	for key in $config_keys; do rule hide "$config/$key"; done
	# Who may read a lock can hold it.
	for file in env lock monitor.lock manifest.lock launch.lock start.lock agent.lock; do
		rule hide "$dir/$file"
	done
	rule hide "${SSH_AUTH_SOCK:-/nonexistent}"
	uncover "$home" "${wrap%/*}" "$program"
	IFS=$nl
	for path in ${RCA_BOX_HIDE-}; do
		case $home/ in "${path%/}"/*) ;; *) rule hide "$path" ;; esac
	done
	state ${RCA_BOX_STATE-}
	named "$project" ${RCA_BOX_WRITE-}
	rule read "$dir"
	rule write "$dir/hooks"
}

# by_path RULES [-r] - "PATH<tab>KIND", by real names, the longest last (-r: first)
#
# If a directory that the agent can write held the task's, the agent could put another one there.
by_path() {
	raw=$1 sort=${2-} sorted=''
	set -f
	IFS=$nl
	set --
	for line in $raw; do set -- "$@" "${line#* }"; done
	real=$(realpath "$@") || die 126 'a path has gone meanwhile'
	for line in $raw; do
		path=${real%%"$nl"*} real=${real#*"$nl"} kind=${line%% *}
		case $kind,$dir/ in
		"write,${path%/}"/*)
			die 100 "$path can be written in the box and holds the task: choose another"
			;;
		esac
		sorted=$sorted$path$tab$kind$nl
	done
	printf %s "$sorted" | LC_ALL=C sort ${sort:+"$sort"}
}
