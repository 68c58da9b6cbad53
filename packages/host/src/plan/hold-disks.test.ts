import { buildDomain, domainData, parseXml } from '@kvm/domain-xml';
import { parseInventory } from '@kvm/inventory';
import { expect, test } from 'vitest';
import { deriveDesired, lookAt, type Observed, type ObservedDomain, type PlanOptions, planHost } from '../index.ts';

const desired = deriveDesired(
  parseInventory('host: { name: management, address: 192.168.100.1/24 }\nguests:\n  public: { vmid: 65 }'),
);
const [guest] = desired.guests;
const xml = guest ? await buildDomain(guest.domain) : '';
const uuid = guest?.domain.uuid ?? '';

const rootDisk = /<disk type="block" device="disk">\s*<source dev="\/dev\/vg\/public\.root"\/>/;
const withRoot = (source: string) => {
  const changed = xml.replace(rootDisk, source);
  expect(changed).not.toBe(xml);
  return changed;
};
const overlay = `<disk type="file" device="disk"><driver name="qemu" type="qcow2"/><source file="/var/backup/root.overlay"/>
  <backingStore type="block"><format type="raw"/><source dev="/dev/vg/public.root"/><backingStore/></backingStore>`;

interface Seen {
  readonly definition?: string;
  /** Absent when it does not run. */
  readonly running?: string;
  readonly jobs?: readonly string[];
  readonly volumes?: readonly string[];
  readonly isCommanded?: boolean;
}

/** The host of that inventory, with its guest as it was found. */
function found({ definition = xml, running, jobs, volumes, isCommanded }: Seen): Observed {
  const { files, links, volumes: paths } = lookAt(desired);
  const domain: ObservedDomain = {
    name: 'public',
    uuid,
    active: running !== undefined,
    paused: false,
    persistent: true,
    autostart: true,
    definition: domainData(parseXml(definition)),
    ...(running !== undefined && { running: domainData(parseXml(running)) }),
    ...(jobs && { jobs }),
    ...(isCommanded && { isCommanded }),
  };
  return {
    files: new Map(files.map(({ path, mode, content }) => [path, { kind: 'file', mode, content }])),
    settings: new Map(),
    links: new Map(links.map(({ path, to }) => [path, to])),
    domains: [domain],
    changedAt: new Map(),
    taps: new Map([
      ['tun65', { isUp: true, isHeld: true, addresses: ['172.16.65.254/24'], settings: new Map<string, string>() }],
    ]),
    routes: [{ to: '172.16.65.0/24', device: 'tun65' }],
    volumes: new Set(paths),
    ...(volumes && {
      storage: {
        groups: [],
        disks: [],
        volumes: volumes.map((name) => ({ vg: 'vg', name, bytes: 2 ** 30, tags: [], role: [], segments: [] })) as never,
      },
    }),
  };
}

const planned = (seen: Seen, options?: PlanOptions) => {
  const { steps, waiting } = planHost(desired, found(seen), options);
  return {
    steps: steps.map(({ id, effect }) => `${id}: ${effect}`),
    waiting: waiting.map(({ kind, what }) => `${kind}: ${what}`),
    remedies: waiting.map(({ remedy }) => remedy).join('\n'),
    changes: waiting.flatMap(({ changes }) => changes),
  };
};

test.each([
  ['as it is', {}],
  ['with --restart', { restart: true }],
  ['confirmed', { restart: true, confirm: ['public'] }],
])('a snapshot of a running disk is never taken back, %s: its overlay has what was written since', (_, options) => {
  const snapshot = withRoot(overlay);
  const { steps, waiting, remedies, changes } = planned({ definition: snapshot, running: snapshot }, options);
  expect(steps).toEqual([]);
  expect(waiting).toEqual([
    'blocked: public writes to /var/backup/root.overlay (qcow2), an overlay of /dev/vg/public.root: a snapshot of vda, or a backup under way',
  ]);
  expect(remedies).toContain('virsh blockcommit public vda --active --pivot');
  expect(changes).toContainEqual(
    expect.objectContaining({ what: 'devices.disk[vda].driver.@type', before: 'qcow2', effect: 'destroys data' }),
  );
});

