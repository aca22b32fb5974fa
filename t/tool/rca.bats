# shellcheck disable=SC2030,SC2031,SC2154
load ../harness/lib
bats_require_minimum_version 1.5.0

setup() { rca_setup; }

teardown() { rca_teardown; }

# clone: a tree with rca and its pages, in which nothing is built.
clone()
{
	mkdir "$ROOM/bin"
	cp "$TOP/bin/rca" "$ROOM/bin"
	cp -R "$TOP/man" "$ROOM"
}

@test "rca TOOL is rca-TOOL with the same arguments, input and code" {
	clone
	printf '#!/bin/sh\nprintf "<%%s>" "$@"\ncat\nexit 7\n' >"$ROOM/bin/rca-run"
	chmod +x "$ROOM/bin/rca-run"
	run -7 "$ROOM/bin/rca" run -f 'a b' '' -- '*' <<<in
	[ "$output" = '<-f><a b><><--><*>in' ]
	# by its whole name, too, through symbolic links, and by a name in PATH
	ln -s "$ROOM/bin/rca" "$ROOM/first"
	mkdir "$ROOM/links"
	ln -s ../first "$ROOM/links/link"
	cd "$ROOM"
	run -7 links/link rca-run x </dev/null
	[ "$output" = '<x>' ]
	PATH=$ROOM/links:$PATH run -7 link run y </dev/null
	[ "$output" = '<y>' ]
	# one that somebody has put there
	mv bin/rca-run bin/rca-mine
	run -7 bin/rca mine z </dev/null
	[ "$output" = '<z>' ]
}

@test "help, and no argument at all, print every tool with its page's summary" {
	rca help >"$ROOM/help"
	for arg in '' -h --help; do
		# shellcheck disable=SC2086
		rca $arg | cmp - "$ROOM/help"
	done
	[ -z "$(awk 'length > 80' "$ROOM/help")" ]
	sed -n 's/^  \([a-z][a-z]*\)  */rca-\1 /p' "$ROOM/help" | sort >"$ROOM/said"
	for page in "$TOP"/man/rca-*.1; do
		echo "$(basename "$page" .1) $(sed -n 's/^\.Nd //p' "$page")"
	done | sort | diff - "$ROOM/said"
	clone
	cd /
	"$ROOM/bin/rca" | cmp - "$ROOM/help"
	"$ROOM/bin/rca" help list | grep -q 'a table of tasks'
	run -111 sh -c 'rca help >/dev/full'
}

@test "a page is that of this tree or installation, whatever can format it" {
	clone
	sed 's/^\.Nd .*/.Nd this very tree/' "$TOP/man/rca-list.1" >"$ROOM/man/rca-list.1"
	"$ROOM/bin/rca" help list | grep -q 'this very tree'
	"$ROOM/bin/rca" help rca-list | grep -q 'this very tree'
	"$ROOM/bin/rca" help config | grep -q 'RCA-CONFIG(5)'
	mkdir "$ROOM/only"
	for p in sh ls sed awk cat gzip mandoc; do ln -s "$(command -v $p)" "$ROOM/only/$p"; done
	PATH=$ROOM/only "$ROOM/bin/rca" help list >"$ROOM/out"
	grep -q '^ *rca-list . this very tree' "$ROOM/out"
	rm "$ROOM/only/mandoc"
	# installed
	mkdir -p "$ROOM/share/man"
	mv "$ROOM/man" "$ROOM/share/man/man1"
	printf '#!/bin/sh\necho nroff $*\nexec grep Nd\n' >"$ROOM/only/nroff"
	ln -s "$(command -v grep)" "$ROOM/only/grep"
	chmod +x "$ROOM/only/nroff"
	run env PATH="$ROOM/only" "$ROOM/bin/rca" help list
	[ "$output" = $'nroff -c -mdoc -Tascii\n.Nd this very tree' ]
	rm "$ROOM/only/nroff"
	PATH=$ROOM/only "$ROOM/bin/rca" help list >"$ROOM/out"
	grep -q '^  rca-list this very tree$' "$ROOM/out"
	grep -q '^  rca-list \[-' "$ROOM/out"
	grep -q '^  -s status$' "$ROOM/out"
	run ! grep -E '^[.]|.{81}' "$ROOM/out"
	# by a package, which compresses them
	gzip "$ROOM/share/man/man1/rca-list.1"
	PATH=$ROOM/only "$ROOM/bin/rca" help list | cmp - "$ROOM/out"
	"$ROOM/bin/rca" help list | grep -q 'this very tree'
	"$ROOM/bin/rca" help | grep -q 'list  *this very tree'
}

@test "the version, and what is wrong, is said in a line" {
	[ "$(rca -V)" = "$(rca-list -V | sed 's/-list//')" ]
	[ "$(rca --version)" = "$(rca -V)" ]
	complains 100 'lits: no such tool: did you mean rca list?' rca lits
	complains 100 'did you mean rca monitor?' rca mon
	complains 100 'did you mean rca reap -k?' rca kill
	complains 100 'did you mean rca help probe?' rca help prob
	complains 100 'xyzzyx: no such tool: rca help lists them' rca xyzzyx
	complains 100 'no such tool' rca ../bin/rca-list
	complains 100 'no such tool' rca help ../man/rca-list
	complains 100 'one page at a time' rca help list log
	usage_of rca -x
}

@test "in a clone that is not built, tools say how to build it" {
	clone
	cp "$TOP/bin/rca-run" "$ROOM/bin"
	complains 127 "rca-list is not built: run make in $ROOM" "$ROOM/bin/rca" list
	complains 127 "not built: run make in $ROOM" "$ROOM/bin/rca" -V
	complains 127 "rca-mktask is not built: run make in $ROOM" "$ROOM/bin/rca-run" -- true
	run -127 "$ROOM/bin/rca" run -- true
	[ "$output" = "rca-run: rca-mktask is not built: run make in $ROOM" ]
}
