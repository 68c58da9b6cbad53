import type { Reach, Trial } from '@kvm/lab';
import { expect, test } from 'vitest';
import { plain as paint } from './paint.ts';
import { renderReach, sumUp } from './render-reach.ts';

const there = ['192.168.100.2', '192.168.100.1', '172.16.65.254', '172.16.65.1'];
const back = there.toReversed();
const trial = (service: string, expected: Trial['expected'], found: Trial['found'], answer = ''): Trial => ({
  service,
  expected,
  found,
  answer,
});
const way = (trials: readonly Trial[], more: Partial<Reach> = {}): Reach => ({
  from: 'hoge',
  to: 'public',
  source: '192.168.100.2',
  target: '172.16.65.1',
  there,
  back,
  ...more,
  trials,
});

test('a way that is as it should be, with the path of its packets', () => {
  const trials = [
    trial('ping', 'open', 'open', '0.9 ms'),
    trial('tcp/22', 'open', 'open', '"public"'),
    trial('udp/161', 'open', 'open'),
    trial('tcp/9', 'closed', 'closed'),
  ];
  expect(renderReach([way(trials)], paint)).toEqual([
    'hoge -> public  open ping 0.9 ms, tcp/22 "public", udp/161; closed 1',
    '    192.168.100.2 -> 192.168.100.1 -> 172.16.65.254 -> 172.16.65.1 and back',
  ]);
  expect(sumUp([way(trials)], paint)).toBe('all 4 packets end as they should: 3 get through, 1 do not');
});

test('another way back, packets that end otherwise than they should', () => {
  const trials = [
    trial('ping', 'open', 'open', '"hello"'),
    trial('tcp/22', 'open', 'unanswered'),
    trial('tcp/9', 'closed', 'open'),
  ];
  const liar = way([trial('tcp/22', 'closed', 'unsent')], { as: 'db', there: [], back: [] });
  const ways = [way(trials, { back: [back[0] ?? '', back[3] ?? ''] }), liar];
  expect(renderReach(ways, paint)).toEqual([
    'hoge -> public        open ping "hello"; tcp/22 should be open, and is unanswered; tcp/9 should be closed, and is open',
    '    there 192.168.100.2 -> 192.168.100.1 -> 172.16.65.254 -> 172.16.65.1',
    '    back  172.16.65.1 -> 192.168.100.2',
    'hoge as db -> public  tcp/22 should be closed, and is unsent',
  ]);
  expect(sumUp(ways, paint)).toBe('3 of 4 packets end otherwise than they should');
});
