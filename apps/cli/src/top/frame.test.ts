import { stripVTControlCharacters } from 'node:util';
import { domainReading, readingAt, roster, serverRoom } from '@kvm/ci/server-room';
import { compareReadings, History, type Reading } from '@kvm/monitor';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellWidth } from '../output/cell-width.ts';
import { Painter, plain } from '../output/paint.ts';
import { renderPage, renderScreen, type Scene } from './frame.ts';
import { firstView, sortKeys, type View } from './view.ts';

const painter = new Painter();

function sceneOf(readings: readonly Reading[], view: Partial<View> = {}, colours = false): Scene {
  const history = new History();
  const samples = readings.slice(1).map((reading, at) => compareReadings(readings[at] as Reading, reading, roster));
  for (const sample of samples) history.add(sample);
  const sample = samples.at(-1);
  if (sample === undefined) throw new Error('two readings make a sample');
  // The time of day is the place's.
  const time = new Date(sample.time);
  time.setMinutes(time.getMinutes() + time.getTimezoneOffset());
  const style = { paint: colours ? painter.paint : plain, ascii: false };
  return { sample: { ...sample, time: time.toISOString() }, history, view: { ...firstView(3), ...view }, style };
}

const size = { width: 80, height: 24 };
const lines = (scene: Scene, at = size): string =>
  `${renderScreen(scene, at)
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
const seconds = [0, 3, 6];
const room = seconds.map(serverRoom);

test('80 by 24: who writes most comes first, and is the bottleneck', () => {
  expect(lines(sceneOf(room))).toBe(`\
 kvmctl top on management  12:00:06  every 3 s  5 guests, 4 running  by WRITE/s
2 CPUs [|                         2.6%]  Mem [||||||||              1.00G/4.00G]
BOTTLENECK  db.root writes 29.85 kB/s, 83 % of all guests
            queue 3.1, await 42 ms, busy 97 %
  VMID GUEST            CPU%    MEM  READ/s  WRITE/s   IN/s  OUT/s  HISTORY
>   61 db               12.5   200M      61    29.9K   300K   600K            ██
        └ root                           61    29.9K  q 3.1     42 ms busy 97%
    62 aj                1.0   200M   16.0K    5.70K      0      0            ██
        └ home                        16.0K    5.70K  q 0.0    8.0 ms busy 0%
    66 private           0.0      0   5.57K      420      0      0  shutoff
    65 public            3.0   200M     666      154  1.46M  2.93M            ██
    60 common            0.5   200M       0        0  1.00K  2.00K
       the host's disks
        └ sda                         20.4K    81.7K  q 0.0    5.7 ms busy 3%
        └ md2                         42.8K    78.9K  q 0.0    0.0 ms busy 0%








F1 Help  Enter Guest  F4 Filter  F5 Volumes  F6 Sort  Z Pause  +- Time  q Quit
`);
});

test('narrow: what matters most stays', () => {
  const view = { filter: 'p', typing: true, volumes: 'none', sort: 'received' } as const;
  expect(lines(sceneOf(room, view), { width: 50, height: 9 })).toBe(`\
 kvmctl top on management  12:00:06  every 3 s  5
2 CPUs [           2.6%]  Mem [|||||  1.00G/4.00G]
BOTTLENECK  db.root writes 29.85 kB/s, 83 % of all
            queue 3.1, await 42 ms, busy 97 %
  VMID GUEST           READ/s  WRITE/s   IN/s
>   65 public             666      154  1.46M
    66 private          5.57K      420      0

Filter: p_   Enter keeps it, Esc ends it
`);
});

test('one guest', () => {
  expect(lines(sceneOf(room, { page: 'guest', selected: 'db' }), { width: 60, height: 17 })).toBe(`\
 kvmctl top on management  12:00:06  every 3 s  5 guests, 4
2 CPUs [|               2.6%]  Mem [||||||      1.00G/4.00G]
BOTTLENECK  db.root writes 29.85 kB/s, 83 % of all guests
            queue 3.1, await 42 ms, busy 97 %
db: VMID 61, running, 1 vcpus, 512M memory

           NOW   MOST  HISTORY
CPU%      12.5   12.5                                     ██
MEM       200M   200M                                     ██
READ/s      61     61                                     ██
WRITE/s  29.9K  29.9K                                     ██
IN/s      300K   300K                                     ██
OUT/s     600K   600K                                     ██

        └ root                           61    29.9K  q 3.1

F1 Help  Enter Guest  F4 Filter  F5 Volumes  F6 Sort  Z Paus
`);
});

describe('however wide and high the terminal, and whatever there is to show', () => {
  const view = fc.record({
    sort: fc.constantFrom(...sortKeys),
    inverted: fc.boolean(),
    filter: fc.constantFrom('', 'p', 'nothing'),
    typing: fc.boolean(),
    volumes: fc.constantFrom('active', 'all', 'none'),
    selected: fc.constantFrom(undefined, 'db', 'gone'),
    page: fc.constantFrom('guests', 'guest', 'help'),
    paused: fc.boolean(),
    ended: fc.boolean(),
  } satisfies { [key in keyof View]?: fc.Arbitrary<View[key]> });
  const names = fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }), { maxLength: 60 });
  const problems = fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: 3 });
  const terminal = fc.record({ width: fc.nat(200), height: fc.nat(60) });

  test('no line is longer, there are no more of them, and nothing but ours moves the cursor', () => {
    fc.assert(
      fc.property(view, fc.record({ names, problems }), terminal, fc.boolean(), (view, odd, size, colours) => {
        const domains = odd.names.map((name) => domainReading(name));
        const others = seconds.map((second) => readingAt(second, { problems: odd.problems, domains }));
        for (const readings of [room, others]) {
          const shown = renderScreen(sceneOf(readings, view, colours), size);
          expect(shown).toHaveLength(size.height);
          const text = shown.map((line) => stripVTControlCharacters(painter.line(line)));
          expect(Math.max(0, ...text.map(cellWidth))).toBeLessThanOrEqual(size.width);
          expect(text.join('')).not.toMatch(/\p{Cc}|\p{Cf}/u);
        }
      }),
      { numRuns: 300 },
    );
  });
});

test('a page for a pipe has every guest, and no keys', () => {
  const many = seconds.map((second) =>
    readingAt(second, { domains: Array.from({ length: 100 }, (_, at) => domainReading(`guest${at}`)) }),
  );
  const page = renderPage(sceneOf(many), 80).join('\n');
  for (let at = 0; at < 100; at++) expect(page).toMatch(new RegExp(` guest${at} `));
  expect(page).not.toContain('F1');
  expect(page).not.toMatch(/^>/m);
});
