import { parseInventory } from '@kvm/inventory';
import type { LogicalVolume, Storage } from '@kvm/lvm';
import { expect, test } from 'vitest';
import { asDesired } from '../../test/host-as-desired.ts';
import { deriveDesired, planHost } from '../index.ts';
import { behindBlocked, planVolumes } from './plan-volumes.ts';

const extentBytes = 4 * 2 ** 20;
const desired = deriveDesired(
  parseInventory(`host: { name: management, address: 192.168.100.1/24 }
defaults: { disks: { root: 80 MiB, var: none, swap: none } }
guests: { a: { vmid: 65 }, b: { vmid: 66 } }`),
);

const volume = (name: string, tag: string, first: number): LogicalVolume => ({
  ...{ vg: 'vg', name, uuid: `uuid of ${name}`, bytes: 10 * extentBytes, tags: [tag], internal: false },
  ...{ layout: ['linear'], role: ['public'], attributes: '-wi-a-----', active: true, open: false, writable: true },
  merging: false,
  segments: [
    {
      ...{ type: 'linear', start: 0, extents: 10, stripes: 1, stripeBytes: 0, chunkBytes: 0 },
      ranges: [{ on: '/dev/sda', first, last: first + 9 }],
    },
  ],
});
const group = { name: 'vg', uuid: 'one', extentBytes, extents: 200, freeExtents: 180, tags: [] };
const disk = { device: '/dev/sda', uuid: 'pv', vg: 'vg', bytes: 200 * extentBytes, extents: 200, freeExtents: 180 };

const storageOf = (volumes: readonly LogicalVolume[], uuids = ['one']): Storage => ({
  groups: uuids.map((uuid) => ({ ...group, uuid, exported: false, writable: true, missingDisks: 0 })),
  disks: [{ ...disk, tags: [], allocatable: true, missing: false, duplicate: false }],
  volumes,
});

const nothing = {
  files: new Map(),
  links: new Map(),
  settings: new Map(),
  changedAt: new Map(),
  taps: new Map(),
  routes: [],
  domains: [],
};

function plan(volumes: readonly LogicalVolume[], uuids = ['one']) {
  const storage = storageOf(volumes, uuids);
  return planVolumes(desired, { ...nothing, volumes: new Set(), storage }, {});
}

test('a step waits for the one before that begins or ends with its name, and for no other', () => {
  const { steps } = plan([volume('old', 'kvm:a/root', 0), volume('b.root', 'kvm.unfinished:b/root', 10)]);
  expect(steps.map(({ id, after }) => [id, after])).toEqual([
    ['remove vg/b.root', []],
    ['rename vg/old', []],
    ['grow vg/a.root', ['rename vg/old']],
    ['create vg/b.root', ['remove vg/b.root']],
  ]);
});

test('in two groups of one name nothing is done, and both are named for each guest', () => {
  const { steps, waiting } = plan([volume('a.root', 'kvm:a/root', 0)], ['one', 'two']);
  expect(steps).toEqual([]);
  expect(waiting.map(({ guest, kind, what }) => [guest, kind, what])).toEqual([
    ['a', 'blocked', 'vg: There are 2 volume groups vg, with the UUIDs one and two'],
    ['b', 'blocked', 'vg: There are 2 volume groups vg, with the UUIDs one and two'],
  ]);
});

test("a volume with another guest's tag is not made ours, whoever says so", () => {
  const { steps, waiting } = plan([volume('a.root', 'kvm:c/root', 0)]);
  expect(steps.map(({ id }) => id)).toEqual(['create vg/b.root']);
  expect(waiting).toMatchObject([{ guest: 'a', kind: 'blocked', what: expect.stringContaining('c/root') }]);
});

test("a volume that goes aside is its guest's, and who needs the name of a blocked guest is blocked, too", () => {
  const swapped = plan([volume('a.root', 'kvm:b/root', 0), volume('b.root', 'kvm:a/root', 10)]);
  const renames = swapped.steps.filter(({ id }) => id.startsWith('rename '));
  expect(renames.map(({ guest, title }) => `${guest}: ${title}`)).toEqual([
    'a: rename vg/b.root to b.root.renaming',
    'b: rename vg/a.root to b.root',
    'a: rename vg/b.root.renaming to a.root',
  ]);
  for (const [blocked, other] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const) {
    const { waiting, held } = behindBlocked(swapped, new Set([blocked]));
    expect(waiting.map(({ guest }) => guest)).toEqual([other]);
    expect(held.size).toBeGreaterThan(0);
  }
  expect(behindBlocked(swapped, new Set()).held).toEqual(new Set());
});

test('with a guest that libvirt is at work on, no volume of it or of one that waits for it is renamed', async () => {
  const storage = storageOf([volume('a.root', 'kvm:b/root', 0), volume('b.root', 'kvm:a/root', 10)]);
  const observed = await asDesired(desired);
  const domains = observed.domains.map((domain) =>
    domain.name === 'a' ? { ...domain, autostart: false, jobs: ['backup of vda'] } : domain,
  );
  const renames = (jobs: boolean) =>
    planHost(desired, { ...observed, storage, ...(jobs && { domains }) }).steps.filter(({ id }) =>
      id.startsWith('rename '),
    );
  expect(renames(false)).toHaveLength(3);
  expect(renames(true)).toEqual([]);
});

test('a group that nothing could be changed in is told, also when nothing is to be', () => {
  const whole = (name: string, first: number) => ({
    ...volume(`${name}.root`, `kvm:${name}/root`, first),
    bytes: 20 * extentBytes,
  });
  const storage = storageOf([whole('a', 0), whole('b', 20)]);
  const said = (change: object): string[] => {
    const groups = storage.groups.map((each) => ({ ...each, ...change }));
    return planVolumes(desired, { ...nothing, volumes: new Set(), storage: { ...storage, groups } }, {}).waiting.map(
      ({ kind, what }) => `${kind}: ${what}`,
    );
  };
  expect(said({})).toEqual([]);
  expect(said({ exported: true })).toEqual(['differs: vg: The volume group is exported']);
  expect(said({ missingDisks: 1 })).toEqual(['differs: vg: 1 of its physical volumes is missing']);
});

test('a volume that may only be read is told, and one of others that may only be read is not', () => {
  const locked = (name: string, tag: string) => ({ ...volume(name, tag, 0), bytes: 20 * extentBytes, writable: false });
  const { waiting } = plan([locked('a.root', 'kvm:a/root'), { ...locked('c', 'theirs'), uuid: 'c' }]);
  expect(waiting.map(({ guest, kind, what, remedy }) => [guest, kind, what, remedy])).toContainEqual([
    'a',
    'differs',
    'vg/a.root may only be read',
    '`lvchange -prw vg/a.root` lets it be written to.',
  ]);
  expect(waiting.filter(({ what }) => what.includes('may only be read'))).toHaveLength(1);
});
