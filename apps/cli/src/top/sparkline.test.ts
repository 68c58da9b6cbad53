import { expect, test } from 'vitest';
import { sparkline } from './sparkline.ts';

test('sparklines show the newest, relative to the largest', () => {
  expect(sparkline([0, 1, 2, 8], 6)).toBe('   ▁▂█');
  expect(sparkline([5, 1, 2, 4], 3)).toBe('▂▄█');
  expect(sparkline([0, 1, 2, 8], 4, true)).toBe(' _.#');
  expect(sparkline([], 3)).toBe('   ');
  expect(sparkline([1], 0)).toBe('');
});
