import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMutations, top } from './read-mutations.js';

const mutations = readMutations();

// What each of them proves is shown by `npm run test:mutations`; this keeps the list in step with the code.
test.each(mutations)('$path can be mutated: $guard', ({ path, from, to, test: file }) => {
  expect(readFileSync(join(top, path), 'utf8').split(from)).toHaveLength(2);
  expect(to).not.toBe(from);
  expect(existsSync(join(top, file))).toBe(true);
});
