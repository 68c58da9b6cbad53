import { domainData, parseXml } from '@kvm/domain-xml';
import type { LogicalVolume, Storage } from '@kvm/lvm';
import { describe, expect, test } from 'vitest';
import { metadataNamespace } from '../marker.ts';
import type { ObservedDomain } from '../observed.ts';
import { hindrances, planDestroy } from './plan-destroy.ts';

const volume = (name: string, tags: readonly string[], more: Partial<LogicalVolume> = {}): LogicalVolume => ({
  ...{ vg: 'vg', name, uuid: `uuid of ${name}`, bytes: 2 ** 20, tags, internal: false, layout: ['linear'] },
  ...{ role: ['public'], segments: [], attributes: '-wi-ao----', active: true, open: false, writable: true },
  ...{ merging: false, ...more },
});
const snapshot = (name: string, tags: readonly string[]): LogicalVolume =>
  volume(name, tags, { origin: 'a.root', role: ['public', 'snapshot', 'thicksnapshot'] });

const group = {
  ...{ name: 'vg', uuid: 'vg', extentBytes: 2 ** 20, extents: 9, freeExtents: 9, tags: [] },
  ...{ exported: false, writable: true, missingDisks: 0 },
};
const other = { ...group, name: 'other', uuid: 'other' };
const domainOf = (name: string, source: string, active = false): ObservedDomain => {
  const definition = domainData(
    parseXml(`<domain type='kvm'><name>${name}</name>
      <metadata><k:guest xmlns:k='${metadataNamespace}' vmid='65'/></metadata>
      <devices><disk type='block'><source ${source}/><target dev='vda'/></disk></devices></domain>`),
  );
  const rest = { uuid: `uuid of ${name}`, paused: false, persistent: true, autostart: false };
  return { name, ...rest, active, definition, ...(active && { running: definition }) };
};
const destroyingOf = (domains: readonly ObservedDomain[], ...volumes: readonly LogicalVolume[]) => {
  const storage: Storage = { groups: [group, other], disks: [], volumes };
  return planDestroy('a', { domains, storage }, { volumes: true });
};
const destroying = (...volumes: readonly LogicalVolume[]) => destroyingOf([], ...volumes);
const idsOf = (plan: ReturnType<typeof planDestroy>) => plan.steps.map(({ id }) => id);

describe("a guest's volumes are removed with it", () => {
  test('its snapshots first, and each after what was before', () => {
    const { steps, waiting } = destroyingOf(
      [domainOf('a', "dev='/dev/vg/a.root'", true)],
      volume('a.root', ['kvm:a/root'], { open: true }), // by the guest, which is stopped before
      snapshot('a.root.mon', ['kvm.snapshot:a/root#mon']),
      volume('ab.root', ['kvm:ab/root']),
      volume('a.x', []),
    );
    expect(steps.map(({ id, after }) => [id, ...after])).toEqual([
      ['stop a'],
      ['undefine a', 'stop a'],
      ['remove vg/a.root.mon', 'stop a', 'undefine a'],
      ['remove vg/a.root', 'stop a', 'undefine a', 'remove vg/a.root.mon'],
    ]);
    expect(waiting).toEqual([]);
  });

  test("none of them when one has somebody else's snapshot, which is named", () => {
    const { steps, waiting } = destroying(
      volume('a.root', ['kvm:a/root']),
      volume('a.var', ['kvm:a/var']),
      snapshot('other', []),
    );
    expect(steps).toEqual([]);
    expect(waiting).toMatchObject([{ kind: 'blocked', what: 'vg/a.root: It is needed: other is a snapshot of it' }]);
  });
});

