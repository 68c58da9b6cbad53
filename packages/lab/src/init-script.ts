/**
 * The lab's first process, run by bash in fresh user, network, mount, process, host name and IPC namespaces: as a root who is
 * nobody outside. Arguments: the lab's mark, and the names of the machines, the LAN's first, which is this process itself. What
 * each machine sees has been mounted by the keeper, and cannot be unmounted from here.
 *
 * What this machine's own libvirt keeps is hidden, so that the lab's libvirtd starts nobody's guests.
 */
export const initScript = `
set -eu
umask 022
become='
  set -eu
  hostname "$1"
  ip link set lo up
  mount --rbind "/tmp/machines/$1/root" "/tmp/machines/$1/root"
  cd "/tmp/machines/$1/root"
  mount -t proc proc proc
  mount -t sysfs -o ro sysfs sys
  mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts dev/pts
  mount -t tmpfs -o mode=1777 tmpfs dev/shm
  for place in var/lib/libvirt var/cache/libvirt var/log/libvirt etc/libvirt; do
    mkdir -p "$place"
    mount -t tmpfs -o mode=0755 tmpfs "$place"
  done
  mkdir -p etc/libvirt/qemu run/lock run/kvm-lab
  rm -f etc/resolv.conf etc/hosts
  touch etc/resolv.conf
  pivot_root . .
  umount -l .
'
mark=$0 lan=$1
shift
up=$(
  for name do
    unshare --net --uts --ipc --mount \\
      bash --norc -c "$become"'echo up; exec -a "$0" sleep infinity >/dev/null 2>&1' "$mark$name" "$name" &
  done | head -n "$#" | wc -l
)
# Only now: each machine copies the mounts that it finds here.
[ "$up" -eq "$#" ]
set -- "$lan"
eval "$become"
exec -a "$mark$lan" bash --norc -c 'while :; do sleep 1000000 & wait $!; done' >/dev/null 2>&1
`;
