import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { diffDomains, domainData, knownLibvirt, parseXml } from '../index.ts';

/** Of each domain `asked.xml`, and what `virsh dumpxml` of two releases of libvirt said once it was defined and started. */
const folder = new URL('../../test/filled-in/', import.meta.url);
const dataIn = (name: string, file: string) =>
  domainData(parseXml(readFileSync(new URL(`${name}/${file}`, folder), 'utf8')));

const recordings = readdirSync(folder).flatMap((name) =>
  readdirSync(new URL(name, folder)).flatMap((file) => {
    const [, state = '', libvirt] = /^(defined|running)-([0-9.]+)\.xml$/.exec(file) ?? [];
    return libvirt === undefined ? [] : [{ name, file, state, libvirt }];
  }),
);

const { oldest, newest } = knownLibvirt;

test('there are recordings of the oldest and the newest release', () => {
  for (const libvirt of [oldest, newest]) {
    const own = recordings.filter((each) => each.libvirt === libvirt);
    expect(own.filter(({ state }) => state === 'running').length).toBeGreaterThan(7);
    expect(own.filter(({ state }) => state === 'defined').length).toBeGreaterThan(9);
  }
});

describe.each(recordings)('$name, $state by libvirt $libvirt', ({ name, file, libvirt }) => {
  test('is what was asked for', () => {
    expect(diffDomains(dataIn(name, 'asked.xml'), dataIn(name, file), { libvirt })).toEqual([]);
    expect(diffDomains(dataIn(name, 'asked.xml'), dataIn(name, file))).toEqual([]);
  });

  test('is what its definition says', () => {
    expect(diffDomains(dataIn(name, `defined-${libvirt}.xml`), dataIn(name, file), { libvirt })).toEqual([]);
  });
});

test.each([
  ['chipset', 'devices.watchdog'],
  ['firmware', 'os.firmware.feature'],
  ['firmware-file', 'os.@firmware'],
  ['plugged', 'cpu.numa.cell[0]'],
  ['processors', 'devices.iommu'],
])('what only a later release fills in is a difference with an earlier one: %s', (name, path) => {
  const [asked, there] = [dataIn(name, 'asked.xml'), dataIn(name, `defined-${newest}.xml`)];
  const paths = diffDomains(asked, there, { libvirt: oldest }).map((difference) => difference.path);
  expect(paths).toContainEqual(expect.stringContaining(path));
  expect(diffDomains(asked, there, { libvirt: '99.0.0' })).toEqual([]);
});
