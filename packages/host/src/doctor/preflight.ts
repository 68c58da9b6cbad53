import { isKnownEmulator, isNewerThanKnown, knownLibvirt } from '@kvm/domain-xml';
import { formatSize } from '@kvm/lvm';
import type { Desired } from '../desired/desired.ts';
import { type Check, good, wrong } from './check.ts';
import type { HostFacts, Known } from './host-facts.ts';
import { othersDrops } from './others-drops.ts';
import { judgeSafety } from './preflight-safety.ts';

/** Judges whether a host can be what an inventory says. */
export function judgeHost(desired: Desired, facts: HostFacts, known: Known): readonly Check[] {
  return [
    virtualisation(desired, facts),
    ...devices(facts),
    libvirt(known),
    ...programs(desired, facts),
    volumeGroup(desired, known),
    uplink(desired, facts),
    ...collisions(desired, facts, known),
    ...interference(desired, facts),
    ...space(facts),
    ...judgeSafety(desired, facts, known),
  ];
}

function virtualisation({ guests, inventory }: Desired, { has }: HostFacts): Check {
  const name = 'KVM';
  if (has.has('kvm-boots')) return good(name, 'a kernel boots on it');
  const emulated = guests.length > 0 && guests.every(({ domain }) => domain['@type'] === 'qemu');
  if (emulated) return good(name, 'is not asked for: every guest is emulated');
  if (!has.has('flags'))
    return wrong('bad', name, [
      'the CPU shows neither vmx nor svm',
      'Switch virtualisation on in the BIOS, or nest it in the host above.',
    ]);
  if (!has.has('kvm-device'))
    return wrong('bad', name, [
      'there is no /dev/kvm',
      'modprobe kvm_intel, or kvm_amd; the kernel log says why it fails.',
    ]);
  if (!isKnownEmulator(inventory.host.emulator))
    return wrong('doubtful', name, [
      '/dev/kvm is there, and was not tried: no program is run because an inventory names it',
      'See the check of the emulator.',
    ]);
  if (!has.has('kernel'))
    return wrong('doubtful', name, ['/dev/kvm is there, and no kernel to try it with', 'See the check of the kernel.']);
  return wrong('bad', name, [
    "the guests' kernel does not boot on /dev/kvm",
    'On a rented machine, ask whether nested virtualisation works.',
  ]);
}

function devices({ has }: HostFacts): Check[] {
  return [
    has.has('tun')
      ? good('taps', '/dev/net/tun is there')
      : wrong('bad', 'taps', ['there is no /dev/net/tun', 'modprobe tun']),
    has.has('nft')
      ? good('nftables', 'answers')
      : wrong('bad', 'nftables', ['nft does not list tables', 'apt-get install nftables; modprobe nf_tables']),
  ];
}

function libvirt({ libvirt: versions, libvirtError }: Known): Check {
  if (versions === undefined)
    return wrong('bad', 'libvirt', [
      libvirtError ?? 'it does not answer',
      'apt-get install libvirt-daemon-system; systemctl start libvirtd',
    ]);
  const { lib, hypervisor } = versions;
  const found = `libvirt ${lib}, QEMU ${hypervisor}`;
  if (isNewerThanKnown(lib)) {
    const unknown = `${found}: newer than ${knownLibvirt.newest}, the last whose defaults are known`;
    return wrong('doubtful', 'libvirt', [
      unknown,
      'Drift may show what it fills in by itself: a newer kvmctl may know it.',
    ]);
  }
  if (Number(lib.split('.')[0]) >= 7) return good('libvirt', found);
  return wrong('doubtful', 'libvirt', [`${found}: older than any that was tried`, 'Upgrade it to 7 or newer.']);
}

function programs({ inventory }: Desired, { has }: HostFacts): Check[] {
  const { kernel, emulator } = inventory.host;
  return [
    has.has('kernel')
      ? good('kernel', kernel)
      : wrong('bad', 'kernel', [
          `there is no ${kernel}`,
          `Make the folder's link: ln -sfn /boot/kvm-VERSION ${kernel.replace(/\/[^/]*$/, '')}`,
        ]),
    judgeEmulator(emulator, has.has('emulator')),
  ];
}

