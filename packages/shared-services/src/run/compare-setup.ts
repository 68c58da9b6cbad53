import type { Argv, RunProgram } from '@kvm/command';
import { caFile } from '../certificates.ts';
import type { Handler, MachineSetup, ServiceFile } from '../index.ts';
import { MANIFEST, UNFINISHED } from '../machine-setup.ts';
import { systemTools } from '../system-tools.ts';
import { type HandMade, readByHand, type Unseen } from './by-hand.ts';
import {
  joinManifests,
  type ListedFile,
  type Manifest,
  manifestOf,
  noManifest,
  parseManifest,
  sumOf,
} from './manifest.ts';
import { mustRun } from './must-run.ts';

/** How a file on a machine differs from the one of its setup. */
export interface FileDifference {
  readonly file: ServiceFile;
  /** What there is instead: `is not there`, `is out of date`, `was changed by hand`, `mode 0644`, `owner root:root`. */
  readonly found: readonly string[];
  /** Of what somebody has made or changed by hand, the text; a copy of it is kept when ours takes its place. */
  readonly byHand?: HandMade | Unseen;
}

/** What is on a machine of ours, and left its setup. */
export interface Leftovers {
  readonly files: readonly LeftFile[];
  readonly units: readonly { readonly unit: string; readonly how: 'stop' | 'release' }[];
  /** Commands that take back what is no file. */
  readonly undo: readonly (readonly string[])[];
}

export interface LeftFile {
  readonly path: string;
  /** Whether somebody has changed it since: a copy of it is kept. */
  readonly byHand: boolean;
  /** The copy of what was there before our first one, which is put back. */
  readonly before?: string;
}

/** A change by hand, in what the commands of a handler have made. */
export interface StateChange {
  readonly handler: Handler;
  readonly found: string;
}

/** What a machine lacks of its setup, and what it has beyond it. */
export interface SetupDifference {
  readonly machine: string;
  /** Packages that are not installed. */
  readonly packages: readonly string[];
  readonly files: readonly FileDifference[];
  readonly left: Leftovers;
  /** What somebody has changed by hand in what is no file, such as cn=config of slapd. */
  readonly changes: readonly StateChange[];
  /** Files were put there before, and the programs that use them not told. */
  readonly interrupted: boolean;
  /** Whether it trusts another certificate authority, and none of those that it is to trust. */
  readonly foreignAuthority: boolean;
  /** What the machine says it has of ours. */
  readonly listed: Manifest;
  /** Whether that is what it is to have. */
  readonly isListed: boolean;
}

/** Whether there is something to be done on a machine. */
export const isDue = ({ packages, files, left, changes, interrupted, isListed }: SetupDifference): boolean =>
  packages.length + files.length + changes.length > 0 || hasLeft(left) || interrupted || !isListed;

const hasLeft = ({ files, units, undo }: Leftovers): boolean => files.length + units.length + undo.length > 0;

/**
 * A line a path: `file 644 root root SHA256`, `link TARGET`, `other`, or `-`. Then a line for each list: `+` and what it says,
 * nothing when it is not there.
 */
const LOOK = `while IFS= read -r path; do
  if [ -L "$path" ]; then echo "link $(readlink "$path" | tr -d '\\n')"
  elif [ -f "$path" ]; then sum=$(sha256sum <"$path"); echo "file $(stat -c '%a %U %G' "$path") \${sum%% *}"
  elif [ -e "$path" ]; then echo other
  else echo -
  fi
done
for list; do
  if [ -e "$list" ]; then printf +; head -c 4194304 "$list" | tr -d '\\n'; fi
  echo
done`;

/**
 * Compares a machine with its setup.
 *
 * @param setup with its secrets
 * @param run runs a program as root on the machine
 * @throws ServicesError `program-failed`, `bad-manifest`
 */
export async function compareSetup(setup: MachineSetup, run: RunProgram): Promise<SetupDifference> {
  const { machine } = setup;
  const paths = setup.files.map(({ path }) => path);
  const { lines, lists } = await look(paths, [MANIFEST, UNFINISHED], run);
  const [manifest, unfinished] = lists;
  // An older kvmctl's mark says nothing.
  const [finished, begun] = [manifest, unfinished].map((text) => (text ? parseManifest(text, machine) : noManifest));
  const listed = joinManifests(finished ?? noManifest, begun ?? noManifest);
  const files: FileDifference[] = [];
  for (const [index, file] of setup.files.entries()) {
    const difference = await compareFile({ file, line: lines[index] ?? '-', listed: listed.files.get(file.path) }, run);
    if (difference.found.length > 0) files.push(difference);
  }
  return {
    machine,
    packages: await missing(setup, run),
    files,
    left: await leftovers(setup, listed, run),
    changes: await changesByHand(setup, files, run),
    interrupted: unfinished !== undefined,
    foreignAuthority: await trustsOthers(files, run),
    listed,
    isListed: isListed(setup, finished ?? noManifest),
  };
}

async function look(paths: readonly string[], lists: readonly string[], run: RunProgram) {
  const command: Argv = ['sh', '-euc', LOOK, 'look', ...lists];
  const lines = (await mustRun(run, command, paths.map((path) => `${path}\n`).join(''))).split('\n');
  const found = lines.slice(paths.length, paths.length + lists.length);
  return { lines, lists: found.map((line) => (line.startsWith('+') ? line.slice(1) : undefined)) };
}

