import { expect, test } from 'vitest';
import { asDesired, desired, planned } from '../../test/host-as-desired.ts';
import { lookAt, planHost } from '../index.ts';

test.each([
  ['its own', 'disks: { var: none }', ''],
  ['the defaults', '', 'defaults: { disks: { data: 1 GiB } }'],
])('a disk that is put before others by %s is attached under a letter of its own', async (_, own, defaults) => {
  const before = desired(`  mail: { vmid: 70, disks: { home: 1 GiB, ${own ? 'var: none' : ''} } }`);
  const after = desired('  mail: { vmid: 70, disks: { home: 1 GiB } }', defaults);
  const disk = own ? 'vdd' : 'vde';
  const observed = { ...(await asDesired(before)), volumes: new Set(lookAt(after).volumes) };
  const { steps, waiting } = planHost(after, observed);
  expect(steps.map(({ id }) => id)).toEqual(['define mail', `attach mail ${disk}`]);
  expect(steps[0]?.changes).toMatchObject([{ what: `devices.disk[${disk}]` }]);
  expect(waiting).toEqual([]);
});

test('disks behind one that goes keep their letters, and are not told the size of another', async () => {
  const before = desired('  mail: { vmid: 70, disks: { var: 1 GiB, swap: 4 GiB } }');
  const after = desired('  mail: { vmid: 70, disks: { var: none, swap: 4 GiB } }');
  const observed = await asDesired(before);
  const volumes = lookAt(before).volumes.map((path) => ({
    ...{ vg: 'vg', name: path.replace('/dev/vg/', ''), tags: [], role: [], segments: [] },
    bytes: path.endsWith('swap') ? 4 * 2 ** 30 : 2 ** 30,
  })) as never;
  const domains = observed.domains.map((domain) => ({
    ...domain,
    diskBytes: new Map([
      ['vda', 2 ** 30],
      ['vdb', 2 ** 30],
      ['vdc', 4 * 2 ** 30],
    ]),
  }));
  const lines = planned(after, { ...observed, domains, storage: { groups: [], disks: [], volumes } });
  expect(lines.map((line) => line.replace(/ <disk.*/s, ''))).toEqual([
    'define mail: next boot; devices.disk[vdb]',
    'restart: mail runs on, and has this only after a restart; devices.disk[vdb]',
  ]);
});

test('a guest whose new disk cannot be made keeps its definition, with which it can start', async () => {
  const before = desired('  mail: { vmid: 70, disks: { var: none } }');
  const after = desired('  mail: { vmid: 70, memory: 1 GiB }');
  const { steps, waiting } = planHost(after, await asDesired(before));
  expect(steps).toEqual([]);
  expect(waiting.map(({ kind }) => kind)).toContain('blocked');
});
