import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shapes } from '../test/shapes.ts';
import type { IostatReport } from './index.ts';
import { parseIostat } from './index.ts';

const device = (report: IostatReport | undefined, name: string) => {
  const found = report?.devices.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no device ${name} in ${JSON.stringify(report)}`);
  return found;
};

test('a report of 2009: header, CPU and devices, in bytes', () => {
  const [report, ...more] = parseIostat(shapes.gentoo2009);
  expect(more).toEqual([]);
  expect(report?.header).toEqual({
    system: 'Linux',
    kernel: '2.6.30-gentoo-r4',
    host: 'management',
    date: '10/27/09',
    machine: 'x86_64',
    cpus: 2,
  });
  expect(report?.cpu?.metrics()).toEqual({
    userPercent: 1.5,
    nicePercent: 0.01,
    systemPercent: 0.76,
    iowaitPercent: 0.3,
    stealPercent: 0,
    idlePercent: 97.42,
  });
  const names = ['sda', 'sdb', 'md2', 'vg-aj.home', 'vg-public.root', 'vg-private.root', 'vg-db.root'];
  expect(report?.devices.map(({ name }) => name)).toEqual(names);
  expect(device(report, 'vg-db.root').metrics()).toEqual({
    transfersPerSecond: 7.48,
    readBytesPerSecond: 0.06 * 1024,
    writeBytesPerSecond: 29.85 * 1024,
    readBytes: 114855 * 1024,
    writeBytes: 59016789 * 1024,
  });
  expect(device(report, 'sda').columns.map(({ name }) => name)).toEqual([
    ...['tps', 'kB_read/s', 'kB_wrtn/s', 'kB_read', 'kB_wrtn'],
  ]);
});

test('a pasted prompt before it is passed over', () => {
  expect(parseIostat(`# iostat -kN 3\n${shapes.gentoo2009}`)).toHaveLength(1);
});

test('complete tells whether the empty line behind the report was seen', () => {
  expect(parseIostat(shapes.gentoo2009).map(({ complete }) => complete)).toEqual([false]);
  expect(parseIostat(`${shapes.gentoo2009}\n`).map(({ complete }) => complete)).toEqual([true]);
});

test('a translated header and decimal commas', () => {
  const [report] = parseIostat(shapes.french);
  expect(report?.header).toEqual({ system: 'Linux', kernel: '2.6.18-5-686', host: 'hôte', date: '27.10.2007' });
  expect(report?.timestamp).toBe('16:33:12');
  expect(report?.cpu?.get('idlePercent')).toBe(97.42);
  expect(device(report, 'hda').get('writeBytesPerSecond')).toBe(81.74 * 512);
  expect(device(report, 'hda').columns[2]?.name).toBe('Blq_écrits/s');
});

test('local dates, and the CPU alone', () => {
  const reports = parseIostat(shapes.japanese);
  expect(reports.map(({ timestamp }) => timestamp)).toEqual([
    '2026年11月23日 04時33分12秒',
    '2026年11月23日 04時33分13秒',
  ]);
  expect(reports.map(({ cpu }) => cpu?.get('idlePercent'))).toEqual([78.63, 100]);
  expect(reports[0]?.header?.date).toBe('2026年11月23日');
});

test('a name alone on its line, NUL bytes and suffixes', () => {
  const reports = parseIostat(shapes.nameAlone);
  expect(reports.map((report) => device(report, 'vda').get('readBytesPerSecond'))).toEqual([
    888.7 * 1024,
    1.5 * 1024 ** 2,
  ]);
  expect(reports.map((report) => device(report, 'vda').get('utilPercent'))).toEqual([0.9, 0.1]);
});

test('colours, and the tables of --pretty joined', () => {
  const [report, ...more] = parseIostat(shapes.colouredPretty);
  expect(more).toEqual([]);
  expect(report?.devices.map(({ name, group }) => [name, group])).toEqual([
    ['vda', false],
    ['g1', true],
  ]);
  expect(device(report, 'vda').metrics()).toEqual({
    readsPerSecond: 68.77,
    readBytesPerSecond: 866.64 * 1024,
    readMergesPerSecond: 9.53,
    readMergedPercent: 12.17,
    readAwaitMs: 0.64,
    readRequestBytes: 12.6 * 1024,
    flushesPerSecond: 10.1,
    flushAwaitMs: 0.05,
    queueLength: 0.06,
    utilPercent: 0.94,
  });
});

test('groups, empty tables, slashes in names, writes and discards in one', () => {
  const reports = parseIostat(shapes.group);
  expect(reports.map(({ devices }) => devices.map(({ name, group }) => (group ? `group ${name}` : name)))).toEqual([
    ['cciss/c0d0', 'group ALL'],
    [],
    ['cciss/c0d0', 'group ALL'],
  ]);
  expect(device(reports[2], 'ALL').get('writeDiscardBytesPerSecond')).toBe(8 * 1024);
});

