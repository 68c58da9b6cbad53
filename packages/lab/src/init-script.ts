/**
 * The lab's first process, run by bash as `$0` in fresh network, mount, process, host name and IPC namespaces. Arguments:
 * the names of the machines. It holds everything together: when it is killed, the kernel ends every process of the lab,
 * and with them go the networks, mounts, taps and loop devices.
 *
 * Each machine sees this machine's files through an overlay whose changes live in memory; what this machine's own libvirt
 * keeps is hidden, so that the lab's libvirtd starts nobody's guests.
 */
export const initScript = `
set -eu
mount --make-rprivate /
mount -t tmpfs -o mode=0755 kvm-lab /tmp
ip link set lo up

machine() {
  unshare --net --uts --ipc --mount bash -c '
    set -eu
    hostname "$1"
    ip link set lo up
    mkdir -p "/tmp/$1/upper" "/tmp/$1/work" "/tmp/$1/root"
    cd "/tmp/$1"
    mount -t overlay -o lowerdir=/,upperdir=upper,workdir=work overlay root
    cd root
    if mountpoint -q /usr; then mount --rbind -o ro /usr usr; fi
    mount -t proc proc proc
    mount -t sysfs sysfs sys
    mount -t tmpfs -o mode=0755 dev dev
    for device in null zero full random urandom tty net/tun kvm; do
      [ -e "/dev/$device" ] || continue
      mkdir -p "dev/$(dirname "$device")"
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
    for place in run tmp dev/shm var/lib/libvirt var/cache/libvirt var/log/libvirt etc/libvirt; do
      mkdir -p "$place"
      mount -t tmpfs tmpfs "$place"
    done
    mkdir -p etc/libvirt/qemu run/lock run/kvm-lab
    rm -f etc/resolv.conf etc/hosts
    touch etc/resolv.conf
    pivot_root . .
    umount -l .
    exec -a "$0" sleep infinity' "\${0%:*}:$1" "$1" &
}

for name do machine "$name"; done
exec -a "$0" bash -c 'while :; do sleep 1000000 & wait $!; done'
`;
