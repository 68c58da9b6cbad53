import { allRedefined, barrier, type EditKind, firewall, fresh, isPlain, namesOf, restart, runs } from './edit-kind.ts';
import type { Random } from './random.ts';
import type { InventoryModel } from './soaked-inventory.ts';

/** What only names people, times and words: nothing of a host. */
const noChange = (what: string, change: (model: InventoryModel, random: Random) => void): EditKind => ({
  what,
  make: (model, random) => {
    change(model, random);
    return { says: [] };
  },
});

/** The host, its ranges, and what holds for all guests. */
export const hostEdits: readonly EditKind[] = [
  {
    what: 'a kernel without a link',
    make: (model) => {
      if (model.host.current === undefined) return undefined;
      model.host.kernel = `${model.host.current}/vmlinuz`;
      delete model.host.current;
      return { says: allRedefined(model, () => true) };
    },
  },
  {
    what: 'a link to the kernel',
    make: (model) => {
      if (model.host.current !== undefined) return undefined;
      const link = `/boot/linked${fresh()}`;
      model.host.kernel = `${link}/vmlinuz`;
      model.host.current = '/boot/first';
      return { says: [`link ${link}: live`, ...allRedefined(model, () => true)] };
    },
  },
  {
    what: 'a link to another kernel',
    make: (model) => {
      if (model.host.current === undefined) return undefined;
      model.host.current = model.host.current === '/boot/first' ? '/boot/second' : '/boot/first';
      return { says: [`link ${model.host.kernel?.replace('/vmlinuz', '')}: next boot`] };
    },
  },
  {
    what: 'a link where a folder is',
    make: (model) => {
      model.host.kernel = '/boot/second/vmlinuz';
      model.host.current = '/boot/first';
      return {
        refused: true,
        says: ['blocked: /boot/second is there, where a link is to be', ...allRedefined(model, () => true)],
      };
    },
  },
  {
    what: 'another initial RAM disk',
    make: (model) => {
      model.host.initrd =
        model.host.initrd === '/boot/kvm-lab-initrd.img' ? '/boot/other-initrd.img' : '/boot/kvm-lab-initrd.img';
      return { says: allRedefined(model, () => true) };
    },
  },
  {
    what: 'another emulator',
    make: (model) => {
      model.host.emulator =
        model.host.emulator === '/usr/bin/qemu-system-x86_64' ? '/usr/bin/kvm' : '/usr/bin/qemu-system-x86_64';
      return { says: allRedefined(model, () => true) };
    },
  },
  {
    what: 'another back end of the firewall, and back',
    make: (model) => {
      model.host.firewall = 'iptables';
      return { back: true, says: [/^load firewall: live$/, /^write /, /^write /] };
    },
  },
  {
    what: "another host's name",
    make: (model) => {
      model.host.name = 'renamed';
      return { refused: true, says: [/^blocked: \d+ guests are from an inventory with another host\.name/] };
    },
  },
  {
    what: 'another volume group',
    make: (model) => {
      model.host.vg = 'other';
      return { refused: true, says: Array.from({ length: 30 }, () => /other/) };
    },
  },
  {
    what: "the LAN's gateway",
    make: (model) => {
      model.host.gateway = model.host.gateway === '192.168.100.254' ? '192.168.100.253' : '192.168.100.254';
      return { says: [] };
    },
  },
  {
    what: 'another interface on the LAN, and back',
    make: (model) => {
      model.host.uplink = 'eth9';
      const settings = ['write /etc/sysctl.d/60-kvm.conf: live', 'load /etc/sysctl.d/60-kvm.conf: live'];
      return { back: true, says: [...settings, barrier, ...firewall] };
    },
  },
  {
    what: "the guests' range",
    make: (model) => {
      model.ranges.ipv4 = '10.64.0.0/12';
      return { refused: true, says: [/^load firewall: restart$/, ...namesOf(model, runs).map(restart)] };
    },
  },
  {
    what: 'IPv6',
    make: (model) => {
      if (model.ranges.ipv6 !== undefined) return undefined;
      model.ranges.ipv6 = 'fd00:61::/48';
      return {
        says: [
          'write /etc/kvm/tun-start: live',
          'write /etc/sysctl.d/60-kvm.conf: live',
          'load /etc/sysctl.d/60-kvm.conf: live',
          ...firewall,
          ...namesOf(model, runs).map((name) => `set up tun${model.guests[name]?.vmid}: live`),
        ],
      };
    },
  },
  {
    what: 'memory for all',
    make: (model) => {
      model.defaults.memory = model.defaults.memory === '128 MiB' ? '120 MiB' : '128 MiB';
      return { says: allRedefined(model, ({ memory }) => memory === undefined) };
    },
  },
  {
    what: 'a command line for all',
    make: (model, random) => {
      model.defaults.cmdline = `root=/dev/vda ro word${random.below(100_000)}`;
      return { says: allRedefined(model, ({ cmdline }) => cmdline === undefined) };
    },
  },
  {
    what: 'a disk for all',
    make: (model) => {
      if (model.defaults.disks.swap !== 'none') return undefined;
      model.defaults.disks.swap = '4 MiB';
      const plain = namesOf(model, isPlain);
      return {
        says: plain.flatMap((name) => [
          `create vg/${name}.swap: live`,
          `define ${name}: live`,
          ...(namesOf(model, runs).includes(name) ? [new RegExp(`^attach ${name} vd[a-z]: live$`)] : []),
        ]),
      };
    },
  },
  {
    what: "guests' subnets of another size",
    make: (model) => {
      model.ranges.prefix = 28;
      return { refused: true, says: [/^load firewall: restart$/, ...namesOf(model, runs).map(restart)] };
    },
  },
  noChange('a comment', (model, random) => {
    model.comment = `# Words: ${random.below(100_000)}.`;
  }),
  noChange('the domain of the names', (model, random) => {
    model.domain = `home${random.below(1000)}.example`;
  }),
  noChange('guests in another order', (model, random) => {
    void random;
    model.groups = Object.fromEntries(Object.entries(model.groups).reverse());
  }),
  {
    what: 'a network that no row has',
    make: (model) => {
      model.networks[`net${fresh()}`] = `10.9.${fresh() % 250}.0/24`;
      // To networks with a name, guests keep their addresses.
      return { says: model.nat.masquerade ? firewall : [] };
    },
  },
];
