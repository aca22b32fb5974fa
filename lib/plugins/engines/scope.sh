# shellcheck shell=sh disable=SC2034
# scope.sh - for engines: what they start inside a service, or a login session whose processes are
# ended with it, ends with that unless it has a scope of its own (see lib/proc/scope.h)

# scope_words - sets scope to the words that start a program outside, or to nothing
scope_words()
{
	scope=
	[ -n "${INVOCATION_ID-}" ] || [ "${RCA_SCOPE-}" = yes ] || return 0
	[ -z "${RCA_SCOPED-}" ] || return 0
	if command -v systemd-run >/dev/null; then
		# Root may have no manager of its own, and the system's ends last.
		[ "$(id -u)" = 0 ] && scope=--system || scope=--user
		scope="systemd-run $scope --scope --collect --quiet --"
		RCA_SCOPED=1
		export RCA_SCOPED
	else
		scope_none
	fi
}

# scope_none - tells the engine's caller that systemd gave us no scope
scope_none()
{
	scope=
	unset RCA_SCOPED
	echo scope=none
}
