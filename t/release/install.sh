#!/bin/sh
# install.sh [-u] [-p PREFIX] - installs the release beside this file below PREFIX: ~/.local, or
# /usr/local for root; -u removes it
#
# Each file gets its mode, which an archive may have lost, and is renamed into its place, so that a
# job that runs finds its programs whole at any time.
set -eu

complain()
{
	printf 'install.sh: %s\n' "$*" >&2
	exit 100
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
prefix=${PREFIX:-} remove=''
while getopts p:u option; do
	case $option in
	p) prefix=$OPTARG ;;
	u) remove=1 ;;
	*) echo 'usage: install.sh [-u] [-p prefix]' >&2 && exit 100 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -eq 0 ] || complain "$1: the prefix goes after -p"
if [ -z "$prefix" ]; then
	if [ "$(id -u)" -eq 0 ]; then prefix=/usr/local; else prefix=$HOME/.local; fi
fi
case $prefix in /*) ;; *) complain "$prefix: not an absolute path" ;; esac
umask 022

# put DIR FILE - into PREFIX/DIR
put()
{
	mode=644
	case $1 in bin | lib/rca/plugins/[!a]*) mode=755 ;; esac
	case $2 in *.sh) mode=644 ;; esac
	mkdir -p "$prefix/$1"
	new=$prefix/$1/$(basename "$2")
	cp "$2" "$new.new"
	chmod "$mode" "$new.new"
	mv -f "$new.new" "$new"
}

if [ -n "$remove" ]; then
	(cd "$here" && find bin lib share -type f) | while IFS= read -r file; do
		rm -f "$prefix/$file"
	done
	rm -rf "$prefix/lib/rca" "$prefix/share/rca"
	exit
fi
(cd "$here" && find bin lib share -type f) | while IFS= read -r file; do
	put "$(dirname "$file")" "$here/$file"
done
"$prefix/bin/rca" --version
case :$PATH: in
*:"$prefix/bin":*) ;;
*) echo "add this to your shell's profile: PATH=$prefix/bin:\$PATH" ;;
esac
