# The archives of a release, made of the last commit by zig, which npm brings.
# shellcheck disable=SC2154
load ../harness/lib
bats_require_minimum_version 1.5.0

setup() { rca_setup; }

teardown() { rca_teardown; }

# It is made a second time, in another folder, with TWICE=1: that takes a minute of one processor.
@test "a release installs without a compiler, and is removed; its sums are right" {
	export URL=https://rca.example.org/r
	"$TOP/t/release/run" "$ROOM/one" linux-x86_64
	if [ -n "${TWICE-}" ]; then
		mkdir "$ROOM/elsewhere"
		TMPDIR=$ROOM/elsewhere "$TOP/t/release/run" "$ROOM/two" linux-x86_64
		diff -r "$ROOM/one" "$ROOM/two"
	fi
	cd "$ROOM/one"
	sha256sum -c SHA256SUMS
	grep -q "\"url\": \"$URL/rca-.*-linux-x86_64.tar.gz\", \"sha256\": \"[0-9a-f]\{64\}\"" \
		rca/SKILL.md
	grep -q "sha256 \"$(sed -n 's/ .*-source.*//p' SHA256SUMS)\"" rca.rb
	tar -xzf rca-*-linux-x86_64.tar.gz
	chmod -R a-x+X rca-*-x86_64
	sh rca-*-x86_64/install.sh -p "$ROOM/there"
	run ! ldd "$ROOM/there/bin/rca-wrap"
	run -0 env PATH=/usr/bin:/bin "$ROOM/there/bin/rca" run -f -n x -- echo it runs
	[[ "$output" == *"it runs"* ]]
	sh rca-*-x86_64/install.sh -u -p "$ROOM/there"
	[ -z "$(find "$ROOM/there" ! -type d)" ]
}
