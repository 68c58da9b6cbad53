import type { DomainElement } from '@kvm/domain-xml';
import type { ForeignDrop } from '@kvm/firewall';
import { parseInventory } from '@kvm/inventory';
import type { Storage } from '@kvm/lvm';
import { expect, test } from 'vitest';
import { asDesired, desired, planned } from '../../test/host-as-desired.ts';
import { type Desired, deriveDesired, lookAt, type Observed, planHost } from '../index.ts';

const two = desired('  public: { vmid: 65 }\n  db: { vmid: 61, state: stopped }');

const empty: Observed = {
  files: new Map(),
  links: new Map(),
  settings: new Map(),
  changedAt: new Map(),
  taps: new Map(),
  routes: [],
  domains: [],
  volumes: new Set(),
};

test('nothing is to be done where all is as desired', async () => {
  expect(planHost(two, await asDesired(two))).toEqual({ steps: [], waiting: [] });
});

test('on an empty host, files and firewall come before any guest starts, in the order the inventory gives', () => {
  const what = desired(
    `  a: { vmid: 1 }
  b: { vmid: 2, autostart: { order: 20 } }
  c: { vmid: 3, autostart: { order: 10, delay: 5 s } }
  d: { vmid: 4, autostart: { order: 20 } }`,
    'policy: []',
  );
  const volumes = new Set(lookAt(what).volumes);
  const { steps } = planHost(what, { ...empty, volumes, firewall: { foreign: [], missing: ['table inet kvm {'] } });
  const after = Object.fromEntries(steps.map((step) => [step.id, step.after]));
  const place = (id: string) => steps.findIndex((step) => step.id === id);
  for (const step of steps) for (const id of step.after) expect(place(id)).toBeLessThan(place(step.id));
  expect(after['start c']).toEqual(
    expect.arrayContaining(['write /etc/kvm/tun-start', 'load /etc/sysctl.d/60-kvm.conf', 'load firewall', 'define c']),
  );
  const starts = (id: string) => steps.find((step) => step.id === id)?.behind;
  expect(['start c', 'start b', 'start d', 'start a'].map(starts)).toEqual([
    [],
    ['start c'],
    ['start c'],
    ['start b', 'start d'],
  ]);
});

test.each<[string, string, string[], string[]]>([
  [
    'more memory',
    '  public: { vmid: 65, memory: 1 GiB }\n  db: { vmid: 61, state: stopped }',
    [
      'define public: next boot; memory 524288 -> 1048576; currentMemory 524288 -> 1048576',
      'restart: public runs on, and has this only after a restart; memory 524288 -> 1048576; currentMemory 524288 -> 1048576',
    ],
    [
      'define public: next boot; memory 524288 -> 1048576; currentMemory 524288 -> 1048576',
      'restart public: restart; memory 524288 -> 1048576; currentMemory 524288 -> 1048576',
    ],
  ],
])('%s', async (_, guests, plain, restarting) => {
  const [what, observed] = [desired(guests), await asDesired(two)];
  expect(planned(what, observed)).toEqual(plain);
  expect(planned(what, observed, { restart: true })).toEqual(restarting);
});

test('a new kernel for all guests is a link that leads elsewhere, and a folder in its place is left alone', async () => {
  const to = (folder: string) =>
    deriveDesired(
      parseInventory(
        `host: { name: management, address: 192.168.100.1/24, current: ${folder} }\nguests:\n  public: { vmid: 65 }`,
      ),
    );
  const [what, observed] = [to('/boot/kvm-6.12'), await asDesired(to('/boot/kvm-6.1'))];
  expect(planned(what, observed)).toEqual([
    'link /boot/kvm.current: next boot; /boot/kvm.current /boot/kvm-6.1 -> /boot/kvm-6.12',
  ]);
  expect(planned(what, { ...observed, links: new Map() })).toEqual(['link /boot/kvm.current: live']);
  expect(planned(what, { ...observed, links: new Map([['/boot/kvm.current', undefined]]) })).toEqual([
    'blocked: /boot/kvm.current is there, where a link is to be',
  ]);
});

