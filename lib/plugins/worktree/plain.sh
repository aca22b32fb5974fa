# shellcheck shell=sh disable=SC2034
# plain.sh - git as lib/plugins/worktree/git and rca-diff call it: of the repository that they name,
# whatever the caller's environment says, and with no program of the repository's choice

unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_COMMON_DIR GIT_OBJECT_DIRECTORY GIT_PREFIX \
	GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_NAMESPACE GIT_CONFIG_PARAMETERS GIT_EXTERNAL_DIFF \
	GIT_LITERAL_PATHSPECS GIT_GLOB_PATHSPECS GIT_NOGLOB_PATHSPECS GIT_ICASE_PATHSPECS
export GIT_OPTIONAL_LOCKS=0 GIT_TERMINAL_PROMPT=0

git() {
	LC_ALL=C command git --no-pager -c core.hooksPath=/dev/null -c core.fsmonitor=false \
		-c submodule.recurse=false -c core.quotePath=false "$@"
}

# ask [git's argument ...] - said becomes what git prints or, if it fails, its complaint
ask() {
	said=$(git "$@" 2>/dev/null) && return
	said=$(git "$@" 2>&1 >/dev/null | sed 's/^[a-z]*: //; 1q' | tr -d '[:cntrl:]')
	return 1
}

# tame DIR - for commands that look at files: the repository's own settings, which an agent may have
# written, have no filter run, and nothing that is missing fetched. If not, said is a complaint.
tame() {
	export GIT_ALLOW_PROTOCOL=none GIT_NO_LAZY_FETCH=1
	programs='^filter\..*\.(clean|smudge|process|required)$'
	n=${GIT_CONFIG_COUNT:-0}
	while IFS= read -r key; do
		[ -n "$key" ] || continue
		export "GIT_CONFIG_KEY_$n=$key" "GIT_CONFIG_VALUE_$n="
		n=$((n + 1))
		export GIT_CONFIG_COUNT="$n"
		said="git: too old to leave out $key: git 2.31 or later is needed"
		[ -z "$(git -C "$1" config --get "$key")" ] || return
	done <<-end
		$(for from in --local --worktree; do
			git -C "$1" config $from --includes --name-only \
				--get-regexp "$programs" 2>/dev/null
		done)
	end
}

# tree_of TREE DIR - sets admin, where git keeps what TREE is to it, if that is in the repository of
# DIR: the settings of any other would count. If not, said is a complaint.
tree_of() {
	ask -C "$2" rev-parse --git-common-dir || return
	common=$(CDPATH='' cd -- "$2" && cd -- "$said" && pwd -P)
	ask -C "$1" rev-parse --absolute-git-dir || return
	admin=$said said="not a tree of $2 any more"
	case $admin in "$common"/worktrees/*) ;; *) return 1 ;; esac
}
