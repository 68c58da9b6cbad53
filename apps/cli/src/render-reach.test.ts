import pc from 'picocolors';
import { expect, test } from 'vitest';
import { renderReach } from './render-reach.ts';

const paint = pc.createColors(false);
const there = ['192.168.100.2', '192.168.100.1', '172.16.65.254', '172.16.65.1'];
const back = there.toReversed();
const way = { from: 'hoge', to: 'public', source: '192.168.100.2', target: '172.16.65.1' };

test('a way that works, with the path of its packets', () => {
  const ping = { ok: true, there, back, note: '0.9 ms' };
  expect(renderReach([{ ...way, ping, tcp: { ...ping, note: '"public"' } }], paint)).toEqual([
    `\
hoge -> public  ping ok   0.9 ms  tcp ok   "public"
    192.168.100.2 -> 192.168.100.1 -> 172.16.65.254 -> 172.16.65.1 and back`,
  ]);
});

test('another way back, a way that fails, and what a stranger says', () => {
  const ping = { ok: true, there, back: [back[0] ?? '', back[3] ?? ''], note: '0.9 ms' };
  const tcp = { ok: false, there: there.slice(0, 2), back: [], note: '"\x1b[2J"' };
  expect(renderReach([{ ...way, ping, tcp }], paint)).toEqual([
    `\
hoge -> public  ping ok   0.9 ms  tcp FAIL "\uFFFD[2J"
    ping: there 192.168.100.2 -> 192.168.100.1 -> 172.16.65.254 -> 172.16.65.1
    ping: back  172.16.65.1 -> 192.168.100.2
    tcp:  192.168.100.2 -> 192.168.100.1 -> ?`,
  ]);
});
