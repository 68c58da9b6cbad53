import { createHash } from 'node:crypto';
import { enabledBy, type MachineSetup, ServicesError } from '../index.ts';
import { MANIFEST } from '../machine-setup.ts';

/** A file of ours on a machine. */
export interface ListedFile {
  /** SHA-256 of what we put there; of several contents while an apply is under way. */
  readonly sums: readonly string[];
  /** A copy of what was there before our first one. */
  readonly before?: string;
}

/** What a machine has of ours. It is kept there, so that what leaves the inventory is known by it. */
export interface Manifest {
  /** By path. */
  readonly files: ReadonlyMap<string, ListedFile>;
  /** Units that we have enabled or told; when they leave they are stopped, or released: restarted without our files. */
  readonly units: ReadonlyMap<string, 'stop' | 'release'>;
  /** Commands that take back what is no file. */
  readonly undo: readonly (readonly string[])[];
}

export const sumOf = (content: string): string => createHash('sha256').update(content).digest('hex');

/** @param before copies of what was there before, by path */
export function manifestOf({ files, handlers }: MachineSetup, before: ReadonlyMap<string, string>): Manifest {
  const own = new Set(handlers.flatMap((handler) => handler.own));
  return {
    files: new Map(
      files.map(({ path, content }) => {
        const copy = before.get(path);
        return [path, { sums: [sumOf(content)], ...(copy !== undefined && { before: copy }) }];
      }),
    ),
    units: new Map([...enabledBy(handlers), ...own].map((unit) => [unit, own.has(unit) ? 'release' : 'stop'])),
    undo: handlers.flatMap(({ undo }) => (undo === undefined ? [] : [undo])),
  };
}

/** What is in one or the other; of a file, every content that it may have, and the oldest copy of what was there before. */
export function joinManifests(older: Manifest, newer: Manifest): Manifest {
  const files = new Map(older.files);
  for (const [path, { sums, before }] of newer.files) {
    const known = files.get(path);
    const copy = known?.before ?? before;
    files.set(path, {
      sums: [...new Set([...(known?.sums ?? []), ...sums])],
      ...(copy !== undefined && { before: copy }),
    });
  }
  const undo = new Map([...older.undo, ...newer.undo].map((command) => [JSON.stringify(command), command]));
  return { files, units: new Map([...older.units, ...newer.units]), undo: [...undo.values()] };
}

export const noManifest: Manifest = { files: new Map(), units: new Map(), undo: [] };

/** On one line. */
export const renderManifest = ({ files, units, undo }: Manifest): string =>
  `${JSON.stringify({ version: 1, files: Object.fromEntries(files), units: Object.fromEntries(units), undo })}\n`;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string => typeof value === 'string' && /^[\x20-\x7e]+$/.test(value);

/** A place below /etc, whoever has written it down. */
const isPlace = (value: unknown): value is string =>
  isText(value) && value.startsWith('/etc/') && !value.split('/').some((part) => part === '..' || part === '.');

const isUnit = (name: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.@\\:-]*$/.test(name);

const isSums = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((sum) => typeof sum === 'string' && /^[0-9a-f]{64}$/.test(sum));

/**
 * Reads a manifest, which is a machine's text.
 *
 * @throws ServicesError `bad-manifest`
 */
export function parseManifest(text: string, machine: string): Manifest {
  const bad = (why: string): ServicesError =>
    new ServicesError(
      'bad-manifest',
      `${MANIFEST} of ${machine} does not list what kvmctl has put there (${why}). Move it away: the next apply lists what ` +
        'is there then, and nothing that has left the inventory before is taken back.',
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw bad('it is no JSON');
  }
  if (!isFields(value) || value.version !== 1) throw bad('it is of another version');
  const { files, units, undo } = value;
  if (!isFields(files) || !isFields(units) || !Array.isArray(undo)) throw bad('something is missing in it');
  return {
    files: new Map(
      Object.entries(files).map(([path, file]) => {
        if (!isPlace(path) || !isFields(file) || !isSums(file.sums)) throw bad('it has a file that is none of ours');
        if (file.before !== undefined && !isPlace(file.before)) throw bad('it has a copy that is none of ours');
        return [path, { sums: file.sums, ...(file.before !== undefined && { before: file.before }) }];
      }),
    ),
    units: new Map(
      Object.entries(units).map(([unit, how]) => {
        if (!isUnit(unit) || (how !== 'stop' && how !== 'release')) throw bad('it has a unit that is none of ours');
        return [unit, how];
      }),
    ),
    undo: undo.map((command: unknown) => {
      if (!Array.isArray(command) || command.length === 0 || !command.every(isText))
        throw bad('it has a command that is none of ours');
      return command;
    }),
  };
}
