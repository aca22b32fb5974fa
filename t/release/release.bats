# What people install, made twice in different folders, looked at, installed, run and removed. It
# builds the last commit. Needs dpkg, lintian and man.
# shellcheck disable=SC2154
load ../harness/lib
bats_require_minimum_version 1.5.0

setup_file() { "$BATS_TEST_DIRNAME/deb" "$BATS_FILE_TMPDIR" >/dev/null; }

setup() { rca_setup; }

teardown() { rca_teardown; }

@test "the Debian package is the same from another folder, and lintian has nothing to say" {
	mkdir "$ROOM/elsewhere"
	TMPDIR=$ROOM/elsewhere "$TOP/t/release/deb" "$ROOM/two" >/dev/null
	cmp "$BATS_FILE_TMPDIR"/*.deb "$ROOM"/two/*.deb
	run -0 lintian --allow-root -EI --pedantic --suppress-tags executable-in-usr-lib \
		--fail-on error,warning,info,pedantic "$BATS_FILE_TMPDIR"/*.deb
	[ -z "$output" ]
}

@test "the Debian package installs, runs, has its pages, and leaves nothing when it is removed" {
	root=$ROOM/root
	mkdir -p "$root/var/lib/dpkg/updates" "$root/var/lib/dpkg/info"
	: >"$root/var/lib/dpkg/status"
	dpkg="dpkg --root=$root --force-depends --force-not-root --force-bad-path --path-include=/usr/* --log=$ROOM/dpkg.log"
	$dpkg -i "$BATS_FILE_TMPDIR"/rca_*.deb >/dev/null 2>&1
	run -0 env PATH=/usr/bin:/bin "$root/usr/bin/rca" run -f -n x -- echo it runs
	[[ "$output" == *"it runs"* ]]
	for page in rca rca-list rca-task; do
		[ -f "$(env -u MANPATH man -M "$root/usr/share/man" -w "$page")" ]
	done
	[ -f "$root/usr/share/zsh/vendor-completions/_rca" ]
	$dpkg -r rca >/dev/null 2>&1
	[ -z "$(find "$root" -path "$root/var" -prune -o ! -type d -print)" ]
	[ ! -e "$root/usr/lib/rca" ]
}

@test "the published skill has few files, no modes, and builds in place with one command" {
	"$TOP/t/release/skill" "$ROOM"
	[ "$(find "$ROOM/rca" -type f | wc -l)" -le 256 ]
	[ -z "$(find "$ROOM/rca" -type f -perm -100)" ]
	make -s -C "$ROOM/rca"
	run -0 env PATH=/usr/bin:/bin "$ROOM/rca/bin/rca-run" -f -n x -- echo it runs
	[[ "$output" == *"it runs"* ]]
	make -s -C "$ROOM/rca" install PREFIX="$ROOM/there"
	"$ROOM/there/bin/rca" --version
}
