import { expect, test } from 'vitest';
import { debianRecipe } from './recipe.ts';
import { goldenName } from './run/golden.ts';

test('a release is made by its suite, and what it becomes is called by how it was made', () => {
  const twelve = debianRecipe('debian-12');
  expect(twelve.suite).toBe('bookworm');
  expect(debianRecipe('debian-13').suite).toBe('trixie');
  expect(goldenName(twelve)).toMatch(/^debian-12-[0-9a-f]{16}\.tar\.zst$/);
  const other = { ...twelve, options: [...twelve.options, '--include=vim'] };
  expect(goldenName(other)).not.toBe(goldenName(twelve));
});
