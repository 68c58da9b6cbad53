import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ImportableDomain, ObservedDomain } from '@kvm/host';
import type { OpenHost } from '../../hosts/open-host.ts';
import { readText } from '../../input/read-inventory.ts';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';
import { newInventory } from './new-inventory.ts';

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
  const { findUplink } = await import('@kvm/host/run');
  const uplink = await findUplink(run);
  if (uplink === undefined) {
    const message =
      'no interface of the host has an IPv4 address. Write an inventory with `kvmctl init`, then import into it.';
    throw new CliError('no-inventory', message);
  }
  return newInventory({ hostname: await connection.hostname(), uplink, ...found });
}

interface Choice {
  readonly domains: readonly ObservedDomain[];
  readonly names: readonly string[];
  readonly text: string;
}

/** The named domains, else all that are neither ours nor in the inventory. @throws CliError `no-such-guest` */
export async function readWanted(
  { connection }: OpenHost,
  { domains, names, text }: Choice,
): Promise<ImportableDomain[]> {
  const { isOurs, guestUuid } = await import('@kvm/host');
  const { parseInventory } = await import('@kvm/inventory');
  const unknown = names.filter((name) => !domains.some((domain) => domain.name === name));
  if (unknown.length > 0) {
    const known = domains.map(({ name }) => name).join(', ') || 'none';
    throw new CliError('no-such-guest', `no domain is called ${unknown.join(', ')}. There are: ${known}.`);
  }
  const { guests, host } = parseInventory(text).inventory;
  const written = new Set(guests.map((guest) => guestUuid(host, guest)));
  const wanted = domains.filter(({ name, uuid, definition }) =>
    names.length > 0 ? names.includes(name) : !written.has(uuid) && !isOurs(definition),
  );
  return Promise.all(
    wanted.map(async ({ name, uuid, active, autostart }) => {
      const domain = await connection.domainByUuid(uuid);
      return { name, uuid, active, autostart, xml: await domain.xml({ inactive: true }) };
    }),
  );
}
