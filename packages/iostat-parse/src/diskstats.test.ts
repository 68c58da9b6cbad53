import { expect, test } from 'vitest';
import { attributeToGuests, diskRates, parseDiskstats, renderTopWriter, topWriter } from './index.ts';

const mapperNames = new Map([
  ['dm-0', 'vg-db.root'],
  ['dm-1', 'vg-public.root'],
]);
const before = parseDiskstats(
  `\
   8       0 sda 100 10 4000 50 200 20 8000 900 0 300 950 0 0 0 0 5 10
   8       1 sda1 1 2 3 4
 254       0 dm-0 10 0 100 5 1000 0 8000 4000 0 900 4005
`,
  mapperNames,
);
const after = parseDiskstats(
  `\
   8       0 sda 300 10 12000 150 200 20 8000 900 0 800 1050 0 0 0 0 5 10
 254       0 dm-0 10 0 100 5 1300 100 24000 16600 7 2400 16605
 254       1 dm-1 20 0 40 10 0 0 0 0 0 4 10
`,
  mapperNames,
);

test('what each device did, as iostat -x shows it', () => {
  const rates = diskRates(before, after, 2000);
  expect(rates.map(({ name }) => name)).toEqual(['sda', 'vg-db.root', 'vg-public.root']);
  expect(rates[1]?.metrics()).toMatchObject({
    readsPerSecond: 0,
    readAwaitMs: 0,
    writesPerSecond: 150,
    writeBytesPerSecond: 8000 * 512,
    writeMergedPercent: 25,
    writeAwaitMs: 42,
    queueLength: 6.3,
    utilPercent: 75,
  });
  expect(rates[0]?.columns.map(({ name }) => name).slice(0, 6)).toEqual([
    ...['r/s', 'rkB/s', 'rrqm/s', '%rrqm', 'r_await', 'rareq-sz'],
  ]);
});

test('a device that came, or was made anew, has counted from zero', () => {
  const get = (readings: [typeof before, typeof after], name: string) =>
    diskRates(...readings, 1000)
      .find((each) => each.name === name)
      ?.get('readsPerSecond');
  expect(get([before, after], 'vg-public.root')).toBe(20);
  expect(get([after, before], 'sda')).toBe(100);
  expect(get([after, after], 'sda')).toBe(0);
});

test('its devices belong to guests as those of iostat', () => {
  expect(renderTopWriter(topWriter(attributeToGuests(diskRates(before, after, 2000))) as never)).toBe(
    'db.root writes 3.91 MB/s, 100 % of all guests; queue 6.3, await 42 ms',
  );
});

test('no time gone by gives no infinity', () => {
  for (const sample of diskRates(before, after, 0)) expect(sample.values.every(Number.isFinite)).toBe(true);
});

test('what is no number is shown with its place', () => {
  expect(() => parseDiskstats('\n 8 0 sda 1 2 3 4 5 x 7 8 9 10 11\n')).toThrow('line 2, column 20: "x" is no number');
  expect(parseDiskstats('')).toEqual([]);
});
