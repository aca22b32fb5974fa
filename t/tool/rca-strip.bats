load ../harness/lib

setup() {
	rca_setup
	TTY=$TOP/t/data/terminal
}
teardown() {
	for s in "$ROOM"/tmux.*; do tmux -S "$s" kill-server 2>/dev/null || :; done
	rca_teardown
}

# What may stand in the output of any input: UTF-8, no control but tab and newline.
clean()
{
	iconv -f UTF-8 -t UTF-8 <"$1" >/dev/null
	[ "$(LC_ALL=C tr -d '\t\n\040-\176\200-\377' <"$1" | wc -c)" = 0 ]
	[ "$(iconv -f UTF-8 -t UCS-4BE <"$1" | od -An -v -tx4 --endian=big -w4 |
		grep -cE ' 000000[89]')" = 0 ]
}

has() { [ -e "$1" ] && grep -qF -- "$2" "$1"; }

@test "colours, titles and charsets go, the text stays" {
	printf '\033]0;title\007\033[1;31mred\033[0m \033(Bna\303\257ve\033[K\r\n' | rca-strip >out
	[ "$(cat out)" = "red naïve" ]
}

@test "a progress bar leaves its last state" {
	printf '\r 10%%\r 50%%\r100%%\ndone\n' | rca-strip >out
	printf '100%%\ndone\n' | cmp - out
}

@test "a bar that moves leaves its last state alone, however slow it is" {
	for i in 1 2 3 4 5; do
		printf '\r%d of 5' "$i"
		sleep 0.2
	done | rca-strip >out
	[ "$(cat out)" = "5 of 5" ]
}

