import { domainData, parseXml } from '@kvm/domain-xml';
import type { LogicalVolume } from '@kvm/lvm';
import { expect, test } from 'vitest';
import type { ObservedDomain } from '../observed.ts';
import { volumeUses } from './volume-uses.ts';

const root: LogicalVolume = {
  ...{ vg: 'vg', name: 'a.root', uuid: 'ab-cd', bytes: 2 ** 20, tags: ['kvm:a/root'], internal: false },
  ...{ layout: ['linear'], role: ['public'], segments: [], attributes: '-wi-a-----', active: true, open: false },
  ...{ writable: true, merging: false },
};
const domain = (name: string, disk: string, more: Partial<ObservedDomain> = {}): ObservedDomain => ({
  ...{ name, uuid: name, active: false, paused: false, persistent: true, autostart: false },
  definition: domainData(
    parseXml(`<domain type='kvm'><name>${name}</name><devices>${disk}</devices></domain>`),
  ) as ObservedDomain['definition'],
  ...more,
});
const block = (path: string): string =>
  `<disk type='block'><source dev='${path}'/><target dev='vda' bus='virtio'/></disk>`;
const overlay = `<disk type='file'><driver type='qcow2'/><source file='/srv/a.overlay'/>
  <backingStore type='block'><format type='raw'/><source dev='/dev/vg/a.root'/></backingStore><target dev='vda'/></disk>`;
const saved = { kept: { managedSave: true, snapshots: [], checkpoints: [] } };
const whatOf = (...domains: ObservedDomain[]) => volumeUses([root], domains, 'a').map(({ what }) => what);

test('a guest that is off, and others with other volumes, hold nothing back', () => {
  expect(whatOf(domain('a', block('/dev/vg/a.root')), domain('b', block('/dev/vg/b.root'), saved))).toEqual([]);
});

test.each(['/dev/vg/a.root', '/dev/mapper/vg-a.root', '/dev/disk/by-id/dm-name-vg-a.root'])(
  'another domain has it: %s',
  (path) => {
    expect(whatOf(domain('a', block('/dev/vg/a.root')), domain('b', block(path)))).toHaveLength(1);
  },
);

test('a path that the host says leads there, and one that runs with it, and an overlay of it', () => {
  const places = new Map([['/run/link', '/dev/vg/a.root']]);
  const { definition } = domain('a', block('/run/link'));
  expect(whatOf(domain('b', block('/run/link'), { places }))).toEqual(['b has /dev/vg/a.root, too']);
  expect(whatOf(domain('a', '', { places, running: definition, active: true }))).toEqual(['a runs on it']);
  expect(whatOf(domain('b', overlay.replace('/dev/vg/a.root', '/run/link'), { places }))).toHaveLength(1);
});

test('memory that is kept for the next start would go on over another disk', () => {
  expect(whatOf(domain('a', block('/dev/vg/a.root'), saved))).toEqual([
    'the memory of a is kept for its next start, and knows its disks as they are',
  ]);
});

test('an overlay holds what was written since', () => {
  expect(whatOf(domain('a', overlay))).toEqual(['a has /srv/a.overlay (qcow2) as vda, an overlay of /dev/vg/a.root']);
});

test('libvirt is at work', () => {
  const definition = domain('a', block('/dev/vg/a.root')).definition;
  expect(
    whatOf(domain('a', block('/dev/vg/a.root'), { active: true, running: definition, jobs: ['copy of vda'] })),
  ).toContain('libvirt is at work on a: copy of vda');
});

test('the guest runs on it, whatever LVM knows of who has it open; one that it has given back may go', () => {
  const definition = domain('a', block('/dev/vg/a.root')).definition;
  const without = domain('a', block('/dev/vg/a.var')).definition;
  const runs = (running: ObservedDomain['definition']) =>
    whatOf(domain('a', block('/dev/vg/a.root'), { active: true, running, definition }));
  expect(runs(definition)).toEqual(['a runs on it']);
  expect(runs(domain('a', overlay).definition)).toContain('a runs on it');
  expect(runs(without)).toEqual([]);
});
