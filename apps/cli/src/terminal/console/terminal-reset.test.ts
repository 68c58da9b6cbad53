import { expect, test } from 'vitest';
import { Painter } from '../../output/paint.ts';
import { TextOutput } from '../../output/text-output.ts';
import { GuestScreen } from './guest-screen.ts';
import { resetTerminal } from './terminal-reset.ts';

const xterm = { TERM: 'xterm-256color', LANG: 'en_GB.UTF-8' };

test.each([
  ...[9, 1000, 1001, 1002, 1003, 1005, 1006, 1015, 1016].map((mode) => [`mouse reports (${mode})`, `\x1b[?${mode}l`]),
  ['focus reports', '\x1b[?1004l'],
  ['bracketed paste', '\x1b[?2004l'],
  ['application cursor keys', '\x1b[?1l'],
  ['application keypad', '\x1b>'],
  ['a hidden cursor', '\x1b[?25h'],
  ['colours', '\x1b[0m'],
  ['character sets', '\x0f\x1b(B\x1b)B'],
  ['a scrolling region', '\x1b[r'],
  ['insert mode', '\x1b[4l'],
  ['no wrapping', '\x1b[?7h'],
  ['output held back', '\x1b[?2026l'],
  ['a palette', '\x1b]104\x1b\\'],
  ['a link', '\x1b]8;;\x1b\\'],
  ['a locked keyboard', '\x1b[2l'],
  ['the window title', '\x1b[23;0t'],
  ['the other screen of 1047 and 47', '\x1b[?1047l\x1b[?47l'],
  ['another encoding', '\x1b%G'],
])('%s', (_what, sequence) => expect(resetTerminal(xterm)).toContain(sequence));

test('a string without an end is ended before anything else', () => {
  expect(resetTerminal(xterm).startsWith('\x18\x1b\\')).toBe(true);
});

test('what sends the cursor home is between keeping it and bringing it back', () => {
  const reset = resetTerminal(xterm);
  const [kept, back] = [reset.indexOf('\x1b7'), reset.indexOf('\x1b8')];
  for (const sequence of ['\x1b[r', '\x1b[?6l', '\x1b[?69l']) {
    expect(reset.indexOf(sequence)).toBeGreaterThan(kept);
    expect(reset.indexOf(sequence)).toBeLessThan(back);
  }
});

test('a terminal that is no xterm gets none of its strings', () => {
  const reset = resetTerminal({ TERM: 'linux', LANG: 'C' });
  expect(reset).toContain('\x1b]R');
  expect(reset).not.toContain('\x1b]104');
  expect(reset).not.toContain('\x1b%G');
});

/** What is sent after a guest's bytes to the outputs, of which the first or both are a terminal. */
async function sentAfter(chunks: readonly (string | Buffer)[], terminals = { stdout: true, stderr: true }) {
  const sent = { stdout: '', stderr: '' };
  const output = (name: keyof typeof sent) =>
    new TextOutput(
      { write: (data) => (sent[name] += data.toString()), isTTY: terminals[name] },
      new Painter(),
      () => true,
    );
  const session = { out: output('stdout'), err: output('stderr'), io: { env: xterm } };
  const screen = new GuestScreen(session, () => undefined);
  for (const chunk of chunks) await screen.write(Buffer.from(chunk));
  screen[Symbol.dispose]();
  const before = { ...sent };
  await screen.write(Buffer.from('\x1b[?1000h'));
  process.emit('exit', 0);
  expect(sent).toEqual(before);
  return sent;
}

test.each([
  ['at once', ['\x1b[?1049h']],
  ['with others', ['\x1b[?1;1049;25h']],
  ['in pieces', ['\x1b', '[?', '10', '4', '9h']],
  ['with controls within', ['\x1b[?10\0\x0549h']],
  ['in C1', [Buffer.from([0x9b]), '?47h']],
  ['again after it was left', ['\x1b[?1049h', '\x1b[?1049l', '\x1b[?1047h']],
])('the other screen, entered %s, is left with the cursor where it was', async (_how, chunks) => {
  expect((await sentAfter(chunks)).stdout).toContain('\x1b[?1049l\x1b[?9l');
});

test.each([
  ['never entered', ['login: ', '\x1b[?2004h']],
  ['left already', ['\x1b[?1049h', 'x'.repeat(1000), '\x1b[?1049l']],
])('the other screen, %s: the cursor is not moved', async (_how, chunks) => {
  const { stdout } = await sentAfter(chunks);
  expect(stdout.slice(stdout.indexOf('\x18'))).not.toContain('\x1b[?1049l');
});

test('the title is kept first, and the reset comes last and once', async () => {
  const { stdout, stderr } = await sentAfter(['hello']);
  expect(stdout).toBe(`\x1b[22;0thello${resetTerminal(xterm)}`);
  expect(stderr).toBe('');
});

test('standard output in a pipe: the terminal of standard error is reset; without any, none', async () => {
  const piped = await sentAfter(['hello'], { stdout: false, stderr: true });
  expect(piped).toEqual({ stdout: 'hello', stderr: `\x1b[22;0t${resetTerminal(xterm)}` });
  expect(await sentAfter(['hello'], { stdout: false, stderr: false })).toEqual({ stdout: 'hello', stderr: '' });
});

test('the origin mode ends with the cursor at the last line, and only where it was set', async () => {
  const end = '\x1b[?6l\x1b[999;1H\n';
  expect((await sentAfter(['\x1b[?6h'])).stdout.endsWith(end)).toBe(true);
  for (const chunks of [['hello'], ['\x1b[?6h', '\x1b[?6l'], ['\x1b[?16h']])
    expect((await sentAfter(chunks)).stdout.endsWith(end)).toBe(false);
});
