#!/usr/bin/env bats
# shellcheck disable=SC2016
# t/harness/run itself, on suites made for it: a race costs a line, and nothing else is forgiven.

load ../harness/lib

setup()
{
	rca_setup
	mkdir "$ROOM/t"
}

teardown() { rca_teardown; }

# suite NAME: from standard input, with ROOM and the function first (true once, false from then on).
suite()
{
	{
		echo "ROOM=$ROOM"
		echo 'first() { [ ! -e "$ROOM/$1" ] && : >"$ROOM/$1"; }'
		sed 's/^TEST/@test/'
	} >"$ROOM/t/$1.bats"
}

# runs [VARIABLE=VALUE...]: all of them, as if from a shell; what it said is in lines.
runs()
{
	local v unset=()

	for v in "${!BATS_TEST@}" "${!BATS_RUN@}" "${!BATS_FILE@}" "${!BATS_SUITE@}"; do
		unset+=(-u "$v")
	done
	unset+=(-u WAIT_SCALE -u SUITE_TIMEOUT -u RUN_TIMEOUT -u JOBS -u AGAIN -u UNTIL -u EXPECT \
		-u PACE -u ORDER)
	run env "${unset[@]}" COST=700 PATH="${PATH//"$BATS_LIBEXEC:"/}" "$@" \
		"$TOP/t/harness/run" "$ROOM"/t/*.bats 3>&- 4>&-
	echo "$output"
}

# once TEXT, never TEXT: how often a line of the output begins so.
once() { [ "$(grep -cF -e "$1" <<<"$output")" = 1 ]; }
never() { ! grep -qF -e "$1" <<<"$output"; }

@test "a test that fails is run once more, alone; if it passes then, it is named at the end" {
	suite a <<-'END'
		setup_file() { echo x >>"$ROOM/files"; }
		TEST "good" { true; }
		TEST "what \"costs\" \$5 (a [b] c.d*e|f+g?) ^ is 'a' \\ race" { ! first a; }
		TEST "what costs 5" { echo x >>"$ROOM/other"; }
		TEST "fails always" { echo "the reason"; false; }
	END
	suite b <<-'END'
		TEST "beside, 5 in 100ms" { ! first b; }
	END
	runs
	[ "$status" = 1 ]
	[ "${lines[-1]}" = "4 passed, 1 failed" ]
	printf '%s\n' "${lines[@]: -3:2}" | sort | diff - <(cat <<-'END'
		flaky: a: what "costs" $5 (a [b] c.d*e|f+g?) ^ is 'a' \ race
		flaky: b: beside, 5 in 100ms
	END
	)
	once 'failed once: 2 what "costs"'
	once 'failed once: 4 fails always'
	once 'not ok '
	once 'not ok 1 fails always'
	[ "$(wc -l <"$ROOM/files")" = 3 ]
	[ "$(wc -l <"$ROOM/other")" = 1 ]
}

@test "all passes: nothing is run again" {
	suite a <<-'END'
		TEST "one" { first one; }
		TEST "two" { skip 'for a reason'; }
	END
	runs
	[ "$status" = 0 ]
	[ "${lines[-1]}" = "2 passed, 0 failed" ]
	never flaky
	never alone
}

@test "a suite that dies is run again whole; one that is ended for its time is not" {
	suite once <<-'END'
		setup_file() { ! first once; }
		TEST "one" { true; }
		TEST "two" { true; }
	END
	suite twice <<-'END'
		TEST "one" { true; }
		TEST "two" { kill -9 "$PPID" $$; }
	END
	suite slow <<-'END'
		TEST "one" { true; }
		TEST "two" { echo x >>"$ROOM/slow"; exec sleep 300 3>&-; }
	END
	suite broken <<-'END'
		TEST "one" {
	END
	runs SUITE_TIMEOUT=5
	[ "$status" = 1 ]
	once 'flaky: once: all of it'
	once 'flaky: '
	once 'not ok - twice ended with '
	once 'not ok - slow ended with 124 after 1 of 2 tests: that was its time'
	once 'not ok - broken ended with '
	[ "$(wc -l <"$ROOM/slow")" = 1 ]
	[[ "${lines[-1]}" =~ ^[0-9]+' passed, '[3-6]' failed'$ ]]
}

@test "more failures than races can be: none is run again" {
	suite a <<-'END'
		TEST "one" { ! first one; }
		TEST "two" { ! first two; }
		TEST "three" { true; }
	END
	runs AGAIN=1
	[ "$status" = 1 ]
	once 'not ok - a: one'
	once 'not ok - a: two'
	never flaky
	[ "${lines[-1]}" = "1 passed, 2 failed" ]
}

@test "bounds are as long as the machine is slow, beside what was given; the whole run has one" {
	[[ "$("$TOP/t/harness/cost")" =~ ^[1-9][0-9]*$ ]]
	suite a <<-'END'
		TEST "one" { echo "$WAIT_SCALE $BATS_TEST_TIMEOUT" >"$ROOM/bounds"; }
	END
	runs COST=4500 JOBS=1
	[ "$status" = 0 ]
	once '# fork, exec and wait: 4500 us; '
	[ "$(cat "$ROOM/bounds")" = "5 600" ]
	runs COST=300 JOBS=1 WAIT_SCALE=4 BATS_TEST_TIMEOUT=300
	[ "$(cat "$ROOM/bounds")" = "4 300" ]
	runs COST=700 JOBS=$((3 * $(getconf _NPROCESSORS_ONLN) + 1))
	[ "$(cat "$ROOM/bounds")" = "2 240" ]
	suite a <<-'END'
		TEST "one" { exec sleep 300 3>&-; }
	END
	runs RUN_TIMEOUT=1
	[ "$status" = 1 ]
	once 'not ok - a ended with 124 after 0 of 1 tests'
	[ "${lines[-1]}" = "0 passed, 1 failed" ]
}

@test "what does not fit in until a given time is left out, and named; first things come first" {
	local now

	for name in a b c; do
		suite $name <<-'END'
			TEST "one" { echo "$BATS_TEST_FILENAME" >>"$ROOM/order"; }
			TEST "two" { [ ! -e "$ROOM/stay" ] || exec sleep 300 3>&-; }
		END
	done
	printf '%s\n' 'a 100' 'b 5' 'c 5' >"$ROOM/expect"
	printf -v now '%(%s)T' -1
	runs UNTIL=$((now + 100)) EXPECT="$ROOM/expect" PACE=3 ORDER='c b' JOBS=1
	[ "$status" = 0 ]
	[ "$(printf '%s\n' "${lines[@]: -2}")" = $'left out: a\n4 passed, 0 failed' ]
	[ "$(cat "$ROOM/order")" = "$ROOM/t/c.bats"$'\n'"$ROOM/t/b.bats" ]
	# one that takes longer than it did counts for what it has done
	: >"$ROOM/stay"
	rm "$ROOM/t/b.bats"
	printf -v now '%(%s)T' -1
	runs UNTIL=$((now + 8)) EXPECT="$ROOM/expect" ORDER='c b' JOBS=1
	[ "$status" = 0 ]
	[ "${lines[-1]}" = "1 passed, 0 failed" ]
	once 'left out: c after 1 of 2 tests'
	once 'left out: a'
}
