import type { Handler, MachineSetup } from '../src/index.ts';

const list = (word: string, units: readonly string[]): string[] =>
  units.length === 0 ? [] : [`${word} ${units.join(' ')}`];

const done = ({ commands, units, started, own, check, undo }: Handler): string[] => [
  ...commands.map((command) => `runs ${command.join(' ')}`),
  ...list('starts', started),
  ...list('restarts', units),
  ...list('gives back', own),
  ...list('is asked by', check ?? []),
  ...list('is taken back by', undo ?? []),
];

/** A machine's setup as a person reads it. */
export const tell = ({ machine, packages, files, handlers }: MachineSetup): string =>
  [
    `${machine}: packages ${packages.join(' ') || '-'}\n`,
    ...handlers
      .filter((handler) => done(handler).length > 0)
      .map(
        (handler) =>
          `${machine}: when these change: ${handler.reads.join(' ')}\n${done(handler)
            .map((each) => `  ${each}\n`)
            .join('')}`,
      ),
    ...files.map(
      ({ path, mode, owner, group, content }) =>
        `\n=== ${machine}:${path} ${mode.toString(8)} ${owner}:${group}\n${content.replace(/\n?$/, '\n')}`,
    ),
  ].join('');
