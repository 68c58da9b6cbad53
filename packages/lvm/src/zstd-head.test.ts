import { expect, test } from 'vitest';
import { zstdContentBytes } from './zstd-head.ts';

/** The first 18 bytes of what `zstd --check --stream-size=N` (1.5.4) writes of N zeros. */
const heads = {
  5: '28b52ffd2405290000000000000048c6a8b7',
  300: '28b52ffd642c004d00001000000100272ac0',
  70000: '28b52ffda47011010055000010000001006b',
  16777216: '28b52ffd8458000000015400001000000100',
  5368709120: '28b52ffdc458000000400100000054000010',
};

test.each(Object.entries(heads))('%s bytes', (bytes, head) => {
  expect(zstdContentBytes(Buffer.from(head, 'hex'))).toBe(Number(bytes));
});

test('a frame with a dictionary', () => {
  expect(zstdContentBytes(Buffer.from('28b52ffd850aabcd000000015400001000', 'hex'))).toBeUndefined(); // too short
  expect(zstdContentBytes(Buffer.from('28b52ffd8558ab00000001540000100000ff', 'hex'))).toBe(16777216);
});

test.each([
  ['a frame that does not say', '28b52ffd0458290000000000000048c6a8b7'],
  ['gzip', '1f8b0800000000000003cb48cdc9c95728cf'],
  ['nothing', ''],
  ['what breaks off', '28b52ffd84580000'],
])('%s: it is not known', (_, head) => {
  expect(zstdContentBytes(Buffer.from(head, 'hex'))).toBeUndefined();
});
