/**
 * The room's first process: a switch, and machines on it. Arguments: the daemons' folder, then NAME=ADDRESS of each
 * machine, of which it prints the process numbers.
 */
export const roomScript = `
set -eu
mount --make-rprivate /
mount -t tmpfs -o mode=0755 room /tmp
# An overlay of its own: one layer must not lie within another, as the daemons' folder does within /.
mkdir /tmp/daemons /tmp/empty
mount -t overlay -o "lowerdir=$1:/tmp/empty" overlay /tmp/daemons
shift
ip link set lo up
ip link add lan type bridge
ip link set lan up

machine() {
  exec unshare --net --uts --ipc --mount bash -c '
    set -eu
    hostname "$1"
    ip link set lo up
    mkdir -p "/tmp/$1/upper" "/tmp/$1/work" "/tmp/$1/root"
    cd "/tmp/$1"
    mount -t overlay -o "lowerdir=/tmp/daemons:/,upperdir=upper,workdir=work" overlay root
    cd root
    mount -t proc proc proc
    mount --bind /dev/null proc/kmsg
    mount -t tmpfs -o mode=0755 dev dev
    for device in null zero full random urandom tty; do
      touch "dev/$device"
      mount --bind "/dev/$device" "dev/$device"
    done
    mkdir dev/pts dev/shm
    mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts dev/pts
    ln -s pts/ptmx dev/ptmx
    ln -s /proc/self/fd dev/fd
    ln -s fd/0 dev/stdin
    ln -s fd/1 dev/stdout
    ln -s fd/2 dev/stderr
    for place in run tmp dev/shm var/log var/spool; do mount -t tmpfs -o mode=1777 tmpfs "$place"; done
    mkdir -p run/lock var/spool/rsyslog var/lib/syslog-ng
    cat etc/passwd - >etc/passwd.new <<END
openldap:x:901:901::/var/lib/ldap:/bin/false
nslcd:x:902:902::/run/nslcd:/bin/false
sssd:x:903:903::/var/lib/sss:/bin/false
postfix:x:904:904::/var/spool/postfix:/bin/false
_chrony:x:905:905::/var/lib/chrony:/bin/false
ntpsec:x:906:906::/nonexistent:/bin/false
dnsmasq:x:907:65534::/var/lib/misc:/bin/false
systemd-journal-remote:x:908:908::/:/bin/false
systemd-journal-upload:x:909:909::/:/bin/false
systemd-resolve:x:911:911::/:/bin/false
systemd-timesync:x:912:912::/:/bin/false
END
    cat etc/group - >etc/group.new <<END
openldap:x:901:
nslcd:x:902:
sssd:x:903:
postfix:x:904:
_chrony:x:905:
ntpsec:x:906:
postdrop:x:910:
systemd-journal-remote:x:908:
systemd-journal-upload:x:909:
systemd-resolve:x:911:
systemd-timesync:x:912:
END
    mv etc/passwd.new etc/passwd
    mv etc/group.new etc/group
    rm -f etc/resolv.conf etc/hosts
    echo "127.0.0.1 localhost" >etc/hosts
    touch etc/resolv.conf
    pivot_root . .
    umount -l .
    touch /run/room-ready
    exec sleep infinity' machine "$1"
}

for spec do
  name=\${spec%%=*}
  machine "$name" &
  pid=$!
  until [ "$(readlink "/proc/$pid/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
  ip link add "port$pid" type veth peer name eth0 netns "$pid"
  ip link set "port$pid" master lan up
  nsenter -t "$pid" -n ip address add "\${spec#*=}/12" dev eth0
  nsenter -t "$pid" -n ip link set eth0 up
  until [ -e "/proc/$pid/root/run/room-ready" ]; do sleep 0.02; done
  echo "$name $pid"
done
echo ready
# Not by exec: the first process is whom ended daemons are left to.
cat
exit
`;
