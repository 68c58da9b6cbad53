import { resolve } from 'node:path';
import type { DesiredServices } from '@kvm/host';
import type { MachineFiles } from '@kvm/shared-services';
import { loadMachineFiles } from '@kvm/shared-services/run';
import type { Session } from '../../session.ts';

/** The machines with their files: as rendered, or read back from a folder that `services render` has written. */
export function machineFiles(
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
    files: tree === undefined ? files : loadMachineFiles(resolve(session.io.cwd, tree, machine, 'root')),
  }));
}
