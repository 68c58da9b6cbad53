import type { Desired } from '../desired/desired.ts';
import { udevRulesPath } from '../desired/udev-rules.ts';
import { type Check, good, wrong } from './check.ts';
import type { HostFacts, Known } from './host-facts.ts';

/** Whether the host leaves what is inside guests' volumes alone, and shows their screens to nobody else. */
export function judgeSafety(desired: Desired, facts: HostFacts, known: Known): readonly Check[] {
  return [...screens(facts, known), ...volumes(desired, facts, known)];
}

const isLoopback = (address: string): boolean => /^(127\.|::1$|localhost$)/.test(address);

interface Screen {
  readonly type: string;
  readonly password: boolean;
  readonly address: string | undefined;
}

/** The screens of guests that run, where they are shown. */
function screensOf({ running }: Known['domains'][number]): Screen[] {
  return (running?.devices?.graphics ?? []).map((each) => {
    const {
      '@type': type,
      '@listen': listen,
      '@passwd': password,
    } = each as {
      readonly '@type': string;
      readonly '@listen'?: string;
      readonly '@passwd'?: string;
    };
    return { type, address: listen, password: password !== undefined };
  });
}

function screens({ has, screenDefaults }: HostFacts, { domains }: Known): Check[] {
  const name = 'screens';
  const defaults = screenDefaults
    .filter(({ type, address }) => !isLoopback(address) && !has.has(`${type}-password`))
    .map(({ type, address }) =>
      wrong('doubtful', name, [
        `qemu.conf shows ${type} screens that name no address at ${address}, without a password`,
        `Take ${type}_listen out of /etc/libvirt/qemu.conf; what kvmctl makes listens at 127.0.0.1.`,
      ]),
    );
  const open = domains.flatMap((domain) =>
    screensOf(domain)
      .filter(({ address, password }) => address !== undefined && !isLoopback(address) && !password)
      .map(({ type, address }) =>
        wrong('doubtful', name, [
          `the ${type} screen of ${domain.name} is at ${address}, without a password`,
          "Give its <graphics> listen='127.0.0.1', and reach it by ssh -L.",
        ]),
      ),
  );
  const all = [...defaults, ...open];
  return all.length > 0 ? all : [good(name, 'none is shown to others without a password')];
}

/** `vg-web.root`: device-mapper's name of a volume, in which a hyphen of a name is two (lvm(8)). */
const mapperName = (vg: string, volume: string): string =>
  `${vg.replaceAll('-', '--')}-${volume.replaceAll('-', '--')}`;

function volumes({ guests, inventory }: Desired, { has, diskLinks }: HostFacts, { storage }: Known): Check[] {
  const name = "guests' volumes";
  const prefixes = guests.map(({ guest }) => mapperName(inventory.host.vg, `${guest.name}.`));
  const links = diskLinks.filter(({ mapper }) => prefixes.some((prefix) => mapper.startsWith(prefix)));
  const checks: Check[] = [];
  const [first] = links;
  if (first !== undefined)
    checks.push(
      wrong('bad', name, [
        `udev has made ${first.path} of one (${links.length} links): a guest chooses what the host mounts by UUID or label`,
        `kvmctl apply writes ${udevRulesPath} against it, and has udev read it.`,
      ]),
    );
  const paths = guests.flatMap(({ guest }, index) => [
    `/dev/${inventory.host.vg}/${guest.name}.`,
    `/dev/mapper/${prefixes[index]}`,
  ]);
  for (const { device } of storage?.disks ?? []) {
    if (!paths.some((path) => device.startsWith(path))) continue;
    const remedy =
      'Set scan_lvs = 0 in /etc/lvm/lvm.conf, take it out of the devices file, or refuse it by global_filter.';
    checks.push(
      wrong('bad', name, [`LVM takes ${device} for a physical volume of the host, and the guest made it`, remedy]),
    );
  }
  if (has.has('scan-lvs'))
    checks.push(
      wrong('bad', name, [
        "LVM looks for volume groups inside of volumes: a guest can make one of the host's",
        'Set scan_lvs = 0 in the devices section of /etc/lvm/lvm.conf.',
      ]),
    );
  if (has.has('os-prober'))
    checks.push(
      wrong('bad', name, [
        'update-grub mounts them, and puts what they call a system into the boot menu of the host',
        'Take GRUB_DISABLE_OS_PROBER=false out of /etc/default/grub, or remove os-prober.',
      ]),
    );
  if (has.has('root-by-label'))
    checks.push(
      wrong('doubtful', name, [
        'the kernel command line names the root file system by a label, which a guest may give to its own',
        'Name it by its path or UUID: while the initramfs runs, the udev rule is not there yet.',
      ]),
    );
  return checks.length > 0 ? checks : [good(name, 'nobody on the host looks into them')];
}
