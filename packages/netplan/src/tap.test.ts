import { expect, test } from 'vitest';
import { parseTapName } from './index.ts';

test.each([
  ['tun1', 1],
  ['tun65', 65],
  ['tun4095', 4095],
])('%s', (name, vmid) => {
  expect(parseTapName(name)).toBe(vmid);
});

test.each([
  '',
  'tun',
  'tun0',
  'tun007',
  'tun4096',
  'tun99999',
  'tap65',
  'TUN65',
  'tun65 ',
  'tun65\n',
  'tun-1',
  'tun6.5',
  'tun65; rm',
])('%j is no tap of a guest', (name) => {
  expect(parseTapName(name)).toBeUndefined();
});
