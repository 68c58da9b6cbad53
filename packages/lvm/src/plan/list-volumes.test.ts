import { expect, test } from 'vitest';
import { storage, volume } from '../../test/given-storage.ts';
import { listVolumes } from './list-volumes.ts';

const given = storage([
  volume('a.root', 'kvm:a/root'),
  volume('a.root.mon', 'kvm.snapshot:a/root#mon'),
  volume('a.tmp', 'kvm.unfinished:a/tmp'),
  volume('stranger'),
  volume('a.var', 'kvm:a/var', { vg: 'other' }),
]);

test('all of a group, with whose they are', () => {
  const seen = listVolumes(given, 'vg').map(({ name, owner, snapshotOf, unfinished }) => ({
    ...{ name, owner, snapshotOf, unfinished },
  }));
  expect(seen).toEqual([
    { name: 'a.root', owner: 'a/root', snapshotOf: undefined, unfinished: false },
    { name: 'a.root.mon', owner: undefined, snapshotOf: 'a/root', unfinished: false },
    { name: 'a.tmp', owner: 'a/tmp', snapshotOf: undefined, unfinished: true },
    { name: 'stranger', owner: undefined, snapshotOf: undefined, unfinished: false },
  ]);
});

test('of a guest, those that have its name', () => {
  expect(listVolumes(given, 'vg', 'a').map(({ name }) => name)).toEqual(['a.root', 'a.root.mon', 'a.tmp']);
});
