import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { run } from '../src/run.ts';
import { type HostileWords, startHostileLibvirtd } from './hostile-libvirtd.ts';
import { expectDocument, expectOnlyText } from './terminal-text.ts';

/** What a run may have: the libvirtd's URI, a folder of its own, and the hostile word. */
export interface Surroundings {
  readonly uri: string;
  readonly folder: string;
  readonly word: string;
}

export interface HostileRun {
  readonly title: string;
  /** Undefined where the word cannot be put there. */
  readonly argv: (around: Surroundings) => readonly string[] | undefined;
  /** What is shown has lines and tabs of its own. */
  readonly isDocument?: boolean;
  /** Ends a run that does not end by itself, after so many lines. */
  readonly lines?: number;
  readonly check?:
    | undefined
    | ((shown: { readonly stdout: string; readonly stderr: string }, around: Surroundings) => void);
}

/** A run's output is a terminal of 100 columns. Both outputs are looked at, whatever the exit code. */
export async function runHostile({ argv, lines, isDocument, check }: HostileRun, words: HostileWords): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'kvmctl-hostile-'));
  try {
    await using daemon = await startHostileLibvirtd(words);
    const around = { uri: daemon.uri, folder, word: words.word };
    const arguments_ = argv(around);
    if (arguments_ === undefined) return;
    const shown = await runInTerminal(arguments_, { folder, lines });
    if (isDocument) expectDocument(shown.stdout);
    else expectOnlyText(shown.stdout);
    expectOnlyText(shown.stderr);
    check?.(shown, around);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runInTerminal(
  argv: readonly string[],
  { folder, lines = Number.POSITIVE_INFINITY }: { readonly folder: string; readonly lines?: number | undefined },
) {
  const texts = { stdout: '', stderr: '' };
  let left = lines;
  const output = (name: keyof typeof texts) => ({
    write(data: string | Uint8Array) {
      texts[name] += data.toString();
      if (name === 'stdout') left -= lineCount(data.toString());
      if (name === 'stdout' && left <= 0) throw new Error('enough');
    },
    isTTY: true,
    columns: 100,
  });
  const stdin = (async function* () {
    yield Buffer.from('');
  })();
  const exitCode = await run(argv, {
    stdout: output('stdout'),
    stderr: output('stderr'),
    stdin,
    cwd: folder,
    env: { LANG: 'C.UTF-8' },
  });
  return { exitCode, ...texts };
}

const lineCount = (text: string): number => text.split('\n').length - 1;

/** One row below the headings, in however many tables. */
const isOneRow = (table: string): boolean =>
  table
    .trimEnd()
    .split('\n\n')
    .every((part) => lineCount(part) === 1);

/** What libvirtd names and answers. */
export const runsOverLibvirt: readonly HostileRun[] = [
  {
    title: 'list',
    argv: ({ uri }) => ['list', '-c', uri],
    check: ({ stdout, stderr }) => expect([stderr, isOneRow(stdout)]).toEqual(['', true]),
  },
  {
    title: 'list --json',
    argv: ({ uri }) => ['list', '-c', uri, '--json'],
    check: ({ stdout }, { word }) => expect(JSON.parse(stdout).domains[0].name).toBe(word),
  },
  {
    title: 'stats',
    argv: ({ uri }) => ['stats', '-c', uri],
    check: ({ stdout, stderr }) => expect([stderr, isOneRow(stdout)]).toEqual(['', true]),
  },
  { title: 'stats --json', argv: ({ uri }) => ['stats', '-c', uri, '--json'] },
  ...['start', 'stop', 'reboot', 'kill'].map((command) => ({
    title: command,
    argv: ({ uri }: Surroundings) => [command, '-c', uri, 'db', ...(command === 'kill' ? [] : ['--timeout', '1'])],
    check: ({ stdout }: { readonly stdout: string }) => expect(stdout).toBe(''),
  })),
  {
    title: 'screenshot',
    argv: ({ uri }) => ['screenshot', '-c', uri, 'db'],
    check(_shown, { folder }) {
      const [file, ...others] = readdirSync(folder);
      expect(others).toEqual([]);
      expect(file).toMatch(/^[\p{L}\p{N}_+=@][\p{L}\p{N}_.+=@-]*\.picture$/u);
      expect(statSync(join(folder, file ?? '')).mode & 0o777).toBe(0o600);
    },
  },
  { title: 'screenshot -', argv: ({ uri }) => ['screenshot', '-c', uri, 'db', '-'] },
  { title: 'events', argv: ({ uri }) => ['events', '-c', uri], lines: 6 },
  { title: 'events --json', argv: ({ uri }) => ['events', '-c', uri, '--json'], lines: 6 },
];
