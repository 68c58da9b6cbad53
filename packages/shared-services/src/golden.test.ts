import { expect, test } from 'vitest';
import { firstOfEach, room } from '../test/rooms.ts';
import { implementations, type ServiceName, serviceNames } from './declaration.ts';
import type { MachineSetup } from './machine-setup.ts';
import { renderServices } from './render.ts';

/** A machine's setup as a person reads it. */
const tell = ({ machine, packages, files, commands, units }: MachineSetup): string =>
  [
    `${machine}: packages ${packages.join(' ') || '-'}; units ${units.join(' ') || '-'}\n`,
    ...commands.map((command) => `${machine}: runs ${command.join(' ')}\n`),
    ...files.map(
      ({ path, mode, owner, group, content }) =>
        `\n=== ${machine}:${path} ${mode.toString(8)} ${owner}:${group}\n${content.replace(/\n?$/, '\n')}`,
    ),
  ].join('');

const each = serviceNames.flatMap((service) =>
  implementations[service].map((program): [ServiceName, string] => [service, program]),
);

// `npx vitest run --project unit packages/shared-services/src/golden -u` writes them anew.
test.each(each)('both sides of %s by %s are as they were read over', async (service, program) => {
  const { domain, machines, [service]: only } = room({ ...firstOfEach, [service]: program }, ['web']);
  const text = renderServices({ domain, machines, [service]: only })
    .map(tell)
    .join('\n');
  await expect(text).toMatchFileSnapshot(`../test/golden/${service}-${program}.txt`);
});