@test "of every recording of a terminal it leaves no control" {
	for f in "$TTY"/*; do
		rca-strip <"$f" >out
		clean out
		[ -s out ]
	done
}

@test "what line by line programs wrote is what tmux shows of it" {
	for want in "$TTY"/*.txt; do
		rca-strip <"${want%.txt}" >out
		cmp "$want" out
		# each its own: a server that is just ending is no good
		sock=$ROOM/tmux.$(basename "$want")
		tmux -S "$sock" -f /dev/null new-session -d -x 250 -y 50 -- sh \
			-c "stty -opost; cat '${want%.txt}'; : >shown; exec sleep 60" 3>&-
		wait_for 5 test -e shown
		rm shown
		sed 's/ *$//' "$want" | expand >shown.want
		shows()
		{
			tmux -S "$sock" capture-pane -p | sed 's/ *$//' |
				head -n "$(wc -l <shown.want)" | cmp -s - shown.want
		}
		wait_for 5 shows || {
			tmux -S "$sock" capture-pane -p | diff - shown.want
			return 1
		}
		tmux -S "$sock" kill-server
	done
}

@test "no text of a full-screen program is lost" {
	rca-strip <"$TTY/vim" >vim
	for words in "new text" "naïve" "日本語 ✅" "2nd line of the text" "an indented one" \
		"-- INSERT --" ":set number" "/indented"; do
		has vim "$words"
	done
	rca-strip <"$TTY/top" >top
	for words in "top - " "Tasks:   1 total" "%Cpu(s):" "  PID USER " " root " " top"; do
		has top "$words"
	done
	rca-strip <"$TTY/less" >less
	for words in "naïve — 日本語 ✅ done" "2nd line of the text" "an indented one" \
		"more"; do
		has less "$words"
	done
}

@test "recordings come out the same in every split" {
	"$TOP/t/unit/text/strip_test" "$TTY"/*
}

@test "whole lines are written at once, a prompt soon after" {
	mkfifo in
	rca-strip <in >out 3>&- &
	exec 4>in
	printf 'one\nName: ' >&4
	wait_for 5 has out one
	wait_for 5 has out "Name: "
	printf 'joe\n' >&4
	exec 4>&-
	wait $!
	printf 'one\nName: joe\n' | cmp - out
}

@test "a line that is being overwritten waits until it stands still" {
	mkfifo in
	rca-strip <in >out 3>&- &
	exec 4>in
	start=$(now_ms)
	printf '10%%\r37%%' >&4
	wait_for 5 has out 37%
	[ $(($(now_ms) - start)) -ge 1900 ]
	printf '\r40%%\n' >&4
	exec 4>&-
	wait $!
	printf '37%%\n40%%\n' | cmp - out
}

@test "a line that is always overwritten is seen, and then each of its states for a while" {
	mkfifo in
	rca-strip <in >out 3>&- &
	strip=$!
	exec 4>in
	(
		i=0
		while [ ! -e seen ]; do
			printf '\r%4d' "$i" >&4
			i=$((i + 1))
			sleep 0.05
		done
	) 3>&- &
	writer=$!
	exec 4>&-
	several() { [ "$(wc -l <out)" -ge 5 ]; }
	wait_for 10 several
	touch seen
	wait "$writer" "$strip" # not for all: bats' own clock is one of them
	# from the first on none is left out
	[ "$(head -n 5 out | awk 'NR > 1 && $1 != last + 1 { bad = 1 } { last = $1 } END { print bad + 0 }')" = 0 ]
}

@test "a line left without its end before a prompt of zsh or fish stays" {
	blank=$(printf '%79s' '')
	printf 'tok\033[7m%%\033[27m%s\r \r\r\033[J$ next\r\n' "$blank" | rca-strip >out
	printf 'tok\n$ next\n' | cmp - out
	printf '\rtok\033[2m⏎\033[m%s\r⏎ \r\033[K> next\r\n' "$blank" | rca-strip >out
	printf 'tok\n> next\n' | cmp - out
	printf 'whole\r\n\033[7m%%\033[27m%s\r \r\r\033[J$ next\r\n' "$blank" | rca-strip >out
	printf 'whole\n$ next\n' | cmp - out
}

@test "any bytes at all come out as text" {
	head -c 300000 /dev/urandom | rca-strip >out
	clean out
	printf 'x\0y\377z\n' | rca-strip >out
	[ "$(cat out)" = "xy�z" ]
}

@test "a line longer than memory goes through" {
	head -c 50000000 /dev/zero | tr '\0' x | (
		# a sanitizer maps more than any bound before it begins
		[ -n "${ASAN_OPTIONS-}" ] || ulimit -v 8192
		rca-strip
	) | wc -c >out
	[ "$(cat out)" -eq 50000000 ]
}

@test "descriptors that do not block are waited for" {
	head -c 3000000 /dev/zero | tr '\0' 'x' | tr 'x' '\n' >big
	{ sleep 0.2; cat big; } | perl -MFcntl -e 'fcntl($_, F_SETFL, O_NONBLOCK | fcntl($_, F_GETFL, 0)) for *STDIN, *STDOUT; exec "rca-strip"' | { sleep 0.2; cat; } >out
	cmp big out
}

@test "a full disk is an error" {
	got=0
	rca-strip <"$TTY/git" >/dev/full 2>err || got=$?
	[ "$got" = 111 ]
	[ "$(cat err)" = "rca-strip: write standard output: No space left on device" ]
}

@test "input that cannot be read is an error" {
	complains 111 "read standard input: Is a directory" rca-strip </
	complains 111 "read standard input: Bad file descriptor" rca-strip <&-
}

@test "a reader that leaves ends it without a word" {
	got=$({ yes 2>err.yes || :; } | { rca-strip 2>err || echo $? >code; } | head -n 1)
	[ "$got" = y ]
	[ "$(cat code)" = 141 ]
	[ ! -s err ]
}

@test "operands and unknown options are a wrong call" {
	usage_of rca-strip file
	usage_of rca-strip -x
	[ "$(tail -n 1 "$ROOM/err")" = "usage: rca-strip [-hV]" ]
}

@test "-V prints the version" {
	run rca-strip -V
	[ "$status" = 0 ]
	[[ $output =~ ^rca-strip\ [0-9]+\.[0-9]+ ]]
	got=0
	rca-strip -V >/dev/full 2>err || got=$?
	[ "$got" = 111 ]
}
