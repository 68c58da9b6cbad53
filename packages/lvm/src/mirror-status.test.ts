import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMirrorStatus } from './mirror-status.ts';

test('a move in the middle, and one whose disks fail', () => {
  expect(parseMirrorStatus('0 491520 mirror 2 253:2 253:3 87/120 1 AA 1 core\n')).toEqual({
    copied: 87,
    regions: 120,
    faults: [undefined, undefined],
  });
  expect(parseMirrorStatus('0 491520 mirror 2 253:2 253:3 120/120 1 RD 1 core')?.faults).toEqual([
    'reading failed',
    'writing failed',
  ]);
  expect(parseMirrorStatus('0 491520 mirror 2 253:2 253:3 1/120 1 AX 3 disk 253:4 A')?.faults[1]).toBe('is in state X');
});

test('what is no mirror has no status, whatever it says', () => {
  expect(parseMirrorStatus('0 409600 linear \n')).toBeUndefined();
  expect(parseMirrorStatus('')).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), (text) => {
      const status = parseMirrorStatus(text);
      if (status) expect(text).toContain(`${status.copied}/${status.regions}`);
    }),
  );
});