test("what a domain has is judged by the host's libvirt, and one that is newer than all known is said", async () => {
  const what = desired(
    "  a: { vmid: 1, xml: \"<domain><os><type arch='x86_64' machine='q35'>hvm</type></os></domain>\" }",
  );
  const observed = await asDesired(what);
  const withWatchdog = observed.domains.map((domain) => ({
    ...domain,
    definition: {
      ...domain.definition,
      devices: { ...domain.definition.devices, watchdog: [{ '@model': 'itco', '@action': 'reset' }] },
    } as typeof domain.definition,
  }));
  const planOf = (libvirt: string, domains = withWatchdog) => planHost(what, { ...observed, domains, libvirt }).steps;
  expect(planOf('11.3.0')).toEqual([]);
  expect(planOf('9.0.0')).toMatchObject([{ id: 'define a', reason: 'the inventory says otherwise' }]);
  const smaller = observed.domains.map((domain) => ({ ...domain, definition: { ...domain.definition, vcpu: 3 } }));
  expect(planOf('12.0.0', smaller)).toMatchObject([
    {
      reason: 'the inventory says otherwise, or libvirt 12.0.0 filled it in: its defaults are known up to 11.3.0',
    },
  ]);
});

test('a definition without our mark has it again, and one that an inventory found there is as it was', async () => {
  const what = desired('  public: { vmid: 65, state: stopped }');
  const observed = await asDesired(what);
  const unmarked = observed.domains.map(({ definition: { metadata: _, ...definition }, ...domain }) => ({
    ...domain,
    definition: definition as DomainElement,
  }));
  expect(planned(what, { ...observed, domains: unmarked })).toEqual([
    'define public: live; metadata undefined -> our mark',
  ]);
  const found = desired(`  public: { vmid: 65, state: stopped, uuid: ${observed.domains[0]?.uuid} }`);
  expect(planned(found, { ...observed, domains: unmarked })).toEqual([]);
});

test('a definition names no volume before it is made', async () => {
  const one = (more: string) => desired(`  web: { vmid: 65${more} }`);
  const group = { name: 'vg', uuid: 'vg', extentBytes: 2 ** 22, extents: 90_000, freeExtents: 80_000, tags: [] };
  const disk = { device: '/dev/sda', uuid: 'pv', vg: 'vg', bytes: 2 ** 39, extents: 90_000, freeExtents: 80_000 };
  const storage: Storage = {
    groups: [{ ...group, exported: false, writable: true, missingDisks: 0 }],
    disks: [{ ...disk, tags: [], allocatable: true, missing: false, duplicate: false }],
    volumes: [],
  };
  const defineOf = (what: Desired, observed: Observed) =>
    planHost(what, observed).steps.find(({ id }) => id === 'define web')?.after;
  const made = ['create vg/web.root', 'create vg/web.var', 'create vg/web.swap'];
  expect(defineOf(one(''), { ...empty, storage })).toEqual(made);
  const more = one(', disks: { data: 1 GiB }');
  expect(defineOf(more, { ...(await asDesired(one(''))), storage })).toEqual([...made, 'create vg/web.data']);
  const larger = one(', memory: 1 GiB');
  expect(defineOf(larger, { ...(await asDesired(one(''))), storage })).toEqual([]);
});

test.each([
  [true, true, 'in the kernel and what the host starts with'],
  [false, true, 'what the host starts with'],
])('a policy that the inventory no longer has goes on, and that is told', async (isLoaded, startsWithHost, where) => {
  const what = desired('  public: { vmid: 65 }');
  const observed = { ...(await asDesired(what)), leftFirewall: { isLoaded, startsWithHost } };
  expect(planned(what, observed)).toEqual([
    `removed: the inventory has no policy any more, and the last one is still ${where}`,
  ]);
});

test('what a table of others drops is told, and that table is left alone', async () => {
  const what = desired('  public: { vmid: 65 }', 'policy: []');
  const drop = {
    hook: 'forward',
    chain: 'inet theirs forward',
    all: true,
    ofGuest: false,
    message: 'table inet theirs: policy drop',
  } as const;
  const beside = async (...dropping: ForeignDrop[]) =>
    planned(what, { ...(await asDesired(what)), firewall: { foreign: [], missing: [], dropping } });
  expect(await beside(drop)).toEqual([
    'differs: table inet theirs: policy drop, of what is forwarded, whatever our policy says',
  ]);
  expect(await beside({ ...drop, all: false }, { ...drop, hook: 'output' }, { ...drop, hook: 'input' })).toEqual([]);
  const aimed = { ...drop, all: false, ofGuest: true, hook: 'ingress', message: 'table netdev theirs: drops' } as const;
  expect(await beside(aimed)).toEqual([
    'differs: table netdev theirs: drops, of what comes in at an interface, whatever our policy says',
  ]);
});
