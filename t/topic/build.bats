# shellcheck disable=SC2154
# What make rebuilds and prints. The tree is copied as it was built, and most of this is dry runs,
# for a build from nothing takes a minute. `make -C t compilers` does that, with bmake as well.
load ../harness/lib

setup()
{
	rca_setup
	cp -Rp "$TOP/bin" "$TOP/lib" "$TOP/Makefile" "$ROOM"
	cd "$ROOM" || return
}

teardown() { rca_teardown; }

# would MAKE...: the objects that it would compile, sorted.
would()
{
	"$@" -n | sed -n 's/^echo "  CC  \(.*\)"$/\1/p' | sort
}

# bmake takes GNU make's flags for targets.
bsd()
{
	env -u MAKEFLAGS -u MAKELEVEL bmake "$@"
}

@test "make after a build does nothing" {
	run make -n --no-print-directory
	[[ -z $output || $output == *"Nothing to be done for 'all'." ]]
}

@test "a touched header rebuilds the objects that include it, and no others" {
	touch lib/json/edit.h
	[ "$(would make)" = "$(grep -l '"json/edit.h"' lib/*/*.c | sed 's/c$/o/' | sort)" ]
}

@test "a touched source is compiled also where its object has no list of headers" {
	rm lib/json/edit.d lib/wait/condition.d
	touch lib/json/edit.c lib/wait/condition.c
	[ "$(would make)" = "$(printf 'lib/json/edit.o\nlib/wait/condition.o')" ]
}

@test "a line for each file that is built, and the command with Q=" {
	rm lib/json/edit.o
	run make --no-print-directory lib/json/edit.o
	[ "$output" = '  CC  lib/json/edit.o' ]
	rm lib/json/edit.o
	run make Q= lib/json/edit.o
	[[ $output == *' -std=c11 '*' -c -o lib/json/edit.o lib/json/edit.c'* ]]
}

@test "bmake does the same" {
	command -v bmake || skip 'bmake is not installed (Debian: apt-get install bmake)'
	[ -z "$(bsd -n)" ]
	touch lib/json/edit.h
	[ "$(would bsd)" = "$(grep -l '"json/edit.h"' lib/*/*.c | sed 's/c$/o/' | sort)" ]
	rm lib/json/edit.o
	run bsd lib/json/edit.o
	[ "$output" = '  CC  lib/json/edit.o' ]
}

@test "help names the targets, and t/ those that take longer" {
	run make -s help
	[[ $output == *'make check '* && $output == *'make install '* ]]
	run make -s -C "$TOP/t" help
	[[ $output == *'make -C t torture '* ]]
}