function judgeEmulator(emulator: string, isThere: boolean): Check {
  if (isThere && !isKnownEmulator(emulator))
    return wrong('doubtful', 'emulator', [
      `${emulator} is there, and is no QEMU that is known`,
      'Name that of the distribution as host.emulator, such as /usr/bin/kvm.',
    ]);
  if (isThere) return good('emulator', emulator);
  return wrong('bad', 'emulator', [
    `there is no ${emulator}`,
    'apt-get install qemu-system-x86, or name another one as host.emulator.',
  ]);
}

function volumeGroup({ guests, inventory }: Desired, { storage }: Known): Check {
  const { vg } = inventory.host;
  const name = 'LVM';
  const group = storage?.groups.find((each) => each.name === vg);
  if (guests.every(({ guest }) => guest.disks.length === 0)) return good(name, 'is not needed: no guest has a disk');
  if (group === undefined)
    return wrong('bad', name, [`there is no volume group ${vg}`, `Make it on a disk: vgcreate ${vg} /dev/DISK`]);
  const there = new Set(storage?.volumes.map((volume) => `${volume.vg}/${volume.name}`));
  const missing = guests
    .flatMap(({ guest }) => guest.disks.map((disk) => ({ path: `${vg}/${guest.name}.${disk.name}`, ...disk })))
    .filter(({ path, type }) => type !== 'thin' && !there.has(path))
    .reduce((sum, { bytes, over = 1, type }) => sum + bytes * (type === 'raid1' ? over : 1), 0);
  const free = group.freeExtents * group.extentBytes;
  const found = `${vg} has ${formatSize(free)} free${missing > 0 ? `, ${formatSize(missing)} are needed` : ''}`;
  return missing <= free ? good(name, found) : wrong('bad', name, [found, `Add a disk: vgextend ${vg} /dev/DISK`]);
}

function uplink({ inventory }: Desired, { has, addresses }: HostFacts): Check {
  const { uplink: device, address, prefix } = inventory.host;
  if (!has.has('uplink'))
    return wrong('bad', 'uplink', [
      `there is no interface ${device}`,
      'Name the one on the LAN as host.uplink; `ip route` shows it.',
    ]);
  if (addresses.includes(`${address}/${prefix}`)) return good('uplink', `${device} has ${address}/${prefix}`);
  const found = `${device} has ${addresses.join(', ') || 'no address'}, and the inventory says ${address}/${prefix}`;
  return wrong('doubtful', 'uplink', [found, 'Correct the one that is wrong.']);
}

/** What guests that are still to start would find taken. */
function collisions({ guests }: Desired, { routes, listening }: HostFacts, { domains }: Known): Check[] {
  const runs = new Set(domains.filter(({ active }) => active).map(({ name }) => name));
  const taps = new Set(guests.map(({ net }) => net.tap));
  const taken = guests.flatMap(({ guest, net }) => {
    const route = routes.find(({ to, dev }) => to === net.ipv4.cidr && !taps.has(dev));
    const port = !runs.has(guest.name) && listening.includes(net.vncPort);
    return [
      ...(route ? [`${net.ipv4.cidr} of ${guest.name} is routed to ${route.dev}`] : []),
      ...(port ? [`port ${net.vncPort} of ${guest.name}'s screen is in use`] : []),
    ];
  });
  if (taken.length === 0) return [good('collisions', 'no subnet or port of a guest is in use')];
  return taken.map((found) => wrong('bad', 'collisions', [found, 'Give the guest another VMID, or free it.']));
}

function interference({ policy }: Desired, { daemons, dropping }: HostFacts): Check[] {
  const name = 'other firewalls';
  const drops = othersDrops(policy, dropping).map(({ isBad, what, remedy }) =>
    wrong(isBad ? 'bad' : 'doubtful', name, [what, remedy]),
  );
  const running = wrong('doubtful', name, [
    `${daemons.join(' and ')} runs, and may come to drop what our policy opens`,
    'Let it leave tun* and the uplink alone, or stop it.',
  ]);
  if (drops.length > 0) return drops;
  return daemons.length > 0 ? [running] : [good(name, 'no rule of others drops what our policy opens')];
}

/** Logs and definitions need little; a full file system needs a person. */
const leastKib = 200 * 1024;

const space = ({ space: all }: HostFacts): Check[] =>
  all.map(({ path, kib }) =>
    kib >= leastKib
      ? good('space', `${path} has ${Math.floor(kib / 1024)} MiB free`)
      : wrong('doubtful', 'space', [
          `${path} has ${Math.floor(kib / 1024)} MiB free`,
          'Make room: journalctl --vacuum-size=100M, apt-get clean',
        ]),
  );
