# shellcheck shell=sh disable=SC2154,SC2317
# tasks.sh - for rca-doctor: checks of the place where tasks are, and of the tasks

# A whole job needs renames, locks, a FIFO and processes. This one has no notifiers.
check_home() {
	if ! XDG_CONFIG_HOME=$tmp "$bin/rca-list" >/dev/null 2>"$tmp/why"; then
		bad "home: $(complaint)"
		return
	fi
	near
	trial=$place/.doctor.$$
	echo "$trial" >"$tmp/trial"
	export RCA_HOME="$trial" XDG_CONFIG_HOME="$trial"
	if mkdir -m 700 "$trial" 2>"$tmp/why" &&
		task=$("$bin/rca-mktask" -n job -d / -- true 2>"$tmp/why") &&
		"$bin/rca-launch" -e none "$task" >/dev/null 2>"$tmp/why" &&
		"$bin/rca-wait" -t "$PATIENCE_S" "$task" >/dev/null 2>"$tmp/why"; then
		ok "home: $home: a job ran there"
	else
		bad "home: $home: no job can run there: $(complaint)"
	fi
	remove_trial "$trial"
	rm "$tmp/trial"
}

# left OPTION COLUMN - what df prints there, if it knows
left() {
	df "-P$1" "$place" | awk -v column="$2" '
	NR == 1 { for (i = 1; i <= NF; i++) if (tolower($i) == column) n = i }
	NR == 2 && n && $(n + 1) != "-" && $n ~ /^[0-9]+$/ { print $n }'
}

check_disk() {
	near
	kb=$(left k available) inodes=$(left i ifree)
	if [ -z "$kb" ]; then
		note "disk: df does not say how much is free for $home"
		return
	fi
	said="disk: $((kb / 1024)) MB and ${inodes:-unlimited} inodes free for $home"
	if [ "$kb" -ge "$FREE_KB" ] &&
		[ "${inodes:-$FREE_INODES}" -ge "$FREE_INODES" ]; then
		ok "$said"
	else
		bad "$said: make room, as with rca-reap -a -r -o 7"
	fi
}

# What rca-reap would end or remove: processes with the mark of a task that ended before we began,
# unless they were left alone on purpose; directories that are half made or half removed; and trees.
check_leftovers() {
	tasks=$(cd "$home/tasks" && pwd -P) || return 0
	cat /proc/[0-9]*/environ | tr '\0' '\n' | awk -v mark="RCA_TASK=$tasks/" '
	index($0, mark) == 1 { n[substr($0, length(mark) + 1)]++ }
	END { for (name in n) if (name !~ /[^a-z0-9-]/) print name, n[name] }' |
		while read -r name n; do
			[ -e "$tasks/$name/done" ] || continue
			[ -z "$(find "$tasks/$name/done" -newer "$tmp/began")" ] || continue
			! grep -q ' left_alone ' "$tasks/$name/history" || continue
			bad "leftovers: $name has ended, but $n of its processes not: rca-reap $name"
		done
	for dir in "$tasks"/.new-* "$tasks"/.gone-*; do
		[ ! -d "$dir" ] || [ -n "$(find "$dir" -prune -newer "$tmp/began")" ] ||
			bad "leftovers: $dir is half a task: rca-reap -a removes it"
	done
	"$plugins/worktree/git" rca-doctor orphans "$home" | while IFS= read -r tree; do
		bad "leftovers: $tree: its task is gone: rca-reap -a removes it, or says why not"
	done
}

check_tasks() {
	"$bin/rca-watchdog" -n >"$tmp/missing" || :
	while IFS= read -r line; do bad "task $line: rca-watchdog does it"; done <"$tmp/missing"
	"$bin/rca-list" -s attention >"$tmp/attention" || :
	awk -F '\t' -v told="$TOLD" '
	file == 1 { sub(/: .*/, ""); watchdog[$0] = 1; next }
	$1 in watchdog || ++n > told { next }
	{
		state = $2 ($3 ~ /^(ok|lost|-)$/ ? "" : ", " $3)
		print "wrong  task " $1 ": " state ": rca-probe " $1 " says what to do"
	}
	END { if (n > told) print "wrong  tasks: " n - told " more: rca-list lists them" }
	' file=1 "$tmp/missing" file=2 "$tmp/attention"
}
