import type { InventoryPath } from '../problem.ts';
import type { Draft } from '../schema/shape.ts';
import { type Address, type Block, contains, overlap, parseAddress, parseBlock, parseInterface } from '../values/ip.ts';
import { edgeFinding } from '../values/network-rules.ts';
import type { Judging } from './judging.ts';
import type { Ranges } from './ranges.ts';

interface Placed<T> {
  readonly path: InventoryPath;
  readonly value: T;
}

/** One or a list, as the file allows it, with the path of each. */
function listed(path: InventoryPath, value: string | readonly string[] = []): readonly Placed<string>[] {
  if (typeof value === 'string') return [{ path, value }];
  return value.map((item, index) => ({ path: [...path, index], value: item }));
}

function networksOf(draft: Draft): readonly Placed<Block>[] {
  return Object.entries(draft.networks ?? {})
    .flatMap(([name, value]) => listed(['networks', name], value))
    .flatMap(({ path, value }) => {
      const block = parseBlock(value);
      return block ? [{ path, value: block }] : [];
    });
}

function machinesOf(draft: Draft): readonly Placed<Address>[] {
  return Object.entries(draft.machines ?? {})
    .flatMap(([name, value]) => listed(['machines', name], value))
    .flatMap(({ path, value }) => {
      const address = parseAddress(value);
      return address ? [{ path, value: address }] : [];
    });
}

const HOST_KEYS = ['address', 'address6'] as const;

/** The host's LANs, IPv4 and IPv6, under the keys that give them. */
function lansOf(draft: Draft) {
  return HOST_KEYS.flatMap((key) => {
    const parsed = parseInterface(draft.host?.[key] ?? '');
    return parsed ? [{ path: ['host', key], value: parsed }] : [];
  });
}

function judgeGateway(draft: Draft, { report }: Judging): void {
  const gateway = parseAddress(draft.host?.gateway ?? '');
  const lan = parseInterface(draft.host?.address ?? '');
  if (gateway === undefined || lan === undefined) return;
  const path = ['host', 'gateway'];
  if (gateway.value === lan.address.value) {
    const message = `${gateway.text} is the host itself, which cannot be its own gateway.`;
    report(path, {
      code: 'bad-gateway',
      message,
      remedy: "Write the address of the LAN's router, or remove the line.",
    });
  } else if (!contains(lan.network, gateway)) {
    const message = `The gateway ${gateway.text} is outside the LAN ${lan.network.text}, so the host cannot reach it.`;
    report(path, { code: 'bad-gateway', message, remedy: 'Correct it, or the address and prefix of the host.' });
  } else {
    const edge = edgeFinding({ address: gateway, network: lan.network });
    if (edge !== undefined) report(path, edge);
  }
}

/** Everything with addresses that is not a guest. */
function othersOf(draft: Draft): readonly Placed<Pick<Block, 'family' | 'first' | 'last' | 'text'>>[] {
  return [
    ...lansOf(draft).map(({ path, value }) => ({ path, value: value.network })),
    ...networksOf(draft),
    ...machinesOf(draft).map(({ path, value: { family, value, text } }) => ({
      path,
      value: { family, first: value, last: value, text },
    })),
  ];
}

/** What is not a guest must not lie where guests' subnets are cut from. */
function judgeOverlaps(draft: Draft, { ipv4, ipv6 }: Ranges, { report }: Judging): void {
  const ranges = [ipv4, ipv6].filter((range) => range !== undefined);
  for (const { path, value } of othersOf(draft)) {
    const range = ranges.find((each) => overlap(each, value));
    if (range === undefined) continue;
    const how = value.first === value.last ? 'lies in' : 'overlaps';
    const message = `${value.text} ${how} ${range.text}, the range of the guests' subnets.`;
    const remedy = `Choose another ranges.ipv${range.family}, or correct this.`;
    report(path, { code: 'overlap', message, remedy });
  }
}

/** Each machine has at most one address of each family, and no other machine has it. */
function judgeMachines(draft: Draft, { report, name }: Judging): void {
  const lans = lansOf(draft);
  const taken = new Map<string, { readonly path: InventoryPath; readonly owner: string }>();
  for (const { path, value } of lans) taken.set(value.address.text, { path, owner: 'the host' });
  const families = new Set<string>();
  for (const { path, value } of machinesOf(draft)) {
    const machine = String(path[1]);
    const family = `${machine} ${value.family}`;
    if (families.has(family)) {
      const message = `A machine has one IPv${value.family} address here; ${value.text} is another.`;
      const remedy = 'Keep one, and name the other as a machine of its own.';
      report(path, { code: 'too-many-addresses', message, remedy });
    }
    families.add(family);
    const other = taken.get(value.text);
    if (other === undefined) taken.set(value.text, { path, owner: machine });
    else {
      const message = `${value.text} is already the address of ${other.owner} (${name(other.path)}).`;
      report(path, { code: 'duplicate-address', message, remedy: 'Correct one of the two.', related: [other.path] });
    }
    const lan = lans.find((each) => contains(each.value.network, value));
    const edge = lan && edgeFinding({ address: value, network: lan.value.network });
    if (edge !== undefined) report(path, edge);
  }
}

/** The addresses of host, networks and machines go together with each other and with the guests' ranges. */
export function judgeAddresses(draft: Draft, ranges: Ranges, judging: Judging): void {
  judgeGateway(draft, judging);
  judgeOverlaps(draft, ranges, judging);
  judgeMachines(draft, judging);
}
