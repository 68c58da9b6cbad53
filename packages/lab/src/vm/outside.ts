import { shellQuote } from '@kvm/command';
import { firstId, idCount } from '../identity.ts';
import { leaveBehind } from '../leave-behind.ts';

/** The user of a virtual machine's processes on this machine: nobody, and nobody of a lab either. */
const fencedId = firstId + idCount;

/** Where what QEMU and virtiofsd see of this machine is put together, before it becomes all that they see. */
const view = '/run/view';

/** The folder of the line to the agent, which QEMU may write to. */
export const lineFolder = '/run/sockets';
export const lineFile = 'line.sock';
export const lineSocket = `${lineFolder}/${lineFile}`;
export const rootSocket = `${lineFolder}/root.sock`;
export const systemSocket = `${lineFolder}/system.sock`;

/** Where the folder of a system is in the view. */
const systemFolder = '/run/kvm-vm/system';

/** Tags of the file systems that the virtual machine can mount. */
export const rootTag = 'root';
export const systemTag = 'system';

/** Stands in QEMU's arguments for the descriptor of a tap or a disk. */
export const tapWord = (index: number): string => `@tap${index}@`;
export const diskWord = (index: number): string => `@disk${index}@`;

/** Makes mounts and those below read-only, all at once: mount_setattr(2), which mount(8) of Debian 12 cannot. */
const readOnlyProgram = `
my $attributes = pack("Q4", 1 | 2 | 4, 0, 0, 0); # rdonly, nosuid, nodev
for my $path (@ARGV) {
  syscall(442, -100, my $name = "$path\\0", 0x8000, $attributes, 32) == 0 or die "$path cannot be made read-only: $!\\n";
}`;

/**
 * Opens what QEMU itself may not, and runs it with the descriptors. Arguments: how many taps, the taps, how many disks, their
 * paths, and the command. The taps do not last: they go with the last process that has them open.
 */
const openProgram = `
${leaveBehind}$^F = 1000; # up to this number, descriptors stay open across exec
my %number;
my @taps = splice(@ARGV, 0, shift @ARGV);
for my $index (0 .. $#taps) {
  open(my $tap, "+<", "/dev/net/tun") or die "/dev/net/tun: $!\\n";
  my $request = pack("a16 S x22", $taps[$index], 0x0002 | 0x1000 | 0x4000); # IFF_TAP, IFF_NO_PI, IFF_VNET_HDR
  ioctl($tap, 0x400454ca, $request) or die "the tap $taps[$index]: $!\\n";
  push @kept, $tap;
  $number{"\\@tap$index\\@"} = fileno($tap);
}
my @disks = splice(@ARGV, 0, shift @ARGV);
for my $index (0 .. $#disks) {
  open(my $disk, "+<", $disks[$index]) or die "the disk $disks[$index]: $!\\n";
  push @kept, $disk;
  $number{"\\@disk$index\\@"} = fileno($disk);
}
s/(\\@(?:tap|disk)\\d+\\@)/$number{$1} \\/\\/ $1/ge for @ARGV;
exec @ARGV;
die "$ARGV[0]: $!\\n";`;

/**
 * Run by bash as the first process of a process namespace: however it ends, the kernel ends the others. Arguments: the inside's
 * two scripts, the folder of a system or nothing, how many folders of users are shared, these folders, then the arguments of
 * `openProgram`, whose command is `confinedScript`.
 *
 * It makes a view of this machine's files for QEMU and virtiofsd: read-only, with no device but what they need, no process but
 * theirs, no socket of a daemon, and no home. What not everybody may read is empty in it, so that programs in the virtual machine
 * find a folder or file without content and not one that they cannot open.
 */
