import { type RunProgram, withLimit } from '@kvm/command';
import { isKnownEmulator } from '@kvm/domain-xml';
import { readForeignDrops } from '@kvm/firewall/run';
import { LibvirtError } from '@kvm/libvirt';
import { tapPrefix } from '@kvm/netplan';
import type { Desired } from '../../desired/desired.ts';
import type { HostFacts, Known } from '../../doctor/host-facts.ts';
import type { HostAccess } from '../access/access.ts';
import { mustRun } from '../access/must-run.ts';
import { runner } from '../access/runner.ts';
import { lookSeconds, observeDomains, observeStorage } from './observe.ts';

/**
 * Says what a host is like, a line each that begins with a word; what a host lacks says nothing. Takes the kernel, QEMU, the
 * uplink, and QEMU once more if it is one that may be run: then it is tried when only root can have put it there.
 */
const examineScript = `
exec 2>/dev/null
kernel=$1 emulator=$2 uplink=$3 tried=$4
grep -qwE 'vmx|svm' /proc/cpuinfo && echo flags
[ -e /dev/kvm ] && echo kvm-device
[ -e /dev/net/tun ] && echo tun
[ -e /dev/mapper/control ] && echo device-mapper
[ -r "$kernel" ] && echo kernel
[ -x "$emulator" ] && echo emulator
command -v nft >/dev/null && nft list tables >/dev/null && echo nft
command -v lvm >/dev/null && echo lvm
[ -e "/sys/class/net/$uplink" ] && echo uplink
ip -o -4 addr show dev "$uplink" | awk '{ print "address", $4 }'
ip -o -4 route show | awk '{ print "route", $1, $3 == "" ? "-" : $0 }'
ss -Hltn | awk '{ print "listens", $4 }'
for name in docker firewalld ufw; do
  if [ -d "/proc/1" ] && pgrep -x "$name" >/dev/null || pgrep -x "\${name}d" >/dev/null; then echo "daemon $name"; fi
done
df -Pk /var/log /var/lib/libvirt /etc | awk 'NR > 1 { print "space", $4, $6 }' | sort -u
# Only whether there is a password, and not which.
for type in vnc spice; do
  awk -F'"' -v type="$type" '$1 ~ "^[[:space:]]*" type "_listen[[:space:]]*=" { print "screen", type, $2 }
    $1 ~ "^[[:space:]]*" type "_password[[:space:]]*=" && $2 != "" { print type "-password" }' /etc/libvirt/qemu.conf
done
# With a file of devices, LVM looks at these alone.
if lvmconfig --typeconfig full devices/scan_lvs | grep -qx scan_lvs=1; then
  lvmconfig --typeconfig full devices/use_devicesfile | grep -qx use_devicesfile=1 && [ -e /etc/lvm/devices/system.devices ] ||
    echo scan-lvs
fi
if command -v os-prober >/dev/null && command -v update-grub >/dev/null; then
  grep -hE '^[[:space:]]*(export[[:space:]]+)?GRUB_DISABLE_OS_PROBER=' /etc/default/grub /etc/default/grub.d/*.cfg |
    tail -n 1 | grep -qE '=.?false' && echo os-prober
fi
grep -qwE 'root=(PART)?LABEL=.*' /proc/cmdline && echo root-by-label
for link in /dev/disk/by-uuid/* /dev/disk/by-label/* /dev/disk/by-partuuid/* /dev/disk/by-partlabel/*; do
  device=$(readlink -f "$link")
  mapper=$(cat "/sys/block/\${device##*/}/dm/name") && [ -n "$mapper" ] && echo "link $mapper $link"
done
owned() { [ "$(stat -Lc %u "$1")" = 0 ] && [ -z "$(find -L "$1" -maxdepth 0 -perm /022)" ]; }
if [ -r "$kernel" ] && [ -e /dev/kvm ] && [ -n "$tried" ] && owned "$tried"; then
  timeout 15 "$tried" -accel kvm -cpu host -m 256 -nodefaults -no-reboot -display none -serial stdio -kernel "$kernel" \\
    -append 'console=ttyS0 panic=-1' </dev/null | grep -aq 'Linux version' && echo kvm-boots
fi
:
`;

/** Looks at what a host must have before anything is put on it; takes some seconds. Needs no libvirtd that answers. */
export async function examineHost(desired: Desired, access: HostAccess): Promise<{ facts: HostFacts; known: Known }> {
  const run = withLimit(runner(access), lookSeconds);
  const [facts, storage, rest] = await Promise.all([readFacts(desired, run), observeStorage(run), askLibvirt(access)]);
  return { facts, known: { ...rest, ...(storage && { storage }) } };
}

async function askLibvirt(access: HostAccess): Promise<Known> {
  try {
    await using connection = await access.connect();
    const [lib, hypervisor] = await Promise.all([connection.libVersion(), connection.version()]);
    return { libvirt: { lib, hypervisor }, domains: await observeDomains(connection) };
  } catch (error) {
    if (!(error instanceof LibvirtError)) throw error;
    return { libvirtError: error.message, domains: [] };
  }
}

async function readFacts({ inventory, policy }: Desired, run: RunProgram): Promise<HostFacts> {
  const { kernel, emulator, uplink, firewall } = inventory.host;
  // No program is run because an inventory names it.
  const tried = isKnownEmulator(emulator) ? emulator : '';
  const script = ['sh', '-c', examineScript, 'examine'] as const;
  const output = await mustRun(run, [...script, kernel, emulator, uplink, tried]);
  const lines = output.split('\n').filter(Boolean);
  const after = (word: string): string[] =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  return {
    has: new Set(lines.filter((line) => !line.includes(' '))),
    addresses: after('address'),
    routes: after('route').map((line) => {
      const [to = '', ...words] = line.split(' ');
      return { to, dev: /dev (\S+)/.exec(words.join(' '))?.[1] ?? '' };
    }),
    listening: after('listens').map((address) => Number(/:(\d+)$/.exec(address)?.[1] ?? 0)),
    daemons: after('daemon'),
    dropping: await readForeignDrops(run, {
      backEnd: firewall,
      taps: tapPrefix,
      uplink,
      ranges: policy?.guestNetworks.ranges ?? [],
    }),
    space: after('space').map((line) => {
      const [kib = '0', path = ''] = line.split(' ');
      return { path, kib: Number(kib) };
    }),
    screenDefaults: after('screen').flatMap((line) => {
      const [type, address = ''] = line.split(' ');
      return type === 'vnc' || type === 'spice' ? [{ type, address }] : [];
    }),
    diskLinks: after('link').map((line) => {
      const [mapper = '', path = ''] = line.split(' ');
      return { mapper, path };
    }),
  };
}
