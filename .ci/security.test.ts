import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const top = fileURLToPath(new URL('..', import.meta.url));
const text = readFileSync(join(top, 'SECURITY.md'), 'utf8');
const [held = '', notHeld = ''] = text.split('## Not held back');
const sentences = held.split('\n').filter((line) => line.startsWith('- '));

test('what is held back and what is not stand apart', () => {
  expect(sentences.length).toBeGreaterThan(30);
  expect(notHeld).toContain('\n- ');
});

test.each(sentences)('%s', (sentence) => {
  const [, title = '', file = ''] = /\. \[(.+)\]\((\S+\.test\.ts)\)$/.exec(sentence) ?? [];
  const titles = readFileSync(join(top, file), 'utf8').replaceAll("\\'", "'");
  expect(titles).toContain(title);
});
