import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DesiredServices } from '@kvm/host';
import type { MachineFiles } from '@kvm/shared-services';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';

/** The machines with their files: as rendered, or read back from a folder that `services render` has written. */
export function serviceMachines(
  session: Session,
  { declaration, machines }: DesiredServices,
  tree: string | undefined,
): MachineFiles[] {
  const { domain } = declaration;
  const addressesOf = new Map(declaration.machines.map(({ name, addresses }) => [name, addresses]));
  return machines.map(({ machine, files }) => ({
    machine,
    fqdn: `${machine}.${domain}`,
    addresses: addressesOf.get(machine) ?? [],
    files: tree === undefined ? files : filesBelow(resolve(session.io.cwd, tree, machine, 'root')),
  }));
}

function filesBelow(root: string): MachineFiles['files'] {
  if (lstatSync(root, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new CliError(
      'bad-input',
      `there is no folder ${root}: \`kvmctl services render\` writes one for each machine.`,
    );
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name);
      const { mode } = lstatSync(file);
      return { path: file.slice(root.length), mode: mode & 0o7777, content: readFileSync(file, 'utf8') };
    });
}
