import { domainData, parseXml } from '@kvm/domain-xml';
import type { LogicalVolume } from '@kvm/lvm';
import { expect, test } from 'vitest';
import { asDesired, desired, planned } from '../../test/host-as-desired.ts';
import type { ObservedDomain } from '../index.ts';
import { planStrangers } from './plan-strangers.ts';

const one = desired('  web: { vmid: 65 }');

const stranger = (disk: string, active = false, source = '/dev/vg/web.var'): ObservedDomain => {
  const definition = domainData(
    parseXml(`<domain type='kvm'><name>other</name><devices><disk type='block'>
      <source dev='${source}'/><target dev='vda' bus='virtio'/>${disk}</disk></devices></domain>`),
  );
  return {
    ...{ name: 'other', uuid: 'its own', active, paused: false, persistent: true, autostart: false, definition },
    ...(active && { running: definition }),
  };
};
const what = (verb: string): string =>
  `other, which the inventory does not have, ${verb} /dev/vg/web.var as a disk, as web has`;

test("a stranger that writes to a guest's disk is told, and nothing is done to either", async () => {
  const observed = await asDesired(one);
  const beside = (other: ObservedDomain) => planned(one, { ...observed, domains: [...observed.domains, other] });
  expect(beside(stranger(''))).toEqual([`differs: ${what('has')}`]);
  expect(beside(stranger('', true))).toEqual([`differs: ${what('runs with')}`]);
  expect(beside(stranger('<readonly/>', true))).toEqual([]);
});

test.each(['/dev/vg/web.var', '/dev/mapper/vg-web.var', '/dev/disk/by-id/dm-name-vg-web.var', '/dev/dm-7'])(
  'whatever the stranger calls the disk: %s',
  async (source) => {
    const volume: LogicalVolume = {
      ...{ vg: 'vg', name: 'web.var', uuid: 'ab-cd', bytes: 2 ** 20, tags: ['kvm:web/var'], internal: false },
      ...{ layout: ['linear'], role: ['public'], segments: [], attributes: '-wi-a-----', active: true, open: true },
      ...{ writable: true, merging: false, device: '253:7' },
    };
    const observed = { ...(await asDesired(one)), storage: { groups: [], disks: [], volumes: [volume] } };
    const domains = [...observed.domains, stranger('', true, source)];
    expect(planStrangers(one, { ...observed, domains })).toMatchObject([{ guest: 'web', what: what('runs with') }]);
  },
);

test.each(['/dev//vg/web.var', '/dev/vg/./web.var', '/dev/vg/../vg/web.var', '/dev/./mapper//vg-web.var', '/run/link'])(
  'however it is spelled, and where the host says that it leads there: %s',
  async (source) => {
    const observed = await asDesired(one);
    const other = { ...stranger('', true, source), places: new Map([['/run/link', '/dev/vg/web.var']]) };
    const domains = [...observed.domains, other];
    expect(planStrangers(one, { ...observed, domains })).toMatchObject([{ guest: 'web', what: what('runs with') }]);
  },
);

test('a guest does not start beside a stranger that runs with its disk', async () => {
  const { domains, ...observed } = await asDesired(one);
  const off = domains.map(({ running: _, ...domain }) => ({ ...domain, active: false }));
  expect(planned(one, { ...observed, domains: off })).toEqual(['start web: live']);
  expect(planned(one, { ...observed, domains: [...off, stranger('', true)] })).toEqual([
    `blocked: ${what('runs with')}`,
  ]);
  const both = [...off, stranger('', true), { ...stranger(''), name: 'third', uuid: 'of the third' }];
  expect(planned(one, { ...observed, domains: both })).toEqual([`blocked: ${what('runs with')}`]);
});
