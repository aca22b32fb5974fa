# shellcheck shell=bash
# Two mounts of a real network file system, as two hosts have them. As root, with /dev/fuse.
bats_require_minimum_version 1.5.0
load ../harness/lib
load ../harness/hosts

setup()
{
	rca_setup
	if [ ! -c /dev/fuse ] || [ "$(id -u)" != 0 ]; then left_out 'no /dev/fuse, or not root'; fi
	mkdir -p "$ROOM/one" "$ROOM/two" "$ROOM/disk"
	daemons=()
}

teardown()
{
	local bad=0 pid

	[ -z "${hosts-}" ] || hosts_teardown
	umount -l "$RCA_HOME" "$ROOM/two" 2>/dev/null || :
	rca_teardown || bad=1
	for pid in "${daemons[@]}"; do kill -9 "$pid" 2>/dev/null || :; done
	return "$bad"
}

left_out()
{
	echo "left out: *** $BATS_TEST_DESCRIPTION: $1 ***" >&3
	skip "$1"
}

free_port()
{
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

daemon()
{
	"$@" >"$ROOM/${1##*/}.log" 2>&1 3>&- &
	daemons+=($!)
}

# gluster MOUNTPOINT...: a volume with the caches that clients have by default.
gluster()
{
	local at port

	port=$(free_port)
	cat >"$ROOM/server.vol" <<-END
		volume posix
		  type storage/posix
		  option directory $ROOM/disk
		end-volume
		volume locks
		  type features/locks
		  subvolumes posix
		end-volume
		volume server
		  type protocol/server
		  option transport-type tcp
		  option transport.socket.bind-address 127.0.0.1
		  option transport.socket.listen-port $port
		  option auth.addr.locks.allow *
		  subvolumes locks
		end-volume
	END
	cat >"$ROOM/client.vol" <<-END
		volume client
		  type protocol/client
		  option transport-type tcp
		  option remote-host 127.0.0.1
		  option remote-port $port
		  option remote-subvolume locks
		end-volume
		volume quick-read
		  type performance/quick-read
		  subvolumes client
		end-volume
		volume open-behind
		  type performance/open-behind
		  subvolumes quick-read
		end-volume
		volume md-cache
		  type performance/md-cache
		  subvolumes open-behind
		end-volume
	END
	daemon glusterfsd -N -f "$ROOM/server.vol" -l "$ROOM/server.log"
	for at; do
		daemon glusterfs -N -f "$ROOM/client.vol" -l "$ROOM/client.log" "$at"
		wait_for 15 mountpoint -q "$at"
		wait_for 15 sh -c ": >'$at/up'"
	done
}

@test "GlusterFS: what happens on b is seen on a, at the end, too" {
	command -v glusterfsd >/dev/null || left_out 'glusterfs-server is not installed'
	mkdir "$RCA_HOME"
	gluster "$RCA_HOME" "$ROOM/two"
	hosts_setup a
	host b "mount --bind $ROOM/two $RCA_HOME"
	task claude far
	fake crash:3 hang:2 hold:3
	on b rca-launch -e none "$T" >/dev/null
	on a rca-monitor -d "$T"
	wait_for 30 grep -q 'attempt=2' "$T/history"
	wait_for 30 grep -q ' hung reason=hung' "$T/history"
	held 30
	[ "$(on b rca-probe -k "$T" | grep ^elsewhere=)" = elsewhere=a ]
	go_on
	wait_done 30
	# At once, where the manifest may be a second old.
	[ "$(on b rca-probe -s "$T")" = completed ]
	ended completed
	hosts_teardown
}

@test "sshfs: it is refused, by its name, and rca-doctor says so" {
	local at port

	if ! command -v sshfs || ! command -v /usr/sbin/sshd; then
		left_out 'sshfs or sshd is not installed'
	fi
	port=$(free_port)
	ssh-keygen -q -t ed25519 -N '' -f "$ROOM/key"
	mkdir -p /run/sshd
	printf '%s\n' "Port $port" 'ListenAddress 127.0.0.1' "HostKey $ROOM/key" \
		"AuthorizedKeysFile $ROOM/key.pub" 'StrictModes no' 'PidFile none' \
		'Subsystem sftp internal-sftp' 'PermitRootLogin yes' >"$ROOM/sshd_config"
	daemon /usr/sbin/sshd -D -f "$ROOM/sshd_config"
	mkdir "$RCA_HOME"
	at=0
	until sshfs -p "$port" -o "IdentityFile=$ROOM/key" -o StrictHostKeyChecking=no \
		-o UserKnownHostsFile=/dev/null -o BatchMode=yes \
		"root@127.0.0.1:$ROOM/disk" "$RCA_HOME" 2>"$ROOM/err"; do
		at=$((at + 1))
		[ "$at" -lt 50 ] || { cat "$ROOM/err"; return 1; }
		nap 0.1
	done
	task claude a
	complains 100 "its file system (fuse.sshfs) does not share locks: put RCA_HOME on" \
		rca-launch -e none "$T"
	rca-doctor >"$ROOM/out" || :
	grep -q 'home: .*no job can run there: .*(fuse.sshfs) does not share locks' "$ROOM/out"
	[ "$(starts)" = 0 ]
}
