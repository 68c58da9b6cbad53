import { domainData, parseXml } from '@kvm/domain-xml';
import { expect, test } from 'vitest';
import { asDesired, desired, planned } from '../../test/host-as-desired.ts';
import type { ObservedDomain } from '../index.ts';

const one = desired('  web: { vmid: 65 }');

const stranger = (disk: string, active = false): ObservedDomain => {
  const definition = domainData(
    parseXml(`<domain type='kvm'><name>other</name><devices><disk type='block'>
      <source dev='/dev/vg/web.var'/><target dev='vda' bus='virtio'/>${disk}</disk></devices></domain>`),
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

test('a guest does not start beside a stranger that runs with its disk', async () => {
  const { domains, ...observed } = await asDesired(one);
  const off = domains.map(({ running: _, ...domain }) => ({ ...domain, active: false }));
  expect(planned(one, { ...observed, domains: off })).toEqual(['start web: live']);
  expect(planned(one, { ...observed, domains: [...off, stranger('', true)] })).toEqual([
    `blocked: ${what('runs with')}`,
  ]);
});
