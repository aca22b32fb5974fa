#!/usr/bin/env bats
# What measures and what reports: the record, the page that shows it, and the soak's agent,
# which must tell on itself

load ../harness/lib

setup()
{
	rca_setup
	mkdir -p "$ROOM/tree/t"
	cp -R "$TOP/t/bench" "$ROOM/tree/t/"
	B=$ROOM/tree/t/bench
}

teardown()
{
	rca_teardown
}

@test "the page's figures and pictures are those of the record; a second report changes nothing" {
	run "$B/report" -n
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	run "$B/report"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "a figure that changed in the record is missed in the page, and put there" {
	echo '{"row": "list 10000", "who": "rca-list", "unit": "ms", "p50": 1234567}' >"$ROOM/rows"
	"$B/record" "$ROOM/rows" "$B/results.json"
	run "$B/report" -n
	[ "$status" -eq 1 ]
	[[ $output == *"t/bench/README.md: not what t/bench/results.json says: make -C t bench-report"* ]]
	"$B/report"
	grep -q '^| rca-list, 10,000 tasks, most of them ended | 100 ms | 1,234,567 ms | \*\*missed\*\* | ' "$B/README.md"
	"$B/report" -n
}

@test "the record keeps what was not measured again" {
	printf '%s\n' '{"row": "a", "who": "x", "p50": 1}' '{"row": "b", "who": "x", "p50": 2}' \
		>"$ROOM/rows"
	"$B/record" "$ROOM/rows" "$ROOM/results"
	echo '{"row": "b", "who": "y", "p50": 3}' >"$ROOM/rows"
	"$B/record" "$ROOM/rows" "$ROOM/results"
	[ "$(jq -r '.rows[] | "\(.row) \(.who) \(.p50)"' "$ROOM/results")" = "a x 1
b y 3" ]
	jq -e '.machine and .kernel and .date and .rows[0].commit' "$ROOM/results"
}

@test "nothing measured is an error, not an empty record" {
	: >"$ROOM/rows"
	run "$B/record" "$ROOM/rows" "$ROOM/results"
	[ "$status" -eq 1 ]
	[ "$output" = "record: nothing was measured" ]
	[ ! -e "$ROOM/results" ]
}

@test "a page without its markers is left alone" {
	echo 'no markers' >"$B/README.md"
	run "$B/report"
	[ "$status" -eq 1 ]
	[ "$output" = "report: t/bench/README.md has not its two markers" ]
	[ "$(cat "$B/README.md")" = "no markers" ]
}

@test "the pictures are well-formed, and nothing in them comes from elsewhere" {
	for svg in "$B/speed.svg" "$B/curve.svg" "$TOP/t/demo/picture.svg"; do
		python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$svg"
		if grep -E 'href|<script|<image|nan' "$svg"; then false; fi
	done
}

@test "the picture of the demo is small, and shows a job killed twice and completed" {
	[ "$(wc -c <"$TOP/t/demo/picture.svg")" -lt 40000 ]
	[ "$(grep -c '== kill -9 ' "$TOP/t/demo/picture.svg")" -eq 2 ]
	grep -q '== completed in .*, 3 attempts<' "$TOP/t/demo/picture.svg"
}

@test "a capture of a terminal becomes a picture: its colours, and its text as it is" {
	printf '\033[1;33m== a <b> & "c"\n\n\033[0;2mfaint\033[0m plain\033[91m\n' |
		"$TOP/t/demo/picture" - >"$ROOM/p.svg"
	python3 -c 'import sys, xml.dom.minidom; xml.dom.minidom.parse(sys.argv[1])' "$ROOM/p.svg"
	grep -q '"b c3">== a &lt;b&gt; &amp; "c"</tspan>' "$ROOM/p.svg"
	grep -q '<tspan class="d">faint</tspan> plain</text>' "$ROOM/p.svg"
	[ "$(grep -c '<text ' "$ROOM/p.svg")" -eq 2 ]
}

@test "peers that were never fetched are not looked for" {
	RCA_PEERS_CACHE=$ROOM/cache run "$B/peers" -n
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[ ! -e "$ROOM/cache" ]
}

@test "the soak's agent tells when there are two of it, and when an earlier one left something" {
	"${CC:-cc}" -std=c11 -D_XOPEN_SOURCE=700 -o "$ROOM/agent" "$TOP/t/soak/agent.c"
	export SOAK_DIR=$ROOM
	echo 'child stay ok' >"$ROOM/x.plan"
	"$ROOM/agent" /tasks/x >/dev/null 2>&1 3>&- &
	wait_for 10 grep -q 1 "$ROOM/x.step"
	touch "$ROOM/x.go"
	"$ROOM/agent" /tasks/x >/dev/null 3>&-
	wait $!
	grep -q '^DOUBLE x ' "$ROOM/log"
	: >"$ROOM/log"
	"$ROOM/agent" /tasks/x >/dev/null 3>&-
	run cat "$ROOM/log"
	[[ $output == "LEFTOVER x "* ]]
	kill -9 "${output##* }"
}
