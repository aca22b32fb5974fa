# shellcheck shell=bash disable=SC2154
# hosts.bash - what stands for several hosts: PID, UTS and mount namespaces, each with a host name
# and processes of its own; all see the same files

# hosts_setup NAME...
hosts_setup()
{
	hosts=()
	declare -gA init=()
	user=''
	[ "$(id -u)" = 0 ] || user='--user --map-root-user'
	# shellcheck disable=SC2086
	unshare $user --uts --pid --mount-proc --fork true || {
		echo "left out: *** $BATS_TEST_DESCRIPTION: no namespaces here ***" >&3
		skip 'no namespaces here'
	}
	while [ $# -gt 0 ]; do
		host "$1"
		shift
	done
	# Not as variables: a wrapper does not get them.
	printf '%s\n' base=1 grace=1 max_interval=2 kill_grace=1 linger=1 silence=2 \
		>"$XDG_CONFIG_HOME/rca/config"
}

hosts_teardown()
{
	local pid

	for pid in "${hosts[@]}"; do kill -9 "$pid" 2>/dev/null || :; done
}

# host NAME [COMMAND]: makes one, in which COMMAND is run first; what runs there ends with it.
host()
{
	# shellcheck disable=SC2086
	unshare $user --uts --pid --mount-proc --fork --kill-child \
		sh -c "hostname $1; ${2:-:} && : >$ROOM/host.$1; exec sleep 1000" 3>&- &
	hosts+=($!)
	wait_for 10 test -e "$ROOM/host.$1"
	init[$1]=$(pgrep -P $!)
}

# on NAME COMMAND...: runs it there.
on()
{
	# shellcheck disable=SC2086
	nsenter ${user:+--user --preserve-credentials} -t "${init[$1]}" --uts --pid --mount -- \
		"${@:2}" 3>&-
}
