# shellcheck shell=sh disable=SC2154,SC2317
# machine.sh - for rca-doctor: checks of tmux, the agents, the config, the notifiers, the watchdog

check_programs() { ok "programs: $("$bin/rca-mktask" -V | sed 's/.* //'), in $bin"; }

check_tmux() {
	near
	if ! command -v tmux >/dev/null; then
		bad 'tmux: not found: install tmux 3.0 or later, or use rca-launch -e none'
		return
	fi
	version=$(tmux -V) || version=''
	version=${version#tmux }
	case ${version#next-} in
	'' | [012].*)
		bad "tmux: ${version:-unknown version}: install 3.0 or later"
		return
		;;
	esac
	# The path is no longer than the real one. A server that cannot be ended ends by itself.
	socket=$place/d$$
	unset TMUX TMUX_PANE
	said=$(tmux -S "$socket" -f /dev/null new-session -d -- sleep 60 2>&1 | sed 1q)
	if [ -S "$socket" ]; then
		ok "tmux: $version"
	else
		bad "tmux: $version starts no session in $place: $said"
	fi
	tmux -S "$socket" kill-server || :
	rm -f "$socket"
}

# The agents' files, "NAME PATH" a line, the user's own first; each name once.
agents() {
	for file in "$config/agents"/* "$plugins/agents"/*; do
		case ${file##*/} in *[!a-z0-9-]* | command) continue ;; esac
		[ ! -f "$file" ] || printf '%s %s\n' "${file##*/}" "$file"
	done | awk '!seen[$1]++' >"$tmp/agents"
}

# elsewhere TOOL [ARG ...] - runs a tool with a home for tasks that is certainly in order
elsewhere() {
	tool=$1
	shift
	RCA_HOME=$tmp/home "$bin/$tool" "$@" 2>"$tmp/why"
}

check_agent() {
	program=$(sed -n 's/^start=\([^ ]*\).*/\1/p' "$2" | sed 1q)
	case $2 in
	"$config"/*)
		if ! elsewhere rca-mktask -a "$1" -n "$1" -d / >/dev/null; then
			bad "agent $1: $(complaint)"
			return
		fi
		command -v "$program" >/dev/null || note "agent $1: $program is not in PATH"
		;;
	esac
	command -v "$program" >/dev/null || return 0
	version=$("$program" --version | sed -n 's/^[^0-9]*\([0-9][0-9.]*\).*/\1/p' | sed 1q)
	tested=$(sed -n 's/^# tested: *//p' "$2" | sed 1q)
	case $version,$tested in
	,*) note "agent $1: $program --version names no version" && return ;;
	*,) tested=$version ;;
	esac
	order=$(printf '%s\n' "$version" "$tested" | awk -F . '
	{ for (i = 1; i <= 4; i++) v[NR, i] = $i + 0 }
	END { for (i = 1; i < 4 && v[1, i] == v[2, i];) i++; print v[1, i] - v[2, i] }')
	case $order in
	0) ok "agent $1: $version" ;;
	-*) note "agent $1: $version is older than $tested, with which rca was tested" ;;
	*) note "agent $1: $version is newer than $tested, with which rca was tested" ;;
	esac
}

check_config() {
	if ! elsewhere rca-list >/dev/null; then
		bad "config: $(complaint)"
	elif [ -e "$config/config" ]; then
		ok "config: $config/config"
	else
		ok 'config: none, so each setting has its default (see rca-config(5))'
	fi
}

