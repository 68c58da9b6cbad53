import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { describe, expect, test } from 'vitest';
import { capturedRun } from './captured-run.ts';
import { broken, hostWith, targets, withXml, xmlWith } from './hostile-inventories.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Parts of a machine that change while nobody does anything, or that other tests and npm change. */
const restless =
  /^\/proc\/sys\/(net|fs\/(dentry|inode|file-nr|aio-nr)|kernel\/(random|ns_last_pid|pty|spl))|^\/dev\/(loop|pts|shm|mqueue|vc|dm-|mapper\/)|^\/sys\/kernel\/mm\/.*\/(stats\/|pages_|full_scans)|^\/root\/\.(npm|cache)|\/(run|wakeup)[^/]*$/;

/** What is at a path: its kind, mode and content, or where it leads. */
function fingerprint(path: string): string {
  const { mode, rdev, size } = lstatSync(path);
  const kind = mode.toString(8);
  if ((mode & 0o170000) === 0o120000) return `${kind} ${readlinkSync(path)}`;
  if ((mode & 0o170000) !== 0o100000) return `${kind} ${rdev}`;
  if ((mode & 0o444) === 0 || size > 16 * 1024 * 1024) return kind;
  try {
    return `${kind} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
  } catch (error) {
    return `${kind} ${(error as NodeJS.ErrnoException).code}`; // some settings cannot be read
  }
}

/** All that is below a folder, by path; links are not followed. */
function below(folder: string): [string, string][] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, string][] => {
    const path = join(folder, entry.name);
    if (restless.test(path)) return [];
    try {
      return [[path, fingerprint(path)], ...(entry.isDirectory() ? below(path) : [])];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // it went while it was looked at
      throw error;
    }
  });
}

const folders = ['/proc/sys', '/sys/module', '/sys/kernel/mm', '/sys/power', '/dev', '/etc', '/root'];
const machine = (): Map<string, string> => new Map(folders.flatMap(below));

/** Where two looks at the machine differ. */
const differences = (one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): string[] =>
  [...new Set([...one.keys(), ...other.keys()])].filter((path) => one.get(path) !== other.get(path));

describe.skipIf(needs('root'))("somebody else's inventory", () => {
  test('hostile ones, through every command that looks or plays: what reaches out is named and refused, and the machine is as before', {
    timeout: 1_800_000,
  }, async () => {
    const folder = temporaryFolder();
    const trace = join(folder, 'trace');
    writeFileSync(join(folder, 'evil'), `#!/bin/sh\n: >${trace}\n`, { mode: 0o755 });
    const paths = [...targets(trace), join(folder, 'evil')];
    const reaching = [
      ...paths.flatMap((path) => xmlWith(path).map((xml) => withXml(`<domain>${xml}</domain>`))),
      ...paths.filter((path) => !path.includes('..')).flatMap(hostWith),
    ];
    // What changes by itself between these two looks is not compared afterwards.
    const [first, before] = [machine(), machine()];
    const bySelf = new Set(differences(first, before));
    expect(before.size).toBeGreaterThan(1000);

    const wrong: string[] = [];
    let tried = 0;
    const attempt = async (
      stdin: string,
      words: readonly string[],
      isRight: (exitCode: number, said: string) => boolean,
    ) => {
      tried += 1;
      const out = join(folder, 'out');
      const { exitCode, stdout, stderr } = await capturedRun(
        ['-i', '-', ...words, ...(words[0] === 'render' ? ['--out', out] : [])],
        { stdin },
      );
      const right =
        isRight(exitCode, stderr) && !/mistake in kvmctl/.test(stderr) && !existsSync(out) && !existsSync(trace);
      if (!right)
        wrong.push(
          `${words.join(' ')}: ${exitCode} ${stdout.slice(0, 200)}${stderr.slice(0, 200)} for\n${stdin.slice(0, 300)}`,
        );
    };
    const looks = [['show'], ['firewall', 'show']] as const;
    const plays = [['render'], ['doctor'], ['lab', 'up']] as const;
    for (const text of reaching) {
      await attempt(text, ['validate'], (exitCode, said) =>
        exitCode === 0 ? said.includes('warning: stdin:') : said.includes('stdin:'),
      );
      for (const words of looks) await attempt(text, words, (exitCode) => exitCode < 2);
      for (const words of plays)
        await attempt(text, words, (exitCode, said) => exitCode === 1 && /stdin:\d+:\d+: /.test(said));
    }
    for (const text of broken)
      for (const words of [['validate'], ...looks, ...plays])
        await attempt(text, words, (exitCode, said) => exitCode === 1 && said.includes('stdin'));

    process.stderr.write(`hostile inventories: ${tried} tried, ${tried - wrong.length} right\n`);
    expect(wrong).toEqual([]);
    expect(tried).toBeGreaterThan(3000);
    const changed = differences(before, machine()).filter((path) => !bySelf.has(path));
    expect(changed).toEqual([]);
  });
});