describe("what bears a guest's mark and may be another's stays", () => {
  const root = volume('a.root', ['kvm:a/root'], { uuid: 'abc-def', device: '253:4' });

  test.each([
    "dev='/dev/vg/a.root'",
    "dev='/dev/mapper/vg-a.root'",
    "dev='/dev/disk/by-id/dm-name-vg-a.root'",
    "dev='/dev/disk/by-id/dm-uuid-LVM-groupabcdef'",
    "dev='/dev/dm-4'",
    "dev='/dev//vg/a.root'",
    "pool='guests' volume='a.root'",
  ])('nothing is removed that a domain of another name has, also when the guest is no more: %s', (source) => {
    for (const own of [[], [domainOf('a', "dev='/dev/vg/a.root'")]]) {
      const { steps, waiting } = destroyingOf([...own, domainOf('renamed', source)], root);
      expect(steps).toEqual([]);
      expect(waiting).toMatchObject([{ kind: 'blocked', what: expect.stringMatching(/^renamed has .*, too$/) }]);
    }
  });

  test("a group's volumes stay in which the guest has no disk", () => {
    const plan = destroyingOf([domainOf('a', "dev='/dev/vg/a.root'")], root, { ...root, vg: 'other', uuid: 'theirs' });
    expect(idsOf(plan)).toEqual(['undefine a', 'remove vg/a.root']);
    expect(plan.waiting).toMatchObject([{ kind: 'removed', what: expect.stringContaining('other/a.root stays') }]);
    const none = destroyingOf([domainOf('a', "dev='/dev/vg/unmarked'")], { ...root, vg: 'other' });
    expect(idsOf(none)).toEqual(['undefine a']);
  });

  test('without a domain, the volumes of a group in which no guest of this host lies stay', () => {
    const others = [domainOf('b', "dev='/dev/vg/b.root'")];
    const { steps, waiting } = destroyingOf(others, { ...root, vg: 'other' });
    expect(steps).toEqual([]);
    expect(waiting).toMatchObject([{ kind: 'removed', what: expect.stringContaining('other/a.root stays') }]);
    expect(idsOf(destroyingOf(others, root))).toEqual(['remove vg/a.root']);
  });

  test('without a domain that says which, nothing is removed from several groups', () => {
    const { steps, waiting } = destroying(root, { ...root, vg: 'other', uuid: 'theirs' });
    expect(steps).toEqual([]);
    expect(waiting).toMatchObject([{ kind: 'blocked', what: expect.stringContaining('vg and other') }]);
  });

  test('a guest that has disks in two groups is destroyed with those of both', () => {
    const domain = domainOf('a', "dev='/dev/vg/a.root'", true);
    const running = domainOf('a', "dev='/dev/other/a.root'").definition;
    const plan = destroyingOf([{ ...domain, running }], root, { ...root, vg: 'other', uuid: 'theirs' });
    expect(idsOf(plan)).toEqual(['stop a', 'undefine a', 'remove vg/a.root', 'remove other/a.root']);
  });

  test('a guest stays whole when something else than it has its volume open', () => {
    for (const domains of [[domainOf('a', "dev='/dev/vg/a.root'")], [domainOf('a', "file='/srv/a'", true)]])
      expect(destroyingOf(domains, { ...root, open: true }).steps).toEqual([]);
  });

  test('two volumes that are marked as one disk both stay', () => {
    expect(() => destroying(root, volume('copy', ['kvm:a/root']))).toThrow('both marked as a/root');
  });
});

test('a domain that came by the name since it was planned is neither stopped nor undefined', () => {
  const there = domainOf('a', "dev='/dev/vg/a.root'", true);
  expect(hindrances(there, there.uuid)).toEqual([]);
  expect(hindrances(there, 'uuid of the planned')).toMatchObject([{ what: expect.stringContaining('another domain') }]);
  const { definition } = there;
  const foreign = { ...there, definition: { ...definition, metadata: {} } };
  expect(hindrances(foreign, there.uuid)).toHaveLength(1);
  const { steps } = destroyingOf([there]);
  expect(steps.map(({ action }) => action)).toMatchObject([
    { uuid: there.uuid, undefines: true },
    { uuid: there.uuid },
  ]);
});
