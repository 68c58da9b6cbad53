import { describe, expect, test } from 'vitest';
import { shapes } from '../test/shapes.ts';
import {
  attributeToGuests,
  type DeviceSample,
  parseDeviceName,
  parseIostat,
  renderTopWriter,
  topWriter,
} from './index.ts';

const devicesOf = (rows: string): readonly DeviceSample[] =>
  parseIostat(`Device tps kB_read/s kB_wrtn/s aqu-sz w_await\n${rows}\n\n`)[0]?.devices ?? [];

describe('parseDeviceName', () => {
  const volume = (volumeGroup: string, name: string) => ({ kind: 'volume', volumeGroup, volume: name });
  test.each([
    ['vg-public.root', volume('vg', 'public.root')],
    ['my--vg-db--1.root', volume('my-vg', 'db-1.root')],
    ['a---b', volume('a-', 'b')],
    ['/dev/mapper/vg-public.root', volume('vg', 'public.root')],
    ['mapper/vg-public.root', volume('vg', 'public.root')],
    ['/dev/vg/public.root', volume('vg', 'public.root')],
    ['vg-db.root-real', { ...volume('vg', 'db.root'), layer: 'real' }],
    ['vg-db.root_rimage_0', { ...volume('vg', 'db.root'), layer: 'rimage_0' }],
    ['sda', { kind: 'disk', name: 'sda' }],
    ['dm-3', { kind: 'disk', name: 'dm-3' }],
    ['luks-4f1c-11ee-9b3a', { kind: 'disk', name: 'luks-4f1c-11ee-9b3a' }],
    ['sda1', { kind: 'partition', name: 'sda1', disk: 'sda' }],
    ['nvme0n1p2', { kind: 'partition', name: 'nvme0n1p2', disk: 'nvme0n1' }],
    ['cciss/c0d0p1', { kind: 'partition', name: 'cciss/c0d0p1', disk: 'cciss/c0d0' }],
    ['md127p1', { kind: 'partition', name: 'md127p1', disk: 'md127' }],
    ['nvme0n1', { kind: 'disk', name: 'nvme0n1' }],
    ['md2', { kind: 'raid', name: 'md2' }],
  ])('%s', (name, expected) => expect(parseDeviceName(name)).toEqual(expected));

  test('dm-N through the map that is given', () => {
    const names = new Map([['dm-3', 'vg-db.root']]);
    expect(parseDeviceName('dm-3', names)).toEqual(volume('vg', 'db.root'));
  });
});

test('the guest that writes most in the report of 2009 is db', () => {
  const loads = attributeToGuests(parseIostat(shapes.gentoo2009)[0]?.devices ?? []);
  expect(loads.map(({ guest }) => guest)).toEqual(['db', 'aj', 'private', 'public']);
  const top = topWriter(loads);
  expect(top?.share).toBeCloseTo(29.85 / (5.7 + 0.15 + 0.41 + 29.85), 12);
  expect(top && renderTopWriter(top)).toBe('db.root writes 29.85 kB/s, 83 % of all guests');
});

test('a volume with snapshots is counted once, whatever comes first', () => {
  const rows = [
    ...['vg-db.root-real 9.00 9.00 90.00 0.10 1.00', 'vg-db.root-cow 5.00 5.00 50.00 0.10 1.00'],
    ...[
      'vg-db.root 1.00 2.00 3072.00 3.14 42.20',
      'vg-db.var 1.00 1.00 1024.00 0.10 1.00',
      'sda 9.00 9.00 9.00 0.10 1.00',
    ],
  ];
  for (const order of [rows, rows.toReversed()]) {
    const loads = attributeToGuests(devicesOf(order.join('\n')));
    expect(
      loads.map(({ guest, readBytesPerSecond, writeBytesPerSecond }) => [
        guest,
        readBytesPerSecond,
        writeBytesPerSecond,
      ]),
    ).toEqual([['db', 3 * 1024, 4 * 1024 ** 2]]);
    const top = topWriter(loads);
    expect(top && renderTopWriter(top)).toBe('db.root writes 3.00 MB/s, 75 % of all guests; queue 3.1, await 42 ms');
  }
});

test('where only the layers are shown, the real one counts', () => {
  const loads = attributeToGuests(devicesOf('vg-db.root-cow 1.00 1.00 5.00 0 0\nvg-db.root-real 1.00 1.00 7.00 0 0'));
  expect(loads.map(({ writeBytesPerSecond }) => writeBytesPerSecond)).toEqual([7 * 1024]);
});

test('the caller may say what belongs to whom', () => {
  const guestOf = ({ kind }: { kind: string }) => (kind === 'raid' ? 'host' : undefined);
  const loads = attributeToGuests(parseIostat(shapes.gentoo2009)[0]?.devices ?? [], { guestOf });
  expect(loads.map(({ guest, volumes }) => [guest, volumes.length])).toEqual([['host', 1]]);
});

test('no guest writes: no top writer', () => {
  expect(topWriter(attributeToGuests(devicesOf('vg-db.root 0.00 0.00 0.00 0 0')))).toBeUndefined();
  expect(topWriter([])).toBeUndefined();
});

test('snapshots, copies that are being made and parts of volumes are no guest of their own', () => {
  const names = ['vg-db.root', 'vg-db.root-real', 'vg-db.root.snap-cow', 'vg-db.root.snap', 'vg-db.root.copying'];
  const more = ['vg-web.root_rimage_0', 'vg-web.root', 'vg-pool0_tdata', 'vg-pool0-tpool', 'vg-home', 'dm-7'];
  const loads = attributeToGuests(devicesOf([...names, ...more].map((name) => `${name} 1 1 10 0 0`).join('\n')));
  expect(loads.map(({ guest, volumes }) => [guest, volumes.map(({ sample }) => sample.name)])).toEqual([
    ['db', ['vg-db.root']],
    ['web', ['vg-web.root']],
  ]);
});
