import { describe, expect, test } from 'vitest';
import { explainFailure } from './failures.ts';

const failed = (stderr: string, exitCode = 5, stdout = '') =>
  explainFailure(['lvcreate', 'vg'], { exitCode, stdout, stderr });

describe('explainFailure', () => {
  test.each([
    ['vg-full', '  Volume group "vg" has insufficient free space (110 extents): 2560 required.'],
    ['vg-full', '  Insufficient free space: 2560 extents needed, but only 110 available'],
    ['name-taken', '  Logical Volume "x" already exists in volume group "vg"'],
    ['volume-not-found', '  Failed to find logical volume "vg/x"'],
    ['vg-not-found', '  Volume group "x" not found\n  Cannot process volume group x'],
    ['pv-not-found', '  Physical Volume "/dev/sdz" not found in Volume Group "vg".'],
    ['same-size', '  New size (2 extents) matches existing size (2 extents).'],
    ['in-use', '  Logical volume vg/x in use.'],
    ['in-use', '  Logical volume vg/x contains a filesystem in use.'],
    ['invalid-name', '  Names starting "snapshot" are reserved. Please choose a different LV name.'],
    ['invalid-name', '  Internal error: LV name "vg/aaa" length 131 is not supported.'],
    ['pv-missing', "  WARNING: Couldn't find device with uuid abc.\n  Cannot change VG vg while PVs are missing."],
    ['duplicate-pv', '  Cannot update volume group vg with duplicate PV devices.'],
    ['locked', "  /run/lock/lvm/V_vg: flock failed: Resource temporarily unavailable\n  Can't get lock for vg."],
    ['exported', '  Volume group vg is exported'],
    ['read-only', '  Volume group vg is read-only.'],
    ['signature-found', '  Aborted wiping of ext4.\n  1 existing signature left on the device.'],
    ['origin-active', '  Snapshot origin volumes can be resized only while inactive: try lvchange -an.'],
    ['device-not-made', '  /dev/vg/x: not found: device not cleared\n  Aborting. Failed to wipe start of new LV.'],
    ['nothing-to-move', '  No data to move for vg.'],
    ['moving', "  Can't resize locked logical volume vg/x."],
    ['moving', '  Cannot rename locked LV x'],
    ['thin-pool-full', '  Free space in pool vg/pool is above threshold, new volumes are not allowed.'],
    ['snapshot-full', '  Unable to merge invalidated snapshot LV vg/s.'],
    [
      'no-device-mapper',
      '  /dev/mapper/control: open failed: No such device\n  Failure to communicate with kernel device-mapper driver.',
    ],
    ['not-permitted', '  /run/lock/lvm/P_global:aux: open failed: Permission denied'],
    ['failed', '  Something that nobody has seen yet'],
  ])('%s: %s', (code, stderr) => {
    expect(failed(stderr)).toMatchObject({ code, remedy: expect.stringMatching(/\S/) });
  });

  test("keeps LVM's own words, and begins with those that decide", () => {
    const error = failed('  WARNING: a warning\n  Volume group "x" not found\n  Cannot process volume group x\n');
    expect(error.said).toEqual(['WARNING: a warning', 'Volume group "x" not found', 'Cannot process volume group x']);
    expect(error.message).toBe(
      'Volume group "x" not found. See which there are: vgs. A filter in lvm.conf may hide its disks.',
    );
  });

  test('a program that is not there', () => {
    expect(failed('', 127)).toMatchObject({
      code: 'lvm-missing',
      message: 'There is no program lvcreate. Install lvm2.',
    });
  });

  test('arguments that LVM does not take', () => {
    expect(failed("  unrecognized option '--nope'\n  Error during parsing of command line.", 3).code).toBe(
      'bad-arguments',
    );
  });

  test('no word at all', () => {
    expect(failed('').message).toBe('lvcreate vg ended with exit status 5 and no word. It was: lvcreate vg');
  });

  test('a report on standard output is no word', () => {
    expect(failed('', 5, '{"report": [], "in use": 1}').code).toBe('failed');
  });
});
