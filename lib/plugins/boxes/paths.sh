# shellcheck shell=sh disable=SC2154
# paths.sh - for boxes: what can be written in the box, what can only be read, and what is hidden
#
# paths prints lines of a path, a tab and one of "hide", "read" and "write". Of all that hold a file
# the longest decides, and of two alike the last in the order of their lines. The caller has set
# project, dir and program, and has a function die.

# What programs keep keys in, below the home and below its .config.
keys='.ssh .aws .azure .gnupg .docker .kube .netrc .git-credentials .pgpass .npmrc .pypirc
.cargo/credentials .cargo/credentials.toml .password-store .local/share/keyrings .mozilla
Library/Keychains Library/Cookies'
config_keys='gh git/credentials gcloud rclone google-chrome chromium'

tab=$(printf '\t')

# rule KIND PATH... - for each path that there is, by its real name
rule() {
	kind=$1 n=$#
	for path; do
		[ ! -e "$path" ] || set -- "$@" "$path"
	done
	shift "$n"
	[ $# -eq 0 ] || realpath "$@" | sed "s/\$/$tab$kind/"
}

# uncover PATH... - may be below what is hidden, and is needed
uncover() {
	for path; do
		case $path in "$project"/*) ;; *) rule read "$path" ;; esac
	done
}

# writable PATH... - but not one in which the agent could put another task directory in the place of
# its own
writable() {
	for path; do
		[ -e "$path" ] || die 100 "$path: no such file or directory"
		real=$(realpath "$path")
		case $dir/ in
		"${real%/}"/*) die 100 "$path is writable in the box and holds the task: choose another" ;;
		esac
		rule write "$real"
	done
}

# state PATH... - the agent's own, which need not be there yet
state() {
	for path; do
		case $path in
		*/) mkdir -p "$path" || : ;;
		*/.git) [ ! -h "$path" ] || continue ;; # an agent may have put it there
		esac
		case $path in
		"$dir"/*)
			[ -e "$path" ] || : >"$path"
			rule write "$path"
			;;
		*) [ ! -e "$path" ] || writable "$path" ;;
		esac
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
	set --
	for key in $keys; do set -- "$@" "$home/$key"; done
	for key in $config_keys; do set -- "$@" "$config/$key"; done
	# Who may read a lock can hold it.
	for file in env lock monitor.lock manifest.lock launch.lock start.lock agent.lock; do
		set -- "$@" "$dir/$file"
	done
	rule hide "$@" "${SSH_AUTH_SOCK:-/nonexistent}"
	uncover "$home" "${wrap%/*}" "$program"
	IFS='
'
	for path in ${RCA_BOX_HIDE-}; do
		case $home/ in "${path%/}"/*) ;; *) rule hide "$path" ;; esac
	done
	state ${RCA_BOX_STATE-}
	writable "$project" ${RCA_BOX_WRITE-}
	rule read "$dir"
	rule write "$dir/hooks"
}
