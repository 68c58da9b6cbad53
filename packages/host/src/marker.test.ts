import { parseXml } from '@kvm/domain-xml';
import { expect, test } from 'vitest';
import { domainVmid } from './marker.ts';

const mark = (vmid: string, namespace = 'urn:kvmctl:guest:1') =>
  `<metadata><k:guest xmlns:k='${namespace}' vmid='${vmid}'/></metadata>`;
const tap = (...names: string[]) =>
  `<devices>${names.map((name) => `<interface type='ethernet'><target dev='${name}'/></interface>`).join('')}</devices>`;

test.each<[string, string, number | undefined]>([
  ['the mark', mark('61'), 61],
  ['the mark before the tap', mark('61') + tap('tun65'), 61],
  ["the tap's name", tap('vnet0', 'tun65'), 65],
  ['the tap for a mark that is none', mark('6x') + tap('tun65'), 65],
  ["another's mark", mark('61', 'urn:other'), undefined],
  ['a mark without a number', mark(''), undefined],
  ['a number that no guest has', mark('4096') + tap('tun0'), undefined],
  ['a mark in the wrong place', `<devices>${mark('61')}</devices>`, undefined],
  ['nothing', '', undefined],
])('%s', (_name, content, vmid) => {
  expect(domainVmid(parseXml(`<domain>${content}</domain>`))).toBe(vmid);
});
