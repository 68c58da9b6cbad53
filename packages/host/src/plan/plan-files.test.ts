import { expect, test } from 'vitest';
import { asDesired, desired, planned } from '../../test/host-as-desired.ts';
import type { ObservedFile } from '../index.ts';

const one = desired('  web: { vmid: 65 }');
const path = '/etc/kvm/tun-start';

test.each([
  [{ mode: 0o777, owner: 0 }, 'mode 0777, owner 0'],
  [{ mode: 0o775, owner: 0 }, 'mode 0775, owner 0'],
  [{ mode: 0o755, owner: 1000 }, 'mode 0755, owner 1000'],
])('a folder of what root runs that others may write to is told: %j', async (folder, how) => {
  const observed = { ...(await asDesired(one)), folder: { path: '/etc/kvm', ...folder } };
  expect(planned(one, observed)).toEqual([
    `differs: others than root may put files into /etc/kvm, which root runs (${how})`,
  ]);
  for (const mode of [0o755, 0o700])
    expect(planned(one, { ...observed, folder: { path: '/etc/kvm', owner: 0, mode } })).toEqual([]);
});

test.each<[string, Partial<Extract<ObservedFile, { kind: 'file' }>>, string]>([
  ["is somebody else's", { owner: 1000 }, 'owner 1000 -> 0'],
  ['is a link to a file of the same content', { link: '/tmp/tun-start' }, 'link /tmp/tun-start -> undefined'],
  ['everybody may change', { mode: 0o777 }, 'mode 0777 -> 0755'],
])('a file that %s is written anew', async (_, changed, change) => {
  const observed = await asDesired(one);
  const file = observed.files.get(path);
  if (file?.kind !== 'file') throw new Error('there is no such file');
  const files = new Map([...observed.files, [path, { ...file, ...changed }]]);
  expect(planned(one, { ...observed, files })).toEqual([`write ${path}: live; ${change}`]);
});
