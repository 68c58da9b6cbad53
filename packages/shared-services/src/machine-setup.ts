import type { System } from './declaration.ts';

/** Who may do what with a file. */
interface Rights {
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
}

/** A file for a machine, at its path there. */
export interface ServiceFile {
  readonly path: string;
  /** Permission bits: 0o644. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  /** Other rights that its own program gives it when it starts: they are no change by hand. */
  readonly alsoRights?: readonly Rights[];
  /** Holds a slot, as {@link secretSlot} writes it, for each of `secrets`. */
  readonly content: string;
  /** Names of the secrets that the content has slots for. */
  readonly secrets?: readonly string[];
  /** With its secrets filled in: what the content was before, which anybody may see. */
  readonly withSlots?: string;
}

/** What is to be done on a machine once one of some files is there or has changed. */
export interface Handler {
  /** Paths of these files. */
  readonly reads: readonly string[];
  /** Programs with their arguments, to be run in this order, and safe to run again. */
  readonly commands: readonly (readonly string[])[];
  /** systemd's units, or OpenRC's services, to be enabled, and restarted after the commands. */
  readonly units: readonly string[];
  /** Units that the commands start: they are to be enabled. */
  readonly started: readonly string[];
  /**
   * Units that the machine has without these files, too. When the files leave, they are restarted without them; all others are
   * disabled and stopped.
   */
  readonly own: readonly string[];
  /** A command that prints what somebody has changed by hand in what the commands made, a change a line. */
  readonly check?: readonly string[];
  /** Takes back what the commands have done outside of the files; run before the files leave. */
  readonly undo?: readonly string[];
}

/** What makes a machine a client or a server. */
export interface MachineSetup {
  readonly machine: string;
  readonly system: System;
  /** Its system's packages, sorted. */
  readonly packages: readonly string[];
  /** Sorted by path. */
  readonly files: readonly ServiceFile[];
  /** In the order in which they are to be done. */
  readonly handlers: readonly Handler[];
}

/**
 * Is there on a machine from before the first file is put to after the last unit was restarted; says what the machine then may
 * have of ours.
 */
export const UNFINISHED = '/etc/kvm/services-unfinished';

/** Lists on a machine what it has of ours. */
export const MANIFEST = '/etc/kvm/services-manifest';

/** Where our own files are on a machine: daemons find their keys there, so that everybody may enter it. */
export const OURS = '/etc/kvm';

/** Copies of what was on a machine before, each below here at its path there, with a number. */
export const REPLACED = '/etc/kvm/replaced';

/** The files of one program, and what is to be done when they change. */
export interface SetupPart extends Partial<Omit<Handler, 'reads'>> {
  readonly packages?: readonly string[];
  readonly files?: readonly ServiceFile[];
}

/** A file that everyone may read, and only root may change. */
export const textFile = (path: string, content: string): ServiceFile => ({
  path,
  mode: 0o644,
  owner: 'root',
  group: 'root',
  content,
});

/** A program of ours, which everyone may read. */
export const scriptFile = (path: string, content: string): ServiceFile => ({ ...textFile(path, content), mode: 0o755 });

/** The place of a secret in a text: what is rendered holds no secret itself. */
export const secretSlot = (name: string): string => `@secret:${name}@`;

/** Puts parts together: what several of them want, such as the authority's certificate, is there once. */
export function joinParts(machine: string, parts: readonly SetupPart[]): Omit<MachineSetup, 'system'> {
  const files = new Map(parts.flatMap((part) => part.files ?? []).map((file) => [file.path, file]));
  return {
    machine,
    packages: [...new Set(parts.flatMap((part) => part.packages ?? []))].sort(),
    files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
    handlers: parts.map(({ packages: _, files: own = [], ...handler }) => ({
      reads: own.map(({ path }) => path),
      commands: [],
      units: [],
      started: [],
      own: [],
      ...handler,
    })),
  };
}

type Handlers = readonly Pick<Handler, 'commands' | 'units' | 'started'>[];

/** What some handlers run, each command once. */
export const commandsOf = (handlers: Handlers): readonly (readonly string[])[] => [
  ...new Map(
    handlers.flatMap(({ commands }) => commands.map((command) => [JSON.stringify(command), command])),
  ).values(),
];

/** The units that some handlers restart. */
export const restartedBy = (handlers: Handlers): readonly string[] => [
  ...new Set(handlers.flatMap(({ units }) => units)),
];

/** The units that some handlers enable: those they restart, and those that their commands start. */
export const enabledBy = (handlers: Handlers): readonly string[] => [
  ...new Set(handlers.flatMap(({ units, started }) => [...units, ...started])),
];
