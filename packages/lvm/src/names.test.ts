import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deviceName, parseDeviceName, volumeGroupNameFault, volumeNameFault } from './names.ts';

describe('a name', () => {
  test.each([
    ['vg', 'public.root', 'vg-public.root'],
    ['vg-a', 'my-lv', 'vg--a-my--lv'],
    ['vg-', 'a.+_', 'vg---a.+_'],
    ['a', 'b-', 'a-b--'],
  ])('%s/%s is %s to device-mapper', (vg, volume, device) => {
    expect(deviceName(vg, volume)).toBe(device);
    expect(parseDeviceName(device)).toEqual({ vg, volume });
  });

  test('of a layer is told apart', () => {
    expect(parseDeviceName('vg-db--1-real')).toEqual({ vg: 'vg', volume: 'db-1', layer: 'real' });
  });

  test.each(['', 'vg', '-a', 'a-', 'a-b-c-d', '---'])('%j of a device is no volume', (device) => {
    expect(parseDeviceName(device)).toBeUndefined();
  });

  test.each([
    ['', 'is empty'],
    ['-a', 'begins with a hyphen'],
    ['..', 'is a folder'],
    ['a/b', 'has "/"; letters'],
    ['döt', 'has "ö"; letters'],
    ['a\nb', 'has "\\n"; letters'],
    ['snapshot1', 'begins with "snapshot"'],
    ['a_rimage_b', 'has "_rimage" in it'],
    ['a'.repeat(128), 'has 128 characters'],
    ['a'.repeat(123), 'makes 125 characters'],
    ['-'.repeat(70).replace('-', 'a'), 'makes a device name of 142 characters'],
  ])('%j is refused', (name, fault) => {
    expect(volumeNameFault('vg', name)).toContain(fault);
  });

  test.each(['a', '+a', '.a', '_a', 'A-', 'a_snapshot', 'my_pvmove', 'a'.repeat(122)])('%j is allowed', (name) => {
    expect(volumeNameFault('vg', name)).toBeUndefined();
  });

  test('is shorter where LVM appends to it', () => {
    expect(volumeNameFault('vg', 'a'.repeat(113), 'raid1')).toBeUndefined();
    expect(volumeNameFault('vg', 'a'.repeat(114), 'raid1')).toContain('makes 125 characters');
  });

  test('a group may have the words that a volume may not', () => {
    expect(volumeGroupNameFault('snapshot_rimage')).toBeUndefined();
  });

  test('goes to device-mapper and back', () => {
    const name = fc.stringMatching(/^[a-z.+_-]{1,20}$/).filter((text) => volumeGroupNameFault(text) === undefined);
    fc.assert(
      fc.property(name, name, (vg, volume) => {
        expect(parseDeviceName(deviceName(vg, volume))).toEqual({ vg, volume });
      }),
    );
  });
});
