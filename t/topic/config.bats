# shellcheck disable=SC2016,SC2030,SC2031,SC2034,SC2154
# The user's config: a line that says nothing is an error with its place, and keeps nothing that
# runs from going on.
load ../harness/lib
bats_require_minimum_version 1.5.0

setup()
{
	rca_setup
	CONFIG=$XDG_CONFIG_HOME/rca/config
}

teardown() { rca_teardown; }

# refused LINES WHAT: what starts or looks at a task says it, with file and what is to be done, and
# makes nothing.
refused()
{
	printf '%b' "$1" >"$CONFIG"
	complains 100 "$CONFIG $2" rca-mktask -n x -- true
	complains 100 "$CONFIG $2" rca-list
	no_task_made
}

@test "an unknown key is an error with file and line, and what was meant" {
	refused 'notfy=command /bin/false\n' \
		"line 1: notfy: no such setting: did you mean notify? (see rca-config(5))"
	refused '# mine\n\nNotify=tell\n' "line 3: Notify: no such setting: did you mean notify?"
	refused 'base=3\nquiet_hour=23:00-08:00\n' \
		"line 2: quiet_hour: no such setting: did you mean quiet_hours?"
	refused 'max-retries=3\n' "line 1: max-retries: no such setting: did you mean max_retries?"
	refused 'frobnicate=1\n' "line 1: frobnicate: no such setting: there are base max_interval "
	refused '=1\n' "line 1: : no such setting"
	refused 'export notify=tell\n' "line 1: export notify: no such setting"
	[ "$(rca-run -n x -- true 2>&1)" = "rca-mktask: $(<"$ROOM/err" sed 's/^[^:]*: //')" ]
	no_task_made
}

@test "a key that is written otherwise is an error that says how" {
	refused 'notify = command /bin/false\n' \
		"line 1: blanks around the key or '=': write notify=command /bin/false"
	refused 'base=3\n\tgrace=2\n' "line 2: blanks around the key or '=': write grace=2"
	refused 'base\t=3\n' "line 1: blanks around the key or '=': write base=3"
	refused '\xef\xbb\xbfnotify=tell\n' \
		"line 1: begins with a byte order mark: save the file as UTF-8 without one"
	refused '\xff\xfeb\0a\0s\0e\0=\x001\0' "line 1: is UTF-16: save the file as UTF-8"
	refused 'base=3\0\ngrace=1\n' "line 1: holds a NUL byte"
	refused 'base\n' "line 1: no '='"
}

@test "a bad value has its file and line, wherever in the file it stands" {
	refused 'grace=1\nbase=abc\n' "line 2: base=abc: not a whole number from 1 up"
	refused 'base=3\nbase=soon\n' "line 2: base=soon: not a whole number"
	refused 'notify=tell\nnotify=Bad/Name x\n' \
		"line 2: notify=Bad/Name x: does not begin with a notifier's name"
	refused 'act=everything\n' "line 1: act=everything: not one of: none nudge"
	refused 'base=3\r\n' "line 1: base: control character in the value"
	rm "$CONFIG"
	MONITOR_GRACE_PERIOD=soon complains 100 "environment MONITOR_GRACE_PERIOD: grace=soon" \
		rca-mktask -n x -- true
}

@test "-k with an unknown setting says which was meant" {
	complains 100 "there are base max_interval" rca-mktask -n x \
		-k max_retry=1 -- true
	complains 100 \
		"-k max_retires: no such setting: did you mean max_retries? (see rca-mktask(1))" \
		rca-mktask -n x -k max_retires=1 -- true
	complains 100 "-k Check: no such setting: did you mean check?" rca-mktask -n x \
		-k Check=true -- true
	no_task_made
}

@test "a setting behind a # is not in force, and each that there is may be set" {
	printf '#base=abc\n# notfy=x\n#nonsense\n  \n#check=touch %s/ran\n' "$ROOM" >"$CONFIG"
	T=$(rca-mktask -n x -- true)
	wrap
	ended completed
	[ ! -e "$ROOM/ran" ]
	sed -n 's/^\.It \(Cm\|Ic\) \([a-z_]*\).*/\2/p' "$TOP/man/rca-config.5" |
		sort -u >"$ROOM/keys"
	[ "$(wc -l <"$ROOM/keys")" -ge 27 ]
	sed 's/$/=/' "$ROOM/keys" >"$CONFIG"
	rca-list "$T"
}

@test "a running task goes on under a config that was spoilt: retries, watch, history" {
	quick
	task claude fix
	fake hold:4 crash:4
	rca-launch "$T" >/dev/null
	rca-monitor -d "$T"
	held
	printf 'silence=60\nnotfy=tell\n' >"$CONFIG"
	kill -9 "$(wrap_pid)"
	wait_for 20 test -e "$T/done"
	ended completed
	history_has ' config_wrong because=".*/config line 2: notfy: no such setting: did you mean notify. '
	[ "$(starts)" -ge 2 ]
	complains 100 "config line 2: notfy" rca-launch -r "$T"
	[ -e "$T/done" ]
}

@test "rca-watchdog says it, helps all the same, and its exit code is 100" {
	quick
	task claude fix
	fake hold:4
	rca-launch "$T" >/dev/null
	held
	echo 'Base=3' >>"$CONFIG"
	run -100 --separate-stderr rca-watchdog
	[[ "$stderr" == "rca-watchdog: $CONFIG line 4: Base: no such setting: did you mean base?"*": ignored" ]]
	wait_for 10 locked "$T/monitor.lock"
	history_has ' watchdog because='
	run -100 --separate-stderr rca-reap -k "$T"
	[[ "$stderr" == *"line 4: Base: no such setting"* ]]
	ended stopped
}

@test "rca-notify tells those who are named rightly, and says what is wrong" {
	mkdir -p "$XDG_CONFIG_HOME/rca/notifiers"
	printf '#!/bin/sh\nprintf "%%s\\n" "$RCA_TEXT" >>"%s/told"\n' \
		"$ROOM" >"$XDG_CONFIG_HOME/rca/notifiers/tell"
	chmod +x "$XDG_CONFIG_HOME/rca/notifiers/tell"
	T=$(rca-mktask -n x -- true)
	printf 'notify=tell\nquiet_hours = nonsense\n' >"$CONFIG"
	complains 100 "line 2: blanks around the key or '='" rca-notify "$T" news
	wait_for 10 grep -qx news "$ROOM/told"
	echo 'notify = tell' >"$CONFIG"
	complains 100 "line 1: blanks around" rca-notify "$T" more
	[ -z "$(find "$T/outbox" -name '*.json')" ]
}