export const outsideScript = `
set -eu
umask 022
init=$1 agent=$2 system=$3 count=$4
shift 4
shares=("\${@:1:count}")
shift "$count"
mount --make-rprivate /
mount -t tmpfs -o mode=0755 kvm-lab-vm /run
mkdir ${view} /run/empty
mount --rbind / ${view}
for place in proc sys dev; do
  while umount -l "${view}/$place" 2>/dev/null; do :; done
done
perl -e ${shellQuote(readOnlyProgram)} ${view}
for place in dev run root home; do
  [ ! -d "${view}/$place" ] || mount -t tmpfs -o mode=0755 kvm-lab-vm "${view}/$place"
done
mount -t tmpfs -o mode=1777 kvm-lab-vm ${view}/tmp
for share in \${shares[@]+"\${shares[@]}"}; do
  mkdir -p "${view}/$share"
  mount --bind "$share" "${view}/$share"
  perl -e ${shellQuote(readOnlyProgram)} "${view}/$share"
done
mount -t proc -o ro,nosuid,nodev,noexec,hidepid=2 proc ${view}/proc
mknod -m 666 ${view}/dev/null c 1 3
mknod -m 666 ${view}/dev/urandom c 1 9
if [ -e /dev/kvm ]; then
  mknod -m 600 ${view}/dev/kvm c 10 232
  chown ${fencedId}:${fencedId} ${view}/dev/kvm
fi
mkdir ${view}/run/kvm-vm ${view}${lineFolder} ${view}/run/virtiofsd ${view}${systemFolder}
chown ${fencedId}:${fencedId} ${view}${lineFolder} ${view}/run/virtiofsd
printf %s "$init" >${view}/run/kvm-vm/init
printf %s "$agent" >${view}/run/kvm-vm/agent.mjs
chmod 755 ${view}/run/kvm-vm/init
if [ -n "$system" ]; then
  mount --rbind "$system" ${view}${systemFolder}
  perl -e ${shellQuote(readOnlyProgram)} ${view}${systemFolder}
fi
sed 's/:.*/:*:19000::::::/' /etc/passwd >/run/shadow
sed 's/:.*/:*::/' /etc/group >/run/gshadow
: >/run/nothing
cd ${view}
find etc var -xdev -maxdepth 4 -type d ! -perm -o=rx -prune -print0 | while IFS= read -rd '' folder; do
  mount --bind -o ro /run/empty "$folder"
done
find etc -xdev -type d ! -perm -o=rx -prune -o -type f ! -perm -o=r -print0 | while IFS= read -rd '' file; do
  case $file in
    etc/shadow | etc/gshadow) mount --bind -o ro "/run/\${file#etc/}" "$file" ;;
    *) mount --bind -o ro /run/nothing "$file" ;;
  esac
done
cd /
for place in dev root home tmp; do
  [ ! -d "${view}/$place" ] || mount -o remount,bind,ro "${view}/$place"
done
exec perl -e ${shellQuote(openProgram)} "$@"
`;

/**
 * Makes the view all that there is, and runs virtiofsd and QEMU in it as a user who is nobody here. Arguments: virtiofsd, the
 * folder of a system or nothing, QEMU and its arguments. It ends when its standard input does, which it has from the process that
 * started it.
 *
 * virtiofsd keeps one capability, CAP_FOWNER: overlayfs in the virtual machine opens files with O_NOATIME, which is for owners. To
 * what is read-only it gives no way. Of a system's own folder it may read everything.
 */
export const confinedScript = `
set -eu
virtiofsd=$1 system=$2
shift 2
cd ${view}
pivot_root . .
umount -l .
cd /
ulimit -Hn 1048576 2>/dev/null || :
user="--reuid=${fencedId} --regid=${fencedId} --clear-groups --no-new-privs"
share() {
  caps=-all,+setpcap,+fowner$3
  modcaps=-chown:-dac_override:-fsetid:-setgid:-setuid:-mknod:-setfcap\${3/,/:}
  if [[ $("$virtiofsd" --help 2>&1) = *--shared-dir* ]]; then
    # Its chroot is root's alone, and / is the view already. An overlay refuses to be over what is announced as mounts.
    words=("--shared-dir=$2" --sandbox=none --cache=always --no-announce-submounts "--modcaps=$modcaps")
  else
    caps+=,+sys_chroot
    words=(-o "source=$2" -o sandbox=chroot -o cache=always -o "modcaps=$modcaps")
  fi
  setpriv $user "--bounding-set=$caps" "--inh-caps=$caps" "--ambient-caps=$caps" -- \\
    "$virtiofsd" "--socket-path=$1" "\${words[@]}" >&2 </dev/null &
  until [ -S "$1" ]; do kill -0 $!; sleep 0.02; done
}
share ${rootSocket} / ''
[ -z "$system" ] || share ${systemSocket} ${systemFolder} ,+dac_read_search
exec {input}<&0
unshare --net -- setpriv $user --inh-caps=-all --bounding-set=-all -- "$@" </dev/null {input}<&- &
cat <&"$input" >/dev/null &
wait -n
`;
