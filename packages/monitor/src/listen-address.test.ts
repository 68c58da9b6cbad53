import { expect, test } from 'vitest';
import { parseListenAddress } from './listen-address.ts';

test.each([
  ['9177', { host: '127.0.0.1', port: 9177 }],
  [':9177', { port: 9177 }],
  ['192.168.100.1:0', { host: '192.168.100.1', port: 0 }],
  ['management:80', { host: 'management', port: 80 }],
  ['[fd00:100::1]:9177', { host: 'fd00:100::1', port: 9177 }],
  ['65536', undefined],
  ['fd00::1:80', undefined],
  ['http://x:80', undefined],
  ['', undefined],
])('the address %j', (text, address) => {
  expect(parseListenAddress(text)).toEqual(address);
});
