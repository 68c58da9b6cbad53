import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type RunProgram, runHere } from '@kvm/command';
import type { MachineFiles } from '../index.ts';
import { type Checker, checkers } from './checkers.ts';

/** What a program says about one of its files. */
export interface CheckResult {
  readonly machine: string;
  readonly path: string;
  readonly program: string;
  /** `unchecked`: the program is not here, or works for root only, so that nobody knows. */
  readonly verdict: 'good' | 'broken' | 'unchecked';
  /** What a broken file's program said, or why there is no verdict. */
  readonly said: string;
}

/** All that a checker has to know of a machine. */
type Laid = Pick<MachineFiles, 'machine' | 'files'>;

/**
 * Lets each program check its own files, which are laid out in a folder of their own: nothing of this machine's is read or
 * changed.
 *
 * @param machine with its secrets filled in: some checkers want keys and certificates to be there
 */
export async function checkFiles(machine: Laid, run: RunProgram = runHere): Promise<CheckResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'kvm-services-'));
  try {
    await layOut(machine, folder);
    const results: CheckResult[] = [];
    for (const { path } of machine.files)
      for (const checker of checkers.filter(({ reads }) => reads(path)))
        results.push({
          machine: machine.machine,
          path,
          ...(await checkFile(checker, join(folder, path), { folder, run })),
        });
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Files name each other by their places, which are others here. */
async function layOut({ files }: Laid, folder: string): Promise<void> {
  const paths = files.map(({ path }) => path).sort((a, b) => b.length - a.length);
  for (const { path, mode, content } of files) {
    const place = join(folder, path);
    await mkdir(dirname(place), { recursive: true });
    const moved = paths.reduce((text, other) => text.replaceAll(other, join(folder, other)), content);
    await writeFile(place, moved);
    await chmod(place, mode);
  }
}

async function checkFile(
  { program, command, edit, fault }: Checker,
  file: string,
  { folder, run }: { folder: string; run: RunProgram },
): Promise<Pick<CheckResult, 'program' | 'verdict' | 'said'>> {
  const scratch = await mkdtemp(join(folder, 'scratch-'));
  if (edit) await writeFile(file, edit(await readFile(file, 'utf8'), scratch));
  const result = await run(command(file, scratch));
  if (result.exitCode === 127) return { program, verdict: 'unchecked', said: 'no such program here' };
  if (/must be run as root/i.test(result.stderr))
    return { program, verdict: 'unchecked', said: 'it works for root only' };
  const text = `${result.stdout}${result.stderr}`.trim() || `exit status ${result.exitCode}`;
  const wrong = fault ? fault(result) : result.exitCode === 0 ? undefined : text;
  return { program, verdict: wrong === undefined ? 'good' : 'broken', said: wrong?.replaceAll(folder, '') ?? '' };
}
