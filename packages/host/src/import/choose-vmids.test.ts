import { domainData, parseXml } from '@kvm/domain-xml';
import { expect, test } from 'vitest';
import { chooseVmids } from './choose-vmids.ts';

const domain = (content: string, metadata = '') =>
  domainData(parseXml(`<domain type='kvm'><name>x</name>${metadata}<devices>${content}</devices></domain>`));
const marked = (vmid: number) =>
  domain('', `<metadata><k:guest xmlns:k='urn:kvmctl:guest:1' vmid='${vmid}'/></metadata>`);
const tap = (vmid: number) => domain(`<interface type='ethernet'><target dev='tun${vmid}'/></interface>`);
const mac = (address: string) => domain(`<interface type='ethernet'><mac address='${address}'/></interface>`);
const screen = (vmid: number) => domain(`<graphics type='vnc' port='${5900 + vmid}'/>`);

const chosen = (domains: readonly ReturnType<typeof domain>[], taken: readonly number[] = []) => {
  const vmids = chooseVmids(domains, new Set(taken));
  return domains.map((each) => vmids.get(each));
};

test('the surest sign of a VMID wins, whichever domain comes first', () => {
  expect(chosen([screen(99), tap(99)])).toEqual([1, 99]);
  expect(chosen([screen(99), mac('52:54:00:61:99:01')])).toEqual([1, 99]);
  expect(chosen([mac('52:54:00:61:99:01'), tap(99)])).toEqual([1, 99]);
  expect(chosen([tap(99), marked(99)])).toEqual([1, 99]);
});

test('a domain without a sign takes no VMID that another shows', () => {
  expect(chosen([domain(''), tap(1), screen(2)])).toEqual([3, 1, 2]);
});

test('what the inventory has is not given again, and a rolled address is no sign', () => {
  expect(chosen([tap(99), mac('52:54:00:61:65:07')], [99])).toEqual([1, 2]);
});
