import type { MachineSetup } from '../src/index.ts';

/** A machine's setup as a person reads it. */
export const tell = ({ machine, packages, files, commands, units }: MachineSetup): string =>
  [
    `${machine}: packages ${packages.join(' ') || '-'}; units ${units.join(' ') || '-'}\n`,
    ...commands.map((command) => `${machine}: runs ${command.join(' ')}\n`),
    ...files.map(
      ({ path, mode, owner, group, content }) =>
        `\n=== ${machine}:${path} ${mode.toString(8)} ${owner}:${group}\n${content.replace(/\n?$/, '\n')}`,
    ),
  ].join('');
