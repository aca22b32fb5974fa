# shellcheck shell=sh
# common.sh - what is built here is built of the last commit, and is the same wherever it is built
#
# Sets top, version, tmp, and SOURCE_DATE_EPOCH, the time of the last commit: tar, gzip and dpkg-deb
# get all times from it.

top=$(cd "$(dirname "$0")/../.." && pwd)
version=$(sed -n 's/^VERSION = //p' "$top/Makefile")
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$top" log -1 --format=%ct)}
LC_ALL=C TZ=UTC0
export SOURCE_DATE_EPOCH LC_ALL TZ
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
umask 022

# checkout DIR - the files of the last commit
checkout()
{
	mkdir "$1"
	git -C "$top" archive HEAD | tar -xf - -C "$1"
}

# The folder of the build does not get into the programs.
hardened="-Os -ffunction-sections -fdata-sections -fstack-protector-strong -D_FORTIFY_SOURCE=2 \
-ffile-prefix-map=$tmp=."
