import type { PolicyProblem } from './errors.ts';
import { isGuestTap } from './guest-networks.ts';
import type { FirewallZones, ZoneGuest } from './model.ts';
import { covers, isSingle, type Prefix, parsePrefix, prefixOf } from './prefix.ts';
import { outermost } from './prefix-index.ts';
import type { ResolvedGuest, ResolvedGuestNetworks } from './resolved.ts';

export interface ZoneTable {
  readonly zones: ReadonlyMap<string, readonly Prefix[]>;
  readonly guests: readonly ResolvedGuest[];
  readonly guestNetworks: ResolvedGuestNetworks;
}

type Report = (problem: PolicyProblem) => void;
type Path = PolicyProblem['path'];

const RESERVED = ['guests', 'host', 'lan', 'anywhere'];
/** Every address of both families. */
export const EVERYWHERE: readonly Prefix[] = [prefixOf(0n, 4, 0), prefixOf(0n, 6, 0)];

/** What `iptables -i` and nft take literally: neither `+` nor `*`, which are patterns there. */
const isInterface = (name: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/.test(name);

export function resolveZones(zones: FirewallZones, report: Report): ZoneTable {
  const names = new NameRegister(report);
  const once = new NameRegister(report);
  const guests = zones.guests.map((guest) => resolveGuest(guest, names, once));
  const groups = new Map<string, Prefix[]>();
  zones.guests.forEach(({ groups: of = [] }, index) => {
    for (const group of new Set(of)) {
      const members = groups.get(group) ?? [];
      members.push(...(guests[index]?.addresses ?? []));
      groups.set(group, members);
    }
  });
  for (const group of groups.keys()) names.add(group, ['groups', group]);
  const named = (zones.named ?? []).map(({ name, addresses }) => {
    const path = ['named', name];
    names.add(name, path);
    return [name, prefixes(addresses, path, report)] as const;
  });
  const host = prefixes(zones.host.addresses, ['host', 'addresses'], report, true);
  for (const address of host) once.claim('duplicate-address', address.text, ['host', 'addresses']);
  const { taps } = zones.guestNetworks;
  if (!/^[A-Za-z][A-Za-z_-]{0,7}$/.test(taps))
    report({
      code: 'bad-interface',
      path: ['guestNetworks', 'taps'],
      message: `${JSON.stringify(taps)} begins no tap's name.`,
      remedy: 'Write up to eight letters, like tun.',
    });
  zones.guests.forEach(({ name, tap }) => {
    if (isInterface(tap) && !isGuestTap(taps, tap))
      report({
        code: 'bad-interface',
        path: ['guests', name, 'tap'],
        message: `The tap ${JSON.stringify(tap)} does not begin like other guests', or is ${taps}0.`,
        remedy: `Write ${taps} and the guest's number.`,
      });
  });
  if (!isInterface(zones.host.uplink) || isGuestTap(taps, zones.host.uplink))
    report({
      code: 'bad-interface',
      path: ['host', 'uplink'],
      message: `The uplink ${JSON.stringify(zones.host.uplink)} is not an interface of its own, like eth0.`,
      remedy: "Write the interface that is on the LAN; `ip route` shows it after 'dev'.",
    });
  const lan = prefixes(zones.lan, ['lan'], report);
  const ranges = prefixes(zones.guestNetworks.ranges, ['guestNetworks', 'ranges'], report);
  const elsewhere = outermost(
    [...lan, ...named.flatMap(([, blocks]) => blocks)].filter((block) =>
      ranges.some((range) => range.text !== block.text && covers(range, block)),
    ),
  );
  const table = new Map<string, readonly Prefix[]>([
    ['anywhere', EVERYWHERE],
    ['lan', lan],
    ['host', host],
    ...named,
    ['guests', guests.flatMap(({ addresses }) => addresses)],
    ...groups,
    ...guests.map(({ name, addresses }) => [name, addresses] as const),
  ]);
  return { zones: table, guests, guestNetworks: { taps, ranges: outermost(ranges), elsewhere } };
}

function resolveGuest(guest: ZoneGuest, names: NameRegister, once: NameRegister): ResolvedGuest {
  const path = ['guests', guest.name];
  const { report } = names;
  names.add(guest.name, path);
  if (!isInterface(guest.tap))
    report({
      code: 'bad-interface',
      path: [...path, 'tap'],
      message: `The tap ${JSON.stringify(guest.tap)} is not an interface's name.`,
      remedy: 'Write up to 15 letters, digits, dots, dashes, underscores, like tun65.',
    });
  once.claim('duplicate-interface', guest.tap, [...path, 'tap']);
  if (!/^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/i.test(guest.mac))
    report({
      code: 'bad-mac',
      path: [...path, 'mac'],
      message: `${JSON.stringify(guest.mac)} is not a card's MAC address.`,
      remedy: 'Write one like 52:54:00:61:65:01, which is of no group.',
    });
  const addresses = prefixes(guest.addresses, [...path, 'addresses'], report, true);
  for (const address of addresses) once.claim('duplicate-address', address.text, [...path, 'addresses']);
  return { name: guest.name, tap: guest.tap, mac: guest.mac.toLowerCase(), addresses };
}

function prefixes(texts: readonly string[], path: Path, report: Report, single = false): readonly Prefix[] {
  return texts.flatMap((text) => {
    const prefix = parsePrefix(text);
    if (prefix !== undefined && (!single || isSingle(prefix))) return [prefix];
    const [wanted, example] = single
      ? ['one address', '172.16.65.1']
      : ['an address or a block without host bits', '192.168.100.0/24'];
    const message = `${JSON.stringify(text.slice(0, 80))} is not ${wanted}.`;
    report({ code: 'bad-address', path, message, remedy: `Write it like ${example}.` });
    return [];
  });
}

class NameRegister {
  readonly report: Report;
  readonly #taken = new Map<string, string>();

  constructor(report: Report) {
    this.report = report;
    for (const name of RESERVED) this.#taken.set(name, 'the firewall itself');
  }

  add(name: string, path: Path): void {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name))
      this.report({
        code: 'bad-name',
        path,
        message: `${JSON.stringify(name.slice(0, 80))} is no name.`,
        remedy: 'A name is up to 63 letters, digits, dots, dashes, underscores.',
      });
    this.claim('duplicate-name', name, path);
  }

  claim(code: 'duplicate-name' | 'duplicate-address' | 'duplicate-interface', what: string, path: Path): void {
    const taken = this.#taken.get(what);
    if (taken !== undefined)
      this.report({
        code,
        path,
        message: `${JSON.stringify(what.slice(0, 80))} is already taken by ${taken}.`,
        remedy: 'Choose another.',
      });
    else this.#taken.set(what, path.join('.'));
  }
}