test('what runs counts, whatever the definition says', () => {
  const { steps, waiting } = planned({ running: withRoot(overlay) }, { restart: true });
  expect(steps).toEqual([]);
  expect(waiting).toHaveLength(1);
  const back = planned({ definition: withRoot(overlay), running: xml });
  expect(back.steps).toEqual(['define public: live']);
});

test.each<[string, Seen]>([
  ['a copy under way', { running: xml.replace('</disk>', "<mirror type='file' job='copy'/></disk>") }],
  ['a backup under way', { running: xml, jobs: ['backup of vda'] }],
])('%s keeps a guest from being changed', (_, seen) => {
  const definition = xml.replace(/<vcpu>\d+/, '<vcpu>7');
  expect(definition).not.toBe(xml);
  const { steps, waiting } = planned({ ...seen, definition });
  expect(steps).toEqual([]);
  expect(waiting).toEqual([expect.stringMatching(/^blocked: libvirt is at work on public: (copy|backup) of vda$/)]);
});

test('a job that changes nothing of a domain, such as a backup, is no difference', () => {
  expect(planned({ running: xml, jobs: ['backup of vda'] })).toMatchObject({ steps: [], waiting: [] });
});

const elsewhere = '<disk type="file" device="disk"><source file="/srv/moved.img"/>';
test.each<[string, string]>([
  ['another file', elsewhere],
  ['another volume', '<disk type="block" device="disk"><source dev="/dev/vg/other.root"/>'],
  ['another format', '<disk type="block" device="disk"><driver type="qcow2"/><source dev="/dev/vg/public.root"/>'],
  [
    'a part of it',
    '<disk type="block" device="disk"><source dev="/dev/vg/public.root"><slices><slice type="storage" offset="0" size="512"/></slices></source>',
  ],
])('%s as a disk is replaced only when a person has confirmed it, and that says what it does', (_, source) => {
  const definition = withRoot(source);
  for (const seen of [{ definition }, { definition, running: definition }]) {
    const { steps, waiting, remedies } = planned(seen, { confirm: ['db'], restart: true });
    expect(steps).toEqual([]);
    expect(waiting).toEqual([expect.stringMatching(/^blocked: public has .* as vda, and the inventory says/)]);
    expect(remedies).toContain('--confirm public');
    const confirmed = planned(seen, { confirm: ['public'], restart: true });
    expect(confirmed.waiting).toEqual([]);
    expect(confirmed.steps).toContain('define public: destroys data');
    if ('running' in seen) expect(confirmed.steps).toContain('restart public: destroys data');
  }
});

test.each<[string, Seen]>([
  [
    'a volume under its other path',
    { definition: withRoot('<disk type="block"><source dev="/dev/mapper/vg-public.root"/>') },
  ],
  [
    'a CD',
    {
      definition: xml.replace(
        '<disk ',
        "<disk type='file' device='cdrom'><source file='/a.iso'/><target dev='sda'/></disk><disk ",
      ),
    },
  ],
  [
    'a volume that was renamed while it ran',
    {
      running: withRoot('<disk type="block" device="disk"><source dev="/dev/vg/public.old"/>'),
      volumes: ['public.root', 'public.var', 'public.swap'],
    },
  ],
])('%s loses nothing', (_, seen) => {
  expect(planned(seen).waiting.filter((each) => each.startsWith('blocked'))).toEqual([]);
});

test('a volume that has another name meanwhile is not taken for a renamed one while the old is there', () => {
  const running = withRoot('<disk type="block" device="disk"><source dev="/dev/vg/public.old"/>');
  const { waiting } = planned({ running, volumes: ['public.old', 'public.root'] });
  expect(waiting).toContainEqual(expect.stringMatching(/^blocked: public has \/dev\/vg\/public.old/));
});

test('a volume that runs under one name is not attached under another, too', () => {
  const running = xml.replace('<target dev="vdb"', '<target dev="vdx"');
  expect(running).not.toBe(xml);
  const { steps, waiting } = planned({ running });
  expect(steps).toEqual([]);
  expect(waiting).toEqual([expect.stringMatching(/^restart: public runs on/)]);
});

test('orders that QEMU got past libvirt are shown, though no definition differs', () => {
  expect(planned({ running: xml, isCommanded: true })).toMatchObject({
    steps: [],
    waiting: [expect.stringMatching(/^differs: somebody gave the QEMU of public orders past libvirt/)],
  });
});
