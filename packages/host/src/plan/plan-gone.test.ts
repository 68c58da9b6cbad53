import { parseInventory } from '@kvm/inventory';
import { ownerTag } from '@kvm/lvm';
import { expect, test } from 'vitest';
import { asDesired, desired } from '../../test/host-as-desired.ts';
import { deriveDesired, planHost } from '../index.ts';

const before = desired('  web: { vmid: 65 }\n  db: { vmid: 61 }');
const volumes = ['web.root', 'web.var', 'web.swap', 'db.root', 'db.var', 'db.swap'].map((name) => ({
  ...{ vg: 'vg', name, bytes: 2 ** 33, role: [], segments: [], writable: true },
  tags: [ownerTag(name.replace('.', '/'))],
}));

test('a guest under another name is not made anew, and nobody is told to destroy it', async () => {
  const now = desired('  www: { vmid: 65 }\n  db: { vmid: 61 }');
  const storage = { groups: [], disks: [], volumes: volumes as never };
  const { steps, waiting } = planHost(now, { ...(await asDesired(before)), storage });
  expect(steps.filter(({ guest }) => guest !== undefined)).toEqual([]);
  expect(steps.filter(({ action }) => action.kind === 'volume')).toEqual([]);
  expect(waiting).toMatchObject([
    { guest: 'www', kind: 'blocked', what: expect.stringContaining('which web has on the host') },
  ]);
  expect(JSON.stringify(waiting)).not.toMatch(/kvmctl destroy|lvremove/);
});

test('a guest that libvirt knows by another name gets no new volumes', async () => {
  const observed = await asDesired(before);
  const uuid = observed.domains.find(({ name }) => name === 'web')?.uuid;
  const now = desired(`  www: { vmid: 65, uuid: ${uuid} }\n  db: { vmid: 61 }`);
  const group = { name: 'vg', uuid: 'vg', extentBytes: 2 ** 22, extents: 90_000, freeExtents: 80_000, tags: [] };
  const disk = {
    device: '/dev/sda',
    uuid: 'pv',
    vg: 'vg',
    bytes: 2 ** 39,
    extents: 90_000,
    freeExtents: 80_000,
    tags: [],
  };
  const storage = {
    groups: [{ ...group, exported: false, writable: true, missingDisks: 0 }],
    disks: [{ ...disk, allocatable: true, missing: false, duplicate: false }],
    volumes: [],
  };
  const { steps, waiting } = planHost(now, { ...observed, storage });
  expect(steps.filter(({ guest }) => guest === 'www')).toEqual([]);
  expect(waiting).toMatchObject([{ guest: 'www', kind: 'blocked', what: 'libvirt knows www by the name of web' }]);
});

test('nothing is begun for a guest whose domain libvirt would refuse', async () => {
  const now = desired('  web: { vmid: 65, memory: 1 GiB }\n  db: { vmid: 61 }\n  mail: { vmid: 70 }');
  const refused = ['/domain/cpu: mode="host-passthru" is not one of custom, host-model'];
  const schemaProblems = new Map([
    ['web', refused],
    ['mail', refused],
  ]);
  const { steps, waiting } = planHost(now, { ...(await asDesired(before)), schemaProblems }, { restart: true });
  expect(steps.filter(({ guest }) => guest !== undefined)).toEqual([]);
  expect(
    waiting.filter(({ what }) => what.includes('host-passthru')).map(({ guest, kind }) => `${kind} ${guest}`),
  ).toEqual(['blocked web', 'blocked mail']);
});

test('one with another VMID is another guest, beside the one that is gone', async () => {
  const now = desired('  www: { vmid: 66 }\n  db: { vmid: 61 }');
  const { steps, waiting } = planHost(now, {
    ...(await asDesired(before)),
    storage: { groups: [], disks: [], volumes: [] },
  });
  expect(steps.map(({ id }) => id)).toContain('define www');
  expect(waiting.filter(({ kind }) => kind === 'removed')).toMatchObject([
    { guest: 'web', remedy: expect.stringMatching(/^If it has another name there, write web again/) },
  ]);
});

test('guests of a host that has another name are blocked, and kept by what they are', async () => {
  const renamed = deriveDesired(
    parseInventory(
      'host: { name: other, address: 192.168.100.1/24 }\nguests:\n  web: { vmid: 65 }\n  db: { vmid: 61 }',
    ),
  );
  const observed = await asDesired(before);
  const { steps, waiting } = planHost(renamed, observed);
  expect(steps).toEqual([]);
  const uuid = observed.domains.find(({ name }) => name === 'web')?.uuid;
  expect(waiting).toMatchObject([
    { kind: 'blocked', changes: [{ what: 'guests.web.uuid', after: uuid }, { what: 'guests.db.uuid' }] },
  ]);
  expect(JSON.stringify(waiting)).not.toContain('destroy');
});
