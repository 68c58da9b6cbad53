import type { LogicalVolume, Storage } from '@kvm/lvm';
import { describe, expect, test } from 'vitest';
import { planDestroy } from './plan-destroy.ts';

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
const destroying = (...volumes: readonly LogicalVolume[]) => {
  const storage: Storage = { groups: [group], disks: [], volumes };
  return planDestroy('a', { domains: [], storage }, { volumes: true });
};

describe("a guest's volumes are removed with it", () => {
  test('its snapshots first, and each after what was before', () => {
    const { steps, waiting } = destroying(
      volume('a.root', ['kvm:a/root'], { open: true }), // by the guest, which is stopped before
      snapshot('a.root.mon', ['kvm.snapshot:a/root#mon']),
      volume('ab.root', ['kvm:ab/root']),
      volume('a.x', []),
    );
    expect(steps.map(({ id, after }) => [id, ...after])).toEqual([
      ['remove vg/a.root.mon'],
      ['remove vg/a.root', 'remove vg/a.root.mon'],
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
