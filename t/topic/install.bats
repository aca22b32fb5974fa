# shellcheck disable=SC2154
load ../harness/lib
bats_require_minimum_version 1.5.0

setup() { rca_setup; }

teardown() { rca_teardown; }

@test "installed elsewhere it runs from there, also by a link, and uninstall leaves nothing" {
	there="$ROOM/over there"
	make -s -C "$TOP" install PREFIX="$there"
	[ -f "$there/lib/rca/plugins/agents/claude" ]
	[ -f "$there/share/man/man7/rca.7" ]
	[ -f "$there/share/rca/skill/SKILL.md" ]
	"$there/bin/rca" help | grep -q '^  run  .*launch'
	"$there/bin/rca" help run | grep -q 'RCA-RUN(1)'
	run "$there/bin/rca" doctor
	[[ $output == *"ok     home: $RCA_HOME: a job ran there"* ]]
	mkdir "$ROOM/links"
	ln -s "$there/bin/rca-run" "$ROOM/links/run"
	ln -s "$there/bin/rca-mktask" "$ROOM/links/mktask"
	run -3 env PATH=/usr/bin:/bin "$ROOM/links/run" -f -n x -- sh -c 'echo it runs; exit 3'
	[[ "$output" == *"it runs"* ]]
	run -100 env PATH=/usr/bin:/bin "$ROOM/links/mktask" -a nobody
	[[ "$output" == *"there are claude "* ]]
	mv "$there" "$ROOM/moved"
	run -0 env PATH=/usr/bin:/bin "$ROOM/moved/bin/rca-run" -f -n y -- echo still
	[[ "$output" == *still* ]]
	make -s -C "$TOP" uninstall PREFIX="$ROOM/moved"
	[ -z "$(find "$ROOM/moved" ! -type d)" ]
	[ ! -e "$ROOM/moved/lib/rca" ]
	[ ! -e "$ROOM/moved/share/rca" ]
}

@test "installed for a package, it goes below DESTDIR, with modes that no umask changes" {
	(umask 077 && make -s -C "$TOP" install DESTDIR="$ROOM/a root" PREFIX=/usr)
	[ -x "$ROOM/a root/usr/lib/rca/plugins/engines/tmux" ]
	[ -x "$ROOM/a root/usr/lib/rca/plugins/boxes/bwrap" ]
	[ -z "$(find "$ROOM/a root/usr" -type d ! -perm 755)" ]
	[ -z "$(find "$ROOM/a root/usr" -type f ! -perm 755 ! -perm 644)" ]
	[ -z "$(find "$ROOM/a root/usr/bin" -type f ! -perm 755)" ]
	[ -z "$(find "$ROOM/a root/usr/share" -type f ! -perm 644)" ]
	[ "$(cd "$TOP" && find bin lib/plugins man -type f -perm -100 ! -name '*.bats' | wc -l)" = \
		"$(find "$ROOM/a root" -type f -perm 755 | wc -l)" ]
}

@test "an update takes no program away from a job that runs" {
	make -s -C "$TOP" install PREFIX="$ROOM/there"
	there=$ROOM/there/bin
	quick
	export FAKE=hold:2
	T=$("$there/rca-run" -a claude -n fix -d "$PROJECT" -p - <<<work)
	S=$FAKE_DIR/claude-fix
	held
	make -s -C "$TOP" install PREFIX="$ROOM/there"
	[ -z "$(find "$ROOM/there" -name '*.new')" ]
	kill -KILL "$(cat "$T/pid")"
	wait_done
	ended completed
	[ "$(starts)" = 2 ]
}
