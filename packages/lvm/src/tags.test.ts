import { expect, test } from 'vitest';
import { copyingTag, isMarked, markOf, ownerOf, ownerTag, snapshotTag, takingTag, unfinishedTag } from './tags.ts';

test.each([
  [ownerTag('web/root'), { kind: 'disk', owner: 'web/root' }],
  [unfinishedTag('web/root'), { kind: 'unfinished', owner: 'web/root' }],
  [snapshotTag('web/root', 'monday'), { kind: 'snapshot', owner: 'web/root', name: 'monday' }],
  [takingTag('web/root', 'monday'), { kind: 'taking', owner: 'web/root', name: 'monday' }],
  [copyingTag('web/root', '1f'), { kind: 'copying', owner: 'web/root', name: '1f' }],
  ['kvm.snapshot:web/root', { kind: 'snapshot', owner: 'web/root' }],
])('%s', (tag, mark) => {
  expect(markOf(['ssd', tag])).toEqual({ ...mark, tag });
});

test.each([
  [[]],
  [['kvm', 'kvm.', 'kvmx:web/root', 'my.kvm:web/root']],
  // Which of them is true is not known.
  [['kvm:web/root', 'kvm:db/root']],
  [['kvm:web/root', 'kvm.snapshot:web/root#monday']],
  [['kvm.unfinished:web/root', 'kvm:web/root']],
])("%j is nobody's", (tags) => {
  expect(markOf(tags)).toBeUndefined();
  expect(ownerOf(tags)).toBeUndefined();
});

test('a tag of ours too many is still a tag of ours', () => {
  expect(isMarked(['kvm:web/root', 'kvm:db/root'])).toBe(true);
  expect(isMarked(['ssd'])).toBe(false);
});
