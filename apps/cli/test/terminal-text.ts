import { expect } from 'vitest';

const esc = '\x1b';

/** What kvmctl itself sends to a terminal: colours, and the beginning of a line that is written anew. */
const ours = new RegExp(`${esc}\\[(?:1|2|7|22|27|3[1-69])m|\r${esc}\\[K`, 'g');

/** Controls, what turns the writing direction or is not seen, separators of lines, halves of pairs. */
const unclean = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** Lines that {@link hostileWords} would forge. */
const forged = /^(?:kvmctl: all is well| {2}web {2}running)/m;

/** Fails where text would do something to a terminal, or deceive who reads it. */
export function expectOnlyText(text: string): void {
  expectDocument(text);
  expect(text).not.toContain('\t');
  expect(text).not.toMatch(forged);
}

/** As {@link expectOnlyText}, for what has lines and tabs of its own, as XML. */
export function expectDocument(text: string): void {
  const rest = text.replace(ours, '').replaceAll('\t', '');
  const found = unclean.exec(rest);
  expect(found && `${JSON.stringify(found[0])} in ${JSON.stringify(rest)}`).toBe(null);
}

/** Words that try each way to be more than a word. */
export const hostileWords: readonly string[] = [
  'db\nkvmctl: all is well',
  'db\n  web  running\n',
  '\x1b[2J\x1b[31mred\x1b]0;title\x07',
  '\u009b2J\u009d0;title\u009c',
  '\u202egnp.exe\u2066\u200e',
  'a\u2028b\u2029c\u0085d',
  '\r\x1b[Kdb',
  '\x7f\x08\x08\x08',
  'a\tb',
  '../../etc/cron.d/x',
  '--help',
  '$(id)`id`;id',
  '\u{e0041}\u{e007f}',
  '<&">\'',
  'constructor',
];
