import type { System } from './declaration.ts';

/** A file for a machine, at its path there. */
export interface ServiceFile {
  readonly path: string;
  /** Permission bits: 0o644. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  /** Holds a slot, as {@link secretSlot} writes it, for each of `secrets`. */
  readonly content: string;
  /** Names of the secrets that the content has slots for. */
  readonly secrets?: readonly string[];
}

/** What makes a machine a client or a server. */
export interface MachineSetup {
  readonly machine: string;
  readonly system: System;
  /** Its system's packages, sorted. */
  readonly packages: readonly string[];
  /** Sorted by path. */
  readonly files: readonly ServiceFile[];
  /** Programs with their arguments, to be run in this order once the files are there, and safe to run again. */
  readonly commands: readonly (readonly string[])[];
  /** systemd's units, or OpenRC's services, to be enabled and restarted. */
  readonly units: readonly string[];
}

/** Is there on a machine from before the first file is put to after the last unit was restarted. */
export const UNFINISHED = '/etc/kvm/services-unfinished';

/** One service's part of a machine. */
export type SetupPart = { readonly [Key in Exclude<keyof MachineSetup, 'machine' | 'system'>]?: MachineSetup[Key] };

/** A file that everyone may read, and only root may change. */
export const textFile = (path: string, content: string): ServiceFile => ({
  path,
  mode: 0o644,
  owner: 'root',
  group: 'root',
  content,
});

/** The place of a secret in a text: what is rendered holds no secret itself. */
export const secretSlot = (name: string): string => `@secret:${name}@`;

/** Puts parts together: what several of them want, such as the authority's certificate, is there once. */
export function joinParts(machine: string, parts: readonly SetupPart[]): Omit<MachineSetup, 'system'> {
  const all = <T>(pick: (part: SetupPart) => readonly T[] | undefined): T[] =>
    parts.flatMap((part) => pick(part) ?? []);
  const files = new Map(all((part) => part.files).map((file) => [file.path, file]));
  return {
    machine,
    packages: [...new Set(all((part) => part.packages))].sort(),
    files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    commands: all((part) => part.commands),
    units: [...new Set(all((part) => part.units))],
  };
}
