import { describe, expect, test } from 'vitest';
import { codesIn, group, pool, storage, volume } from '../../test/given-storage.ts';
import { chooseDisks, diskOf, disksOf, findOwn } from './disks-of.ts';

const namesOf = (...parameters: Parameters<typeof disksOf>): string[] =>
  disksOf(...parameters).map(({ disk, volume: { name } }) => `${disk} ${name}`);

describe("a guest's disks", () => {
  test('are those whose tag says so, whatever their names', () => {
    const given = storage([
      volume('old', 'kvm:a/root'),
      volume('a.var'),
      volume('a.log', 'kvm:b/log'),
      volume('a.root.mon', 'kvm.snapshot:a/root#mon'),
      volume('ab.root', 'kvm:ab/root'),
      volume('a.tmp', 'kvm.unfinished:a/tmp'),
      volume('other', 'kvm:a/data', { vg: 'other' }),
    ]);
    expect(namesOf(given, 'vg', 'a')).toEqual(['root old']);
    expect(codesIn(() => diskOf(given, 'vg', 'a/var'))).toBe('foreign-volume');
    expect(codesIn(() => diskOf(given, 'vg', 'a/log'))).toBe('foreign-volume');
    expect(codesIn(() => diskOf(given, 'vg', 'a/none'))).toBe('volume-not-found');
  });

  test('are no pools, whatever their tags say', () => {
    const given = storage([{ ...pool('a.root'), tags: ['kvm:a/root'] }]);
    expect(namesOf(given, 'vg', 'a')).toEqual([]);
    expect(codesIn(() => diskOf(given, 'vg', 'a/root'))).toBe('foreign-volume');
    expect(codesIn(() => findOwn(given, 'vg', ['a', 'root']))).toBe('foreign-volume');
  });

  test('are chosen by name, each once, or all; where there is none, what has the name is named', () => {
    const given = storage([volume('a.root', 'kvm:a/root'), volume('a.var', 'kvm:a/var'), volume('b.root')]);
    const chosen = (guest: string, names?: readonly string[]) =>
      chooseDisks(given, 'vg', { guest, names }).map(({ owner, volume: { name } }) => `${owner} ${name}`);
    expect(chosen('a')).toEqual(['a/root a.root', 'a/var a.var']);
    expect(chosen('a', ['var', 'var'])).toEqual(['a/var a.var']);
    expect(() => chosen('a', ['log'])).toThrow('a has no disk log in vg');
    expect(() => chosen('b')).toThrow('b has no disks in vg. b.root are not marked as its disks.');
    expect(codesIn(() => chosen('c'))).toBe('volume-not-found');
  });

  test('two volumes that are marked as one disk are named', () => {
    const given = storage([volume('a.root', 'kvm:a/root'), volume('copy', 'kvm:a/root')]);
    expect(() => disksOf(given, 'vg', 'a')).toThrow('vg/a.root and vg/copy are both marked as a/root');
  });

  test('one that a roll back has put aside is not it', () => {
    const given = [volume('a.root', 'kvm:a/root'), volume('a.root.replaced', 'kvm:a/root')];
    expect(namesOf(storage(given), 'vg', 'a')).toEqual(['root a.root']);
    expect(namesOf(storage(given.reverse()), 'vg', 'a')).toEqual(['root a.root']);
  });

  test('in two groups of one name are not known', () => {
    const given = storage([volume('a.root', 'kvm:a/root')], { groups: [group({ uuid: '1' }), group({ uuid: '2' })] });
    for (const attempt of [() => disksOf(given, 'vg', 'a'), () => findOwn(given, 'vg', ['a', 'root'])])
      expect(codesIn(attempt)).toBe('ambiguous-group');
    expect(codesIn(() => disksOf(given, 'gone', 'a'))).toBe('vg-not-found');
  });
});

describe('what a person names', () => {
  const given = storage([
    volume('a.root', 'kvm:a/root'),
    volume('a.root.mon', 'kvm.snapshot:a/root#mon'),
    volume('renamed', 'kvm.snapshot:a/root#tue'),
    volume('a.var', 'kvm:b/root'),
    volume('a.var.mon', 'kvm.snapshot:b/root#mon'),
    volume('a.log'),
    volume('a.log.mon', 'kvm:a/log'),
  ]);
  test.each([
    ['root', 'a.root'],
    ['root.mon', 'a.root.mon'],
    ['root.tue', 'renamed'],
  ])('%s is %s', (name, found) => {
    expect(findOwn(given, 'vg', ['a', name]).name).toBe(found);
  });

  test.each(['var', 'var.mon', 'log', 'log.mon'])("%s bears another's tag or none, and is not touched", (name) => {
    expect(codesIn(() => findOwn(given, 'vg', ['a', name]))).toBe('foreign-volume');
  });

  test('what is not there is said', () => {
    expect(codesIn(() => findOwn(given, 'vg', ['a', 'root.wed']))).toBe('volume-not-found');
  });
});
