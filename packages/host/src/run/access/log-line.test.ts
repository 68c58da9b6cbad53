import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logLine } from './log-line.ts';

test('an error with the answer of a hostile guest', () => {
  expect(logLine({ error: 'a\u009b2J\u202eb\u2028c\nd\x1b[0m\u007f\u{e0041}' })).toBe(
    '{"error":"a\\u009b2J\\u202eb\\u2028c\\nd\\u001b[0m\\u007f\\udb40\\udc41"}\n',
  );
});

test('one line of characters, which says all that was given', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string({ unit: 'binary' })), (entry) => {
      const line = logLine(entry);
      expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(JSON.parse(line)).toEqual(entry);
    }),
  );
});
