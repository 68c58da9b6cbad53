import { buildDomain, domainData, parseXml } from '@kvm/domain-xml';
import { parseInventory } from '@kvm/inventory';
import { tapSettings } from '@kvm/netplan';
import { settingsIn } from '../src/desired/host-files.ts';
import {
  type Desired,
  deriveDesired,
  lookAt,
  type Observed,
  type ObservedTap,
  type PlanOptions,
  planHost,
} from '../src/index.ts';

/** Derived from guests, and more of an inventory. */
export const desired = (guests: string, policy = '') =>
  deriveDesired(
    parseInventory(`host: { name: management, address: 192.168.100.1/24 }\nguests:\n${guests}\n${policy}`, {
      file: 'home.yaml',
    }),
  );

/** A host that is what an inventory says, running guests included. */
export async function asDesired(what: Desired): Promise<Observed> {
  const { files, links, settings, volumes } = lookAt(what);
  const domains = await Promise.all(
    what.guests.map(async ({ guest, domain }) => {
      const definition = domainData(parseXml(await buildDomain(domain)));
      const active = guest.state === 'running';
      return {
        name: guest.name,
        uuid: domain.uuid ?? '',
        active,
        paused: false,
        persistent: true,
        autostart: guest.autostart !== false,
        definition,
        ...(active && { running: definition }),
      };
    }),
  );
  return {
    files: new Map(files.map(({ path, mode, content }) => [path, { kind: 'file', mode, content }])),
    settings: new Map(
      files.flatMap(({ content }) => settingsIn(content).map(({ path, value }): [string, string] => [path, value])),
    ),
    links: new Map(links.map(({ path, to }) => [path, to])),
    domains,
    changedAt: new Map(),
    ...asSetUp(what),
    volumes: new Set(volumes),
    ...(settings.length > 0 && what.policy && { firewall: { foreign: [], missing: [] } }),
  };
}

/** The taps of running guests as `/etc/kvm/tun-start` makes them. */
function asSetUp({ guests, inventory }: Desired): Pick<Observed, 'taps' | 'routes'> {
  const running = guests.filter(({ guest }) => guest.state === 'running').map(({ net }) => net);
  return {
    taps: new Map(
      running.map(({ tap, ipv4, ipv6 }) => [
        tap,
        {
          isUp: true,
          isHeld: true,
          addresses: [ipv4, ...(ipv6 ? [ipv6] : [])].map(({ host, prefix }) => `${host}/${prefix}`),
          settings: new Map(
            tapSettings(inventory.ranges).map(({ family, name, value }) => [
              `${family}/conf/${tap}/${name}`,
              `${value}`,
            ]),
          ),
        },
      ]),
    ),
    routes: running.flatMap(({ tap, ipv4, ipv6 }) =>
      [ipv4, ...(ipv6 ? [ipv6] : [])].map(({ cidr }) => ({ to: cidr, device: tap })),
    ),
  };
}

/** One that is there. */
export function tapOf({ taps }: Observed, name: string): ObservedTap {
  const tap = taps.get(name);
  if (tap === undefined) throw new Error(`there is no ${name}`);
  return tap;
}

/** What a plan says: a line for each step, and each thing that is left alone. */
export function planned(what: Desired, observed: Observed, options?: PlanOptions): string[] {
  const { steps, waiting } = planHost(what, observed, options);
  return [
    ...steps.map(({ id, effect, changes }) =>
      [`${id}: ${effect}`, ...changes.map((each) => `${each.what} ${each.before} -> ${each.after}`)].join('; '),
    ),
    ...waiting.map(({ kind, what: text, changes }) =>
      [`${kind}: ${text}`, ...changes.map((each) => `${each.what} ${each.before} -> ${each.after}`)].join('; '),
    ),
  ];
}
