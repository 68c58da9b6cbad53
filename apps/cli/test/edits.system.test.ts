import { needs } from '@kvm/ci/needs';
import { deriveDesired, type Observed, type Plan, planHost } from '@kvm/host';
import { accessNamespaces, applyPlan, type Means, observe, runner } from '@kvm/host/run';
import { parseInventory } from '@kvm/inventory';
import { type Lab, labDown, labExec, labUp } from '@kvm/lab';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const base = `
host: { name: edittest, address: 192.168.100.1/24, initrd: /boot/kvm-lab-initrd.img }
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

const firewall = ['write /etc/kvm/firewall.nft: live', 'load firewall: live'];
/** What is changed in the inventory, which then stays so, and what a careful operator expects of the plan. */
const edits: readonly (readonly [string, (text: string) => string, readonly string[]])[] = [
  ['nothing', (text) => text, []],
  ['memory', (text) => text.replace('vmid: 61,', 'vmid: 61, memory: 160 MiB,'), ['define db: live']],
  ['processors', (text) => text.replace('vmid: 61,', 'vmid: 61, vcpus: 2,'), ['define db: live']],
  ['a disk more', (text) => text.replace('vmid: 61,', 'vmid: 61, disks: { data: 1 GiB },'), ['define db: live']],
  ['a disk less', (text) => text.replace(' disks: { data: 1 GiB },', ''), ['define db: live']],
  [
    'a kernel command line',
    (text) => text.replace('vmid: 61,', 'vmid: 61, cmdline: root=/dev/vda ro,'),
    ['define db: live'],
  ],
  [
    'no start with the host',
    (text) => text.replace('autostart: { order: 10 }', 'autostart: false'),
    ['autostart db: live'],
  ],
  ['start with the host', (text) => text.replace('autostart: false', 'autostart: true'), ['autostart db: live']],
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
  ['a VMID', (text) => text.replace('vmid: 61', 'vmid: 62'), [...firewall, 'define db: live']],
  [
    'a guest more',
    (text) => text.replace('groups:', `  mail: { vmid: 70, state: stopped, xml: "<domain type='qemu'/>" }\ngroups:`),
    [...firewall, 'define mail: live', 'autostart mail: live'],
  ],
];

describe.skipIf(needs('root', 'libvirtd', 'qemu-system-x86_64', 'nft'))('an edit of the inventory', () => {
  let lab: Lab;
  let means: Means;
  let text = base;
  beforeAll(async () => {
    await labDown('edittest');
    const desired = deriveDesired(parseInventory(base));
    ({ lab } = await labUp(desired, { bare: true }));
    const access = accessNamespaces(lab.host.pid);
    means = { run: runner(access), connection: await access.connect() };
    const more = ['db.data', 'mail.root', 'post.root', 'public.data'].map((name) => `/dev/vg/${name}`);
    await labExec(lab, 'edittest', [
      'sh',
      '-c',
      `for path in ${more.join(' ')}; do cp -a /dev/vg/db.root $path; done; mkdir /boot/other; cp /boot/kvm.current/vmlinuz /boot/other`,
    ]);
    const plan = await planNow();
    expect(await applyPlan(plan, means)).toMatchObject({ failed: [], left: [] });
  });
  afterAll(async () => {
    await means.connection.close();
    await labDown('edittest');
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

  test.each(edits)(
    '%s: the plan says what is expected, and after it is carried out nothing is left to do',
    async (_, edit, expected) => {
      text = edit(text);
      const plan = await planNow();
      expect(said(plan).filter((line) => !known.has(line))).toEqual(expected);
      expect(await applyPlan(plan, means)).toMatchObject({ failed: [], left: [] });
      const after = await planNow();
      expect(after.steps).toEqual([]);
      for (const line of said(after)) known.add(line);
    },
  );
  /** What is left alone is said again each time. */
  const known = new Set<string>();
});
