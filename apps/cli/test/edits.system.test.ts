import { needs } from '@kvm/ci/needs';
import { deriveDesired, type Observed, type Plan, planHost } from '@kvm/host';
import { accessNamespaces, applyPlan, type HostClients, observe, runner } from '@kvm/host/run';
import { parseInventory } from '@kvm/inventory';
import { type Lab, labDown, labExec, labUp } from '@kvm/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const base = `
host: { name: edits, address: 192.168.100.1/24, initrd: /boot/kvm-lab-initrd.img }
machines: { hoge: 192.168.100.2 }
networks: { office: 10.1.0.0/16 }
defaults: { memory: 128 MiB, disks: { var: none, swap: none } }
guests:
  public: { vmid: 65, xml: "<domain type='qemu'/>" }
  db: { vmid: 61, state: stopped, autostart: { order: 10 }, xml: "<domain type='qemu'/>" }
groups: { web: [public] }
services: { backup: tcp/9101 }
policy:
  - { from: lan, to: guests, service: ssh }
  - { from: web, to: db, service: [postgresql, backup] }
`;

/** A lab has no volume group: the volumes of this one are there from its start, those of every edit. */
const withVolumes = base
  .replace(/(vmid: 6[15],)/g, '$1 disks: { data: 1 GiB },')
  .replace('groups:', '  mail: { vmid: 70 }\n  post: { vmid: 71 }\ngroups:');

const firewall = ['load firewall: live', 'write /etc/kvm/firewall.nft: live'];
/** The barrier knows the guests' taps and addresses. */
const closed = [...firewall, 'write /etc/kvm/barrier: live'];
const boot = 'write /etc/kvm/boot-guests: live';
const udev = ['write /etc/udev/rules.d/57-kvm-guests.rules: live', 'load udev rules: live'];
const restart = (guest: string) => `restart: ${guest} runs on, and has this only after a restart`;

/** What it is, the change to the inventory, which then stays so, and what a careful operator expects of the plan. */
type Edit = readonly [string, (text: string) => string, readonly string[]];
const edits: readonly Edit[] = [
  ['nothing', (text) => text, []],
  ['memory', (text) => text.replace('vmid: 61,', 'vmid: 61, memory: 160 MiB,'), ['define db: live']],
  ['a disk more', (text) => text.replace('vmid: 61,', 'vmid: 61, disks: { data: 1 GiB },'), ['define db: live']],
  ['a disk less', (text) => text.replace(' disks: { data: 1 GiB },', ''), ['define db: live']],
  [
    'no start with the host',
    (text) => text.replace('autostart: { order: 10 }', 'autostart: false'),
    [boot, 'autostart db: live'],
  ],
  ['a VMID', (text) => text.replace('vmid: 61', 'vmid: 62'), [...closed, 'define db: live']],
  [
    'a guest more',
    (text) => text.replace('groups:', `  mail: { vmid: 70, state: stopped, xml: "<domain type='qemu'/>" }\ngroups:`),
    [boot, ...udev, ...closed, 'define mail: live', 'autostart mail: live'],
  ],
  [
    'a guest renamed',
    (text) => text.replace('  mail:', '  post:'),
    [
      boot,
      ...udev,
      'blocked: post has VMID 70, which mail has on the host and the inventory no longer names: it would be a new guest with empty volumes',
    ],
  ],
  [
    'a guest less',
    (text) => text.replace(/ {2}post:.*\n/, ''),
    [boot, ...udev, ...closed, 'removed: mail is defined, and the inventory no longer has it'],
  ],
  ['a row more', (text) => `${text}  - { from: office, to: web, service: https }\n`, firewall],
  [
    'memory of a guest that runs',
    (text) => text.replace('vmid: 65,', 'vmid: 65, memory: 144 MiB,'),
    ['define public: next boot', restart('public')],
  ],
  ['memory as it was', (text) => text.replace(' memory: 144 MiB,', ''), ['define public: live']],
  [
    'a disk more for a guest that runs',
    (text) => text.replace('vmid: 65,', 'vmid: 65, disks: { data: 1 GiB },'),
    ['define public: live', 'attach public vdb: live'],
  ],
  [
    'a disk less of a guest that runs',
    (text) => text.replace(' disks: { data: 1 GiB },', ''),
    ['define public: next boot', restart('public')],
  ],
  [
    'that disk again',
    (text) => text.replace('vmid: 65,', 'vmid: 65, disks: { data: 1 GiB },'),
    ['define public: live'],
  ],
  [
    'another kernel',
    (text) => text.replace('initrd:', 'kernel: /boot/other/vmlinuz, initrd:'),
    ['define public: next boot', 'define db: live', restart('public')],
  ],
];
/** Those that go the same ways; they come after the others. */
const moreEdits: readonly Edit[] = [
  [
    'a link to the kernel',
    (text) => text.replace('kernel: /boot/other/vmlinuz', 'kernel: /boot/other/vmlinuz, current: /boot/first'),
    ['blocked: /boot/other is there, where a link is to be'],
  ],
  [
    'a link in a place of its own',
    (text) => text.replace('/boot/other/vmlinuz', '/boot/linked/vmlinuz'),
    ['link /boot/linked: live', 'define public: next boot', 'define db: live'],
  ],
  ['a link to another kernel', (text) => text.replace('/boot/first', '/boot/second'), ['link /boot/linked: next boot']],
  ['processors', (text) => text.replace('vmid: 62,', 'vmid: 62, vcpus: 2,'), ['define db: live']],
  [
    'a kernel command line',
    (text) => text.replace('vmid: 62,', 'vmid: 62, cmdline: root=/dev/vda ro,'),
    ['define db: live'],
  ],
  ['start with the host', (text) => text.replace('autostart: false', 'autostart: true'), [boot, 'autostart db: live']],
  [
    'raw XML',
    (text) =>
      text.replace(
        /(db: .*)<domain type='qemu'\/>/,
        "$1<domain type='qemu'><devices><rng model='virtio'><backend model='random'>/dev/urandom</backend></rng></devices></domain>",
      ),
    ['define db: live'],
  ],
  ['raw XML taken back', (text) => text.replace(/<devices><rng.*?<\/devices>/, ''), ['define db: live']],
  ['a row that logs', (text) => text.replace('service: https }', 'service: https, log: true }'), firewall],
  [
    'a row that closes',
    (text) => text.replace('service: https, log: true }', 'service: https, action: reject }'),
    firewall,
  ],
  ['a row with an end', (text) => text.replace('action: reject }', 'expires: 2099-01-31 }'), firewall],
  [
    'rows in another order',
    (text) => text.replace(/( {2}- \{ from: lan.*\n)( {2}- \{ from: web.*\n)/, '$2$1'),
    firewall,
  ],
  ['a row less', (text) => text.replace(/ {2}- \{ from: office.*\n/, ''), firewall],
  ['a service on another port', (text) => text.replace('tcp/9101', 'tcp/9103'), firewall],
  ['a group with one more', (text) => text.replace('web: [public]', 'web: [public, db]'), firewall],
  ['a row for a machine', (text) => `${text}  - { from: hoge, to: db, service: ssh }\n`, firewall],
  ['a machine that moved', (text) => text.replace('192.168.100.2', '192.168.100.3'), firewall],
  [
    'a port of the host for a guest',
    (text) => `${text}nat: { forwards: [{ from: lan, service: tcp/8080, guest: public, port: 80 }] }\n`,
    firewall,
  ],
  ['guests behind the host', (text) => text.replace('nat: {', 'nat: { masquerade: true,'), firewall],
  [
    'IPv6',
    (text) => text.replace('machines:', 'ranges: { ipv6: "fd00:61::/48" }\nmachines:'),
    [
      'write /etc/kvm/tun-start: live',
      'write /etc/sysctl.d/60-kvm.conf: live',
      'load /etc/sysctl.d/60-kvm.conf: live',
      'load firewall: live',
      'write /etc/kvm/firewall.nft: live',
      'set up tun65: live',
    ],
  ],
];

describe.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'nft'))('an edit of the inventory', () => {
  let lab: Lab;
  let means: HostClients;
  let text = base;
  beforeAll(async () => {
    await labDown('edits');
    ({ lab } = await labUp(deriveDesired(parseInventory(withVolumes)), { bare: true }));
    const access = accessNamespaces(lab.host.pid);
    means = { run: runner(access), connection: await access.connect() };
    await labExec(lab, 'edits', [
      'sh',
      '-c',
      `mkdir /boot/other; cp /boot/kvm.current/vmlinuz /boot/other; mkdir /boot/first /boot/second`,
    ]);
    const plan = await planNow();
    expect(await applyPlan(plan, means)).toMatchObject({ failed: [], left: [] });
  });
  afterAll(async () => {
    await means.connection.close();
    await labDown('edits');
  });

  async function planNow(): Promise<Plan> {
    const desired = deriveDesired(parseInventory(text));
    const observed: Observed = await observe(desired, means);
    return planHost(desired, observed);
  }
  const said = ({ steps, waiting }: Plan): string[] => [
    ...steps.map(({ id, effect }) => `${id}: ${effect}`),
    ...waiting.map(({ kind, what }) => `${kind}: ${what}`),
  ];

  /** What the plan before left alone, and this one says again. */
  let leftAlone: readonly string[] = [];

  test.each(process.env.KVM_SOAK ? [...edits, ...moreEdits] : edits)(
    '%s: the plan says what is expected, and after it is carried out nothing is left to do',
    async (_, edit, expected) => {
      const before = text;
      text = edit(text);
      expect.soft(text === before).toBe(expected.length === 0);
      const plan = await planNow();
      expect.soft(said(plan).filter((line) => !leftAlone.includes(line))).toEqual(expected);
      expect(await applyPlan(plan, means)).toMatchObject({ failed: [], left: [] });
      const after = await planNow();
      expect(after.steps).toEqual([]);
      leftAlone = said(after);
    },
  );
});
