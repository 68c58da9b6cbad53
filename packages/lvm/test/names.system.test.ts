import { existsSync } from 'node:fs';
import { needs } from '@kvm/ci/needs';
import { PrivateLvm } from '@kvm/ci/private-lvm';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deviceName, parseDeviceName, volumeGroupNameFault, volumeNameFault } from '../src/index.ts';
import { readStorage } from '../src/run/index.ts';

const reserved = [
  ...['_cdata', '_cmeta', '_corig', '_cpool', '_cvol', '_wcorig', '_imeta', '_iorig', '_mimage', '_mlog'],
  ...['_pmspare', '_rimage', '_rmeta', '_tdata', '_tmeta', '_vdata', '_vorigin'],
];
const punctuation = [...`!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~ `];

function listOnce(words: readonly string[]): readonly string[] {
  return [...new Set(words)];
}

/** Two hundred names: plain, with every mark that ASCII has, reserved, near to reserved, at the limit of length, hostile. */
const names = listOnce([
  ...['a', 'A', '0', '00', 'public.root', 'db-1.var', 'a+b', '+', '_', '.a', 'a.', '...', 'a-', 'a--', 'a-b--c---d'],
  ...punctuation.map((mark) => `a${mark}b`),
  ...punctuation.map((mark) => `${mark}b`),
  ...punctuation.map((mark) => `b${mark}`),
  ...reserved.map((part) => `web${part}`),
  ...reserved.map((part) => `${part}_0`),
  ...reserved.map((part) => part.slice(1)),
  ...[
    'snapshot',
    'snapshot0',
    'snapshots',
    'Snapshot',
    'my.snapshot',
    'snap',
    'pvmove',
    'pvmove0',
    'pvmov',
    'a_pvmove',
  ],
  ...['lvol0', 'lvol', 'control', 'null', '.', '..', '', '-', '--', '-n', '--help', '-rf'],
  ...['é', 'ｖ', 'a\u0301', '名前', 'a\u200b', '\ud83d\ude00', 'a\tb', 'a\nb', 'a\rb', 'a\u001b[31m', 'a\u007f'],
  ...[
    '$(reboot)',
    '`reboot`',
    'a;reboot',
    "';reboot;'",
    '../../etc/passwd',
    '/etc/passwd',
    '%s%n',
    'a\\0b',
    '@tag',
    'vg/',
  ],
  ...[100, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 255, 1000].map((length) => 'n'.repeat(length)),
  ...[60, 61, 62, 63, 64].map((length) => `${'-n'.repeat(length)}`.slice(1)),
  ...[61, 62].map((length) => `n${'-'.repeat(length)}`),
]);

/** A group's name counts towards the limit, and its own hyphen is doubled. */
const vg = 'vg-1.a';

describe.skipIf(needs('root', 'lvm', 'losetup', 'dmsetup'))('names', () => {
  let lvm: PrivateLvm;
  beforeAll(async () => {
    lvm = await PrivateLvm.start(2);
    await lvm.must('vgrename', 'vg', vg);
  });
  afterAll(() => lvm[Symbol.asyncDispose]());

  test('two hundred are refused exactly when LVM refuses them; the others go to device-mapper and back', async () => {
    expect(names.length).toBeGreaterThanOrEqual(200);
    const allowed: string[] = [];
    for (const name of names) {
      const { exitCode, stderr } = await lvm.run(['lvcreate', '--extents', '1', `--name=${name}`, vg]);
      const fault = volumeNameFault(vg, name);
      // A device name too long is the last thing that LVM notices: when it makes the device, which it does not here.
      const tooLong = deviceName(vg, name).length > 127;
      expect({ name, fault, taken: exitCode === 0 && !tooLong, stderr }).toMatchObject({ taken: fault === undefined });
      if (exitCode === 0) allowed.push(name);
    }
    const { stdout } = await lvm.must('lvs', '--noheadings', '--separator= ', '-o', 'lv_dm_path,lv_name', vg);
    const devices = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.trim());
    expect(devices.sort()).toEqual(allowed.map((name) => `/dev/mapper/${deviceName(vg, name)} ${name}`).sort());
    for (const name of allowed) {
      const device = deviceName(vg, name);
      expect(parseDeviceName(device)).toEqual({ vg, volume: name });
      const split = await execa('dmsetup', ['splitname', '--noheadings', '--separator', ' ', device, 'LVM']);
      expect(split.stdout.trim()).toBe(`${vg} ${name}`);
    }
    const { volumes } = await readStorage(lvm);
    expect(volumes.map((volume) => volume.name).sort()).toEqual(allowed.sort());
  });

  test('of groups are refused exactly when LVM refuses them', async () => {
    const disk = lvm.disks.at(-1) ?? '';
    const some = names.filter((name, index) => index % 6 === 0 && !existsSync(`/dev/${name}`));
    for (const name of some) {
      const { exitCode, stderr } = await lvm.run(['vgcreate', '--yes', '--', name, disk]);
      const fault = volumeGroupNameFault(name);
      expect({ name, fault, exitCode, stderr }).toMatchObject({ exitCode: fault === undefined ? 0 : 3 });
      if (exitCode === 0) await lvm.must('vgremove', '--', name);
    }
  });
});
