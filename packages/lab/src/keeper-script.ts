import { firstId, idCount } from './identity.ts';

/** Where the keeper has what belongs to a machine: in its own /tmp, which only this machine's root reaches. */
export const machineFolder = (machine: string): string => `/tmp/machines/${machine}`;

/** A machine's /run as this machine's root reaches it. @param keeper the keeper's process */
export const runFolder = (keeper: number, machine: string): string =>
  `/proc/${keeper}/root${machineFolder(machine)}/root/run`;

/**
 * The outermost process of a lab, run by bash as this machine's root, the first of a process namespace and with mounts of its own.
 * Arguments: the lab's init script, its mark, how many folders are shared, these folders, and the names of the machines. It makes
 * what only root may make, then starts the lab's init in a user namespace and waits for it. When it is killed, the kernel ends
 * every process of the lab. Nothing in the lab can see or unmount what it holds.
 *
 * Each machine sees this machine's files through an overlay whose changes live in memory. What a host's root changes there belongs
 * to the lab's root. All else belongs to an id that the lab does not have, so it can be read where everybody may read it. Through
 * an overlay, shared folders too, a FIFO, a socket or a lock of a file leads to nobody outside. Home
 * folders are empty, and no account has a password. The devices are nodes of the lab's own, which its root cannot change.
 *
 * It begins after a line on its standard input: then a state file names it, by which it can be ended.
 */
export const keeperScript = `
set -eu
read -r go
umask 022
first=${firstId}
init=$1 mark=$2 count=$3
shift 3
shares=("\${@:1:count}")
shift "$count"
# Held open, since they may lie in what is covered now, such as /tmp.
held=()
for share in \${shares[@]+"\${shares[@]}"}; do
  exec {folder}<"$share"
  held+=("$folder")
done
mount --make-rprivate /
mount -t proc proc /proc
mount -t tmpfs -o mode=0755 kvm-lab /tmp

# The layer below every machine's own: the owners as the lab counts them.
mkdir /tmp/files /tmp/files/upper /tmp/files/work /tmp/files/root
mount -t overlay -o lowerdir=/,upperdir=/tmp/files/upper,workdir=/tmp/files/work,metacopy=on kvm-lab /tmp/files/root
cd /tmp/files/root
files() {
  # Of what the lab does not see nothing. What goes meanwhile makes find fail; what it does not name, the lab can only read.
  find . -xdev -maxdepth 3 "(" -path ./etc -o -path ./root -o -path ./home -o -path ./run -o -path ./tmp \\
    -o -path ./proc -o -path ./sys -o -path ./dev ")" -prune \\
    -o -type d ! -perm -o=rx -prune -o -type d "$@" 2>/dev/null || :
  find ./etc -xdev -type d ! -perm -o=rx -prune -o "(" -type l -o -perm -o=r ")" "$@" 2>/dev/null || :
}
files -print0 >/tmp/files/list
files -printf '%U %G\\n' | sort -u | while read -r user group; do
  [ "$user" -lt ${idCount} ] && [ "$group" -lt ${idCount} ] || continue
  # Not what has gone meanwhile; what stays another's, the lab can only read.
  xargs -0 chown --quiet --no-dereference "--from=$user:$group" "$((first + user)):$((first + group))" </tmp/files/list || :
done
# What this machine's root alone may read; kvmctl's log would be somebody else's in there, and is refused then.
rm -f etc/shadow etc/shadow- etc/gshadow etc/gshadow- var/log/kvmctl.jsonl
sed 's/:.*/:*:19000::::::/' etc/passwd >etc/shadow
sed 's/:.*/:*::/' etc/group >etc/gshadow
chown "$first:$first" etc/shadow etc/gshadow
chmod 640 etc/shadow etc/gshadow
cd /
umount /tmp/files/root

device() {
  mknod "dev/$1" c "$2" "$3"
  chmod "$4" "dev/$1"
}
mkdir /tmp/machines /tmp/nothing
for machine do
  folder=/tmp/machines/$machine
  mkdir "$folder" "$folder/upper" "$folder/work" "$folder/root"
  chown "$first:$first" "$folder/upper"
  mount -t overlay -o "nodev,lowerdir=/tmp/files/upper:/,upperdir=$folder/upper,workdir=$folder/work,metacopy=on" kvm-lab "$folder/root"
  cd "$folder/root"
  if mountpoint -q /usr; then mount --rbind -o ro /usr usr; fi
  for place in run:0755 tmp:1777 root:0700 home:0755; do
    mkdir -p "\${place%:*}"
    mount -t tmpfs -o "nodev,mode=\${place#*:},uid=$first,gid=$first" kvm-lab "\${place%:*}"
  done
  for index in \${!shares[@]}; do
    share=\${shares[index]}
    mkdir -p "./$share"
    mount -t overlay -o "ro,nosuid,nodev,lowerdir=/proc/self/fd/\${held[index]}:/tmp/nothing" kvm-lab "./$share"
  done
  mount -t tmpfs -o mode=0755 kvm-lab dev
  mkdir dev/net dev/pts dev/shm
  device null 1 3 666
  device zero 1 5 666
  device full 1 7 666
  device random 1 8 666
  device urandom 1 9 666
  device tty 5 0 666
  device net/tun 10 200 666
  if [ -e /dev/kvm ]; then
    device kvm 10 232 660
    chown "$first:$first" dev/kvm
  fi
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
  ln -s fd/0 dev/stdin
  ln -s fd/1 dev/stdout
  ln -s fd/2 dev/stderr
  cd /
done

# Nothing of the lab inherits a way out.
for folder in \${held[@]+"\${held[@]}"}; do exec {folder}<&-; done

fenced() {
  until [ "$(readlink "/proc/$1/ns/user")" != "$(readlink /proc/self/ns/user)" ]; do
    kill -0 "$1"
    sleep 0.01
  done
}
unshare --user sleep infinity &
owner=$!
fenced "$owner"
echo "0 $first ${idCount}" >"/proc/$owner/uid_map"
echo "0 $first ${idCount}" >"/proc/$owner/gid_map"
nsenter "--user=/proc/$owner/ns/user" -- unshare --net --mount --pid --uts --ipc --cgroup --fork --kill-child --mount-proc -- \\
  bash --norc -c "$init" "$mark" "$@" </dev/null &
lab=$!
fenced "$lab"
kill "$owner"
wait "$lab"
`;