interface Found {
  readonly file: ServiceFile;
  readonly line: string;
  readonly listed: ListedFile | undefined;
}

async function compareFile({ file, line, listed }: Found, run: RunProgram): Promise<FileDifference> {
  const [kind, ...words] = line.split(' ');
  // Somebody has made it, or its package has, or a kvmctl from before there was a list.
  const by = listed === undefined ? 'is not listed as ours' : 'was changed by hand';
  if (kind === '-') return { file, found: ['is not there'] };
  if (kind === 'link') return { file, found: [`${by}: a link to ${words.join(' ')}`], byHand: { why: 'it is a link' } };
  if (kind !== 'file') return { file, found: [`${by}: no plain file`], byHand: { why: 'it is no plain file' } };
  const [mode = '', owner, group, sum = ''] = words;
  const bits = Number.parseInt(mode, 8);
  const isUsual = file.alsoRights?.some((each) => each.mode === bits && each.owner === owner && each.group === group);
  const rights = [
    ...(isUsual || bits === file.mode ? [] : [`mode ${mode.padStart(4, '0')}`]),
    ...(isUsual || (owner === file.owner && group === file.group) ? [] : [`owner ${owner}:${group}`]),
  ];
  if (sum === sumOf(file.content)) return { file, found: rights };
  if (listed?.sums.includes(sum)) return { file, found: ['is out of date', ...rights] };
  return { file, found: [by, ...rights], byHand: await readByHand(file, bits, run) };
}

/** All that a file of authorities says. */
const authoritySlot = caFile().content;

/** A machine that was set up from another folder of secrets. */
async function trustsOthers(files: readonly FileDifference[], run: RunProgram): Promise<boolean> {
  const certificates = (text: string): string[] => text.match(/-----BEGIN CERTIFICATE-----[^-]*/g) ?? [];
  for (const { file, found } of files) {
    if (file.withSlots !== authoritySlot || found.includes('is not there')) continue;
    const there = certificates((await run(['cat', file.path])).stdout);
    const wanted = certificates(file.content);
    if (there.length > 0 && !there.some((certificate) => wanted.includes(certificate))) return true;
  }
  return false;
}

async function leftovers(setup: MachineSetup, listed: Manifest, run: RunProgram): Promise<Leftovers> {
  const { files, units, undo } = manifestOf(setup, new Map());
  const left = [...listed.files].filter(([path]) => !files.has(path));
  const { lines } =
    left.length === 0
      ? { lines: [] }
      : await look(
          left.map(([path]) => path),
          [],
          run,
        );
  const commands = new Set(undo.map((command) => JSON.stringify(command)));
  return {
    files: left.flatMap(([path, { sums, before }], index) => {
      const line = lines[index] ?? '-';
      const copy = before !== undefined && { before };
      if (line === '-') return copy ? [{ path, byHand: false, ...copy }] : [];
      return [{ path, byHand: !sums.includes(line.split(' ').at(-1) ?? ''), ...copy }];
    }),
    units: [...listed.units].flatMap(([unit, how]) => (units.has(unit) ? [] : [{ unit, how }])),
    undo: listed.undo.filter((command) => !commands.has(JSON.stringify(command))),
  };
}

/** Asked of the machine's own scripts, as far as they are there as they are to be. */
async function changesByHand(
  { handlers }: MachineSetup,
  differing: readonly FileDifference[],
  run: RunProgram,
): Promise<StateChange[]> {
  const changes: StateChange[] = [];
  for (const handler of handlers) {
    const [program, ...words] = handler.check ?? [];
    if (program === undefined || differing.some(({ file }) => handler.reads.includes(file.path))) continue;
    const { exitCode, stdout, stderr } = await run([program, ...words]);
    const why = exitCode === 0 ? [] : [`${program} cannot tell: ${stderr.trim() || `exit status ${exitCode}`}`];
    const found = [...stdout.split('\n').filter((line) => line !== ''), ...why];
    changes.push(...found.map((each) => ({ handler, found: each })));
  }
  return changes;
}

function isListed(setup: MachineSetup, finished: Manifest): boolean {
  const { files, units, undo } = manifestOf(setup, new Map());
  const isSame = (sums: readonly string[], path: string): boolean =>
    JSON.stringify(finished.files.get(path)?.sums) === JSON.stringify(sums);
  return (
    files.size === finished.files.size &&
    [...files].every(([path, { sums }]) => isSame(sums, path)) &&
    JSON.stringify([...units].sort()) === JSON.stringify([...finished.units].sort()) &&
    JSON.stringify([...undo].sort()) === JSON.stringify([...finished.undo].sort())
  );
}

async function missing({ packages, system }: MachineSetup, run: RunProgram): Promise<string[]> {
  if (packages.length === 0) return [];
  // It fails where one of them is unknown, and tells of the others all the same.
  const query = await run([...systemTools[system].installed, ...packages]);
  const installed = new Set(query.stdout.split('\n'));
  return packages.filter((name) => !installed.has(`${name} installed`));
}
