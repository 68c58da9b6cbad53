import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ObservedDomain } from '@kvm/host';
import type { OpenHost } from '../../hosts/open-host.ts';
import { readText } from '../../input/read-inventory.ts';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';

/** The inventory's text; undefined where there is none yet. */
export async function textOrNone(session: Session): Promise<string | undefined> {
  const { inventory, io } = session;
  if (inventory !== '-' && !existsSync(resolve(io.cwd, inventory))) return undefined;
  const text = await readText(session);
  return inventory === '-' && text === '' ? undefined : text;
}

/** An inventory of a host that has none. @throws CliError `no-inventory` */
export async function beginInventory(
  { run, connection }: OpenHost,
  found: { readonly groups: readonly string[]; readonly domains: readonly ObservedDomain[] },
): Promise<string> {
  const { newInventory } = await import('@kvm/host');
  const { findUplink } = await import('@kvm/host/run');
  const uplink = await findUplink(run);
  if (uplink === undefined) {
    const message =
      'no interface of the host has an IPv4 address. Write an inventory with `kvmctl init`, then import into it.';
    throw new CliError('no-inventory', message);
  }
  return newInventory({ hostname: await connection.hostname(), uplink, ...found });
}