# check_notifier NAME N - what the config names in line N
check_notifier() {
	program=$config/notifiers/$1
	[ -x "$program" ] || program=$plugins/notifiers/$1
	arg=$(sed -n "$2s/^notify=$1 *//p" "$config/config")
	arg=${arg#-j }
	if [ ! -x "$program" ]; then
		bad "notifier $1: there is none, or it is not executable: see rca-notify(1)"
	elif grep -q 'http\.sh' "$program" && ! command -v curl >/dev/null; then
		bad "notifier $1: needs curl: install it"
	elif [ "$1" != command ] || { [ -f "$arg" ] && [ -x "$arg" ]; } ||
		command -v "${arg%% *}" >/dev/null; then
		ok "notifier $1"
	else
		bad "notifier command: ${arg%% *}: not found, or not executable"
	fi
}

check_notifiers() {
	task=$(elsewhere rca-mktask -n settings -d / -- true) || return 0
	elsewhere rca-probe -c "$task" |
		sed -n 's/^notify=\([a-z0-9-]*\).* line \([0-9]*\)$/\1 \2/p' >"$tmp/notifiers"
	[ -s "$tmp/notifiers" ] ||
		note 'notifiers: none, so nobody is told when a job ends (see rca-config(5))'
	while read -r name line; do check_notifier "$name" "$line"; done <"$tmp/notifiers"
}

# The engine that the config names: whether it can tell of a task that it does not have.
check_engine() {
	if ! task=$(elsewhere rca-mktask -n engine -d "$plugins" -- true); then
		bad "$(complaint)"
		return
	fi
	name=$(sed -n 's/^engine=//p' "$task/manifest")
	case $name in tmux | none) return ;; esac
	file=$config/engines/$name
	[ -x "$file" ] || file=$plugins/engines/$name
	said=$("$file" alive "$task" 2>"$tmp/why" | sed 1q)
	case $said in
	unknown*) bad "engine $name: it cannot be asked:${said#unknown}" ;;
	'') bad "engine $(sed 1q "$tmp/why")" ;;
	*) ok "engine: $name" ;;
	esac
}

check_box() {
	task=$(elsewhere rca-mktask -n box -d "$plugins" -- true) || return 0
	name=$(elsewhere rca-probe -c "$task" | sed -n 's/^box=\([a-z0-9-]*\).*/\1/p')
	[ "${name:-none}" != none ] || return 0
	if elsewhere rca-launch -n -e none "$task"; then
		ok "box: $name"
	else
		bad "$(complaint)"
	fi
}

# marks - how many seconds ago the watchdog last marked a task ("-": never), and 1 if one is so old
# that it should have
marks() {
	now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
	"$bin/rca-list" -j | awk -v now="$now" -v quiet="$QUIET_S" '
	function value(key) {
		if (!match($0, "\"" key "\":\"[^\"]*\"")) return ""
		return substr($0, RSTART + length(key) + 4, RLENGTH - length(key) - 5)
	}
	function ago(s) { return at(now) - at(s) }
	function at(s, t, y, m, days) {
		split(s, t, /[^0-9]+/)
		y = t[1] - (t[2] < 3)
		m = (t[2] + 9) % 12
		days = 365 * y + int(y / 4) - int(y / 100) + int(y / 400)
		days += int((153 * m + 2) / 5) + t[3]
		return days * 86400 + t[4] * 3600 + t[5] * 60 + t[6]
	}
	{
		last = value("last_watchdog_at")
		if (last > newest) newest = last
		started = value("started_at")
		if (value("status") !~ /^(running|limited)$/) next
		if (started && ago(started) > quiet) old = 1
	}
	END { print newest ? ago(newest) : "-", old + 0 }'
}

check_watchdog() {
	by=''
	if { crontab -l; cat /etc/crontab /etc/cron.d/*; } | grep -q '^[^#]*rca-watchdog'; then
		by=cron
	elif systemctl --user is-enabled rca-watchdog.timer >/dev/null; then
		by=systemd
	elif launchctl list | grep -q rca-watchdog; then
		by=launchd
	fi
	marked=$(marks)
	last=${marked% *} old=${marked#* } seen='' fresh=''
	[ "$last" = - ] || seen=", and last marked a task $((last / 60)) min ago"
	[ "$last" = - ] || [ "$last" -gt "$QUIET_S" ] || fresh=1
	if [ -z "$by$fresh" ]; then
		bad 'watchdog: nothing starts it, so no job outlives a reboot: rca-watchdog -i says how'
	elif [ -z "$fresh" ] && [ "$old" = 1 ]; then
		bad "watchdog: $by should start it, but no task was marked for hours: does $by run?"
	else
		ok "watchdog: ${by:-something} starts it$seen"
	fi
	if [ "$by" = systemd ] && [ ! -e "/var/lib/systemd/linger/$(id -un)" ]; then
		note 'watchdog: systemd ends it when you log out: loginctl enable-linger'
	fi
}
