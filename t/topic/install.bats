# shellcheck disable=SC2154
load ../harness/lib

setup() { rca_setup; }

teardown() { rca_teardown; }

@test "installed elsewhere it runs from there, and uninstall leaves nothing" {
	make -s -C "$TOP" install PREFIX="$ROOM/there"
	[ -x "$ROOM/there/bin/rca-run" ]
	[ -f "$ROOM/there/lib/rca/plugins/agents/claude" ]
	[ -f "$ROOM/there/share/man/man7/rca.7" ]
	"$ROOM/there/bin/rca" help | grep -q '^  run  .*launch'
	"$ROOM/there/bin/rca" help run | grep -q 'RCA-RUN(1)'
	run env PATH=/usr/bin:/bin "$ROOM/there/bin/rca-run" -f -n x -- sh -c 'echo it runs; exit 3'
	[ "$status" = 3 ]
	[[ "$output" == *"it runs"* ]]
	make -s -C "$TOP" uninstall PREFIX="$ROOM/there"
	[ -z "$(find "$ROOM/there" -type f)" ]
}

@test "installed for a package, it goes below DESTDIR" {
	make -s -C "$TOP" install DESTDIR="$ROOM/root" PREFIX=/usr
	[ -x "$ROOM/root/usr/bin/rca-wrap" ]
	[ -x "$ROOM/root/usr/lib/rca/plugins/engines/tmux" ]
}
