import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Painter } from './paint.ts';
import { TextOutput } from './text-output.ts';

/** What an output writes; as a terminal with colours unless it is told otherwise. */
function written(act: (output: TextOutput) => void, { isTTY = true, painter = new Painter() } = {}): string {
  let text = '';
  const sink = { write: (data: string | Uint8Array) => (text += data), isTTY, columns: 80 };
  act(new TextOutput(sink, painter, () => true));
  return text;
}

const hostile = [
  ['C1 CSI', 'a\u009b2Jb', 'a\uFFFD2Jb'],
  ['ESC', 'a\x1b[2Jb', 'a\uFFFD[2Jb'],
  ['a colour of its own', '\x1b[31mred\x1b[39m', '\uFFFD[31mred\uFFFD[39m'],
  ['DEL, NUL, BEL', '\x7f\0\x07', '\uFFFD\uFFFD\uFFFD'],
  ['writing direction', 'a\u202eb\u2066c\u200fd', 'a\uFFFDb\uFFFDc\uFFFDd'],
  ['separators of lines', 'a\u2028b\u2029c\u0085d', 'a\uFFFDb\uFFFDc\uFFFDd'],
  ['a tag, and half a pair', 'a\u{e0041}b\ud800', 'a\uFFFDb\uFFFD'],
] as const;

test.each(hostile)('%s', (_what, text, clean) => {
  for (const act of [
    (output: TextOutput) => output.lines([text]),
    (output: TextOutput) => output.message(text),
    (output: TextOutput) => output.document(`${text}\n`),
    (output: TextOutput) => output.file(`${text}\n`),
  ])
    expect(written(act)).toBe(`${clean}\n`);
  expect(written((output) => output.question(text))).toBe(`${clean} `);
  expect(written((output) => output.overwrite(text))).toBe(`\r\x1b[K${clean}`);
});

test('a line is one line, whatever is in it', () => {
  expect(written((output) => output.lines(['db\npublic running', 'a\tb\r']))).toBe(
    'db\uFFFDpublic running\na\uFFFDb\uFFFD\n',
  );
});

test('the later lines of a message are indented, so that none passes for ours', () => {
  expect(written((output) => output.message('no domain db\nkvmctl: all is well\n'))).toBe(
    'no domain db\n  kvmctl: all is well\n',
  );
});

test('a document keeps its lines and tabs, of either kind, but no carriage return within one', () => {
  const painter = new Painter();
  const text = `a\tb\r\n${painter.paint.red('-c\r')}\nover\rwritten\n`;
  expect(written((output) => output.document(text), { painter })).toBe(
    'a\tb\r\n\x1b[31m-c\r\x1b[39m\nover\uFFFDwritten\n',
  );
});

test('a file on its way to a file is not changed', () => {
  const content = '<!-- \u009b \u202e -->\r';
  expect(written((output) => output.file(content), { isTTY: false })).toBe(content);
});

test('colours are ours, also one inside another', () => {
  const painter = new Painter();
  const { bold, red, dim } = painter.paint;
  expect(written((output) => output.lines([bold(`a${dim(red('b'))}c`)]), { painter })).toBe(
    '\x1b[1ma\x1b[2m\x1b[31mb\x1b[39m\x1b[22m\x1b[1mc\x1b[22m\n',
  );
  expect(written((output) => output.lines([output.paint.red('a')]), { isTTY: false })).toBe('a\n');
});

test("another run's colours are none", () => {
  expect(written((output) => output.lines([new Painter().paint.red('a')]))).toMatch(/^\uFFFD[0-9a-f]{32}\[31ma/);
});

const sequence = '\\x1b\\[(?:1|2|7|22|27|3[1-9])m';
const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(...hostile.map(([, text]) => text), '\x1b', '[31m', '\n', '\t'),
);

test('whatever is printed: characters, line breaks of the caller, and our colours', () => {
  const text = fc.array(anything).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), fc.constantFrom('red', 'bold', undefined), (lines, colour) => {
      const shown = written((output) =>
        output.lines(lines.map((line) => (colour === undefined ? line : output.paint[colour](line)))),
      );
      expect(shown.replace(new RegExp(sequence, 'g'), '')).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      expect(shown.match(/\n/g)).toHaveLength(lines.length);
      expect(written((output) => output.document(lines.join('')))).not.toMatch(
        /(?![\n\t]|\r\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u,
      );
    }),
  );
});

test('JSON holds all that it was given, and nothing that a terminal acts on', () => {
  fc.assert(
    fc.property(fc.array(anything), (parts) => {
      const text = parts.join('');
      for (const json of [written((output) => output.json({ text })), written((output) => output.jsonLine({ text }))]) {
        expect(json).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(JSON.parse(json)).toEqual({ text });
      }
    }),
  );
});

test.each(hostile)('JSON with %s', (_what, text) => {
  for (const json of [written((output) => output.json([text])), written((output) => output.jsonLine([text]))]) {
    expect(json).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
    expect(JSON.parse(json)).toEqual([text]);
  }
});

test('who asks waits until the reader has caught up', async () => {
  let drain = (): void => undefined;
  const sink = {
    write: () => false,
    once: (_event: 'drain', listener: () => void) => {
      drain = listener;
    },
  };
  const output = new TextOutput(sink, new Painter(), () => true);
  output.lines(['a']);
  let caughtUp = false;
  const waiting = output.drained().then(() => {
    caughtUp = true;
  });
  await Promise.resolve();
  expect(caughtUp).toBe(false);
  drain();
  await waiting;
  await output.drained();
});