test('NFS, a name with a space, and a column nobody knows', () => {
  const [report, ...more] = parseIostat(shapes.nfs);
  expect(more).toEqual([]);
  expect(device(report, 'sda').metrics()).toMatchObject({ readBytesPerSecond: 1024, 'lunar/s': 3.25 });
  expect(report?.filesystems.map(({ name }) => name)).toEqual(['server:/my export']);
  expect(report?.filesystems[0]?.metrics()).toMatchObject({
    readDirectBytesPerSecond: 3 * 1024 ** 2,
    operationsPerSecond: 7,
  });
});

test('JSON with a comma too many, a decimal comma, and no end', () => {
  const [report, cut, ...more] = parseIostat(shapes.json);
  expect(more).toEqual([]);
  expect(report?.header).toEqual({
    system: 'Linux',
    kernel: '6.18.44',
    host: 'vm',
    date: '11/23/26',
    machine: 'x86_64',
    cpus: 2,
  });
  expect(report?.timestamp).toBe('11/23/26 04:33:45');
  expect(report?.cpu?.get('iowaitPercent')).toBe(0.25);
  expect(device(report, 'vda').get('writeBytesPerSecond')).toBe(448 * 1024);
  expect(device(report, 'ALL').group).toBe(true);
  expect([report?.complete, cut?.complete]).toEqual([true, false]);
  expect(cut?.cpu?.get('idlePercent')).toBe(98.5);
});

test('the JSON of sysstat 11.5.1, whose rrqm is a rate', () => {
  const row = '{"disk_device": "vda", "rrqm": 8.03, "r": 72.40, "rkB": 856.27, "kB_wrtn_per_sec": 2.00, "util": 1.13}';
  const [report] = parseIostat(`{"statistics": [{"disk": [${row}]}]}`);
  expect(device(report, 'vda').metrics()).toEqual({
    readMergesPerSecond: 8.03,
    readsPerSecond: 72.4,
    readBytesPerSecond: 856.27 * 1024,
    writeBytesPerSecond: 2048,
    utilPercent: 1.13,
  });
});

test('a last report that is cut off keeps its whole rows', () => {
  const cut = shapes.gentoo2009.slice(0, shapes.gentoo2009.indexOf('40356551') + 3);
  const [report] = parseIostat(cut);
  expect(report?.devices).toEqual([]);
  expect(report?.complete).toBe(false);
  const [longer] = parseIostat(shapes.gentoo2009.slice(0, shapes.gentoo2009.indexOf('md2') + 2));
  expect(longer?.devices.map(({ name }) => name)).toEqual(['sda', 'sdb']);
});

test('no input, and white space, are no reports', () => {
  expect([parseIostat(''), parseIostat(' \n\n')]).toEqual([[], []]);
});

test('every number is the one that its digits say', () => {
  const digits = fc.stringMatching(/^\d{1,14}$/);
  const printed = fc.oneof(
    digits,
    fc.tuple(digits, fc.constantFrom('.', ','), fc.stringMatching(/^\d{1,4}$/)).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(fc.array(printed, { minLength: 2, maxLength: 2 }), ([tps = '', read = '']) => {
      const [report] = parseIostat(`Device tps kB_read/s\nsda ${tps}  ${read}\n\n`);
      const number = (text: string): number => Number(text.replace(',', '.'));
      expect(report?.devices.map(({ values }) => values)).toEqual([[number(tps), number(read) * 1024]]);
    }),
    { numRuns: 2000 },
  );
});

const jsonOf = (disk: string): string => `{"sysstat":{"hosts":[{"nodename":"h","statistics":[{"disk":[${disk}]}]}]}}`;

test('JSON whose numbers are texts: the name is what disk_device says', () => {
  const [report] = parseIostat(jsonOf('{"disk_device":"sda","note":"x","tps":"1.0","kB_read/s":"2,5"}'));
  expect(report?.devices.map(({ name }) => name)).toEqual(['sda']);
  expect(device(report, 'sda').metrics()).toEqual({ transfersPerSecond: 1, readBytesPerSecond: 2560 });
});

test('JSON of a disk without a name', () => {
  expect(() => parseIostat(jsonOf('{"tps":1.0}'))).toThrow('a disk without a disk_device');
});

test.each([
  ['JSON', jsonOf('{"disk_device":"sda","tps":1.0}')],
  ['text', shapes.gentoo2009],
])('a byte order mark before %s', (_kind, text) => {
  const bytes = Buffer.from(`\ufeff${text}`);
  expect(parseIostat(bytes)).toEqual(parseIostat(text));
  expect(parseIostat(`\ufeff${text}`)).toEqual(parseIostat(text));
});
