import type { AddressFamily } from './prefix.ts';
import { hasPorts, ICMP, ICMPV6, PROTOCOLS, protocolName } from './protocols.ts';
import { type NamedService, namedServices } from './services.ts';

/** One kind of traffic: a part of a service. */
export interface Flow {
  /** IP protocol number; undefined is every protocol. */
  readonly protocol?: number;
  /** Of TCP and UDP: the destination's ports, both ends included. */
  readonly ports?: { readonly first: number; readonly last: number };
  /** Of ICMP and ICMPv6. */
  readonly icmpType?: number;
}

/** ICMP message types by name (IANA, "ICMP Parameters" and "ICMPv6 Parameters"). */
const ICMP_TYPES = new Map([
  ['echo-reply', 0],
  ['destination-unreachable', 3],
  ['redirect', 5],
  ['echo-request', 8],
  ['time-exceeded', 11],
  ['parameter-problem', 12],
  ['timestamp-request', 13],
]);
const ICMPV6_TYPES = new Map([
  ['destination-unreachable', 1],
  ['packet-too-big', 2],
  ['time-exceeded', 3],
  ['parameter-problem', 4],
  ['echo-request', 128],
  ['echo-reply', 129],
]);

const numberUpTo = (text: string, most: number): number | undefined =>
  /^(0|[1-9][0-9]{0,4})$/.test(text) && Number(text) <= most ? Number(text) : undefined;

function parsePorts(text: string): Flow['ports'] | undefined {
  const [low = '', high = low, ...more] = text.split('-');
  const first = numberUpTo(low, 65535);
  const last = numberUpTo(high, 65535);
  return first === undefined || last === undefined || first > last || more.length > 0 ? undefined : { first, last };
}

/** Reads `tcp/22`, `udp/1000-2000`, `tcp/80,443`, `tcp`, `icmp/echo-request`, `icmpv6/128`, `gre`, `proto/47` or `any`. */
export function parseFlows(text: string): readonly Flow[] | undefined {
  if (text === 'any') return [{}];
  const [head = '', detail, ...more] = text.split('/');
  if (more.length > 0) return undefined;
  if (head === 'proto') {
    const protocol = numberUpTo(detail ?? '', 255);
    // iptables takes -p 0 for every protocol, and ICMP type 255 for every type.
    return protocol === undefined || protocol === 0 ? undefined : [{ protocol }];
  }
  const protocol = PROTOCOLS.get(head);
  if (protocol === undefined) return undefined;
  if (detail === undefined) return [{ protocol }];
  return hasPorts(protocol) ? portFlows(protocol, detail) : icmpFlows(protocol, detail);
}

function portFlows(protocol: number, list: string): readonly Flow[] | undefined {
  const ports = list.split(',').map(parsePorts);
  return ports.every((each) => each !== undefined) ? ports.map((each) => ({ protocol, ports: each })) : undefined;
}

function icmpFlows(protocol: number, type: string): readonly Flow[] | undefined {
  const types = protocol === ICMP ? ICMP_TYPES : protocol === ICMPV6 ? ICMPV6_TYPES : undefined;
  const icmpType = types && (types.get(type) ?? numberUpTo(type, 254));
  return icmpType === undefined ? undefined : [{ protocol, icmpType }];
}

/** Services by name: the usual ones, with a user's own in front of them. */
export function serviceFlows(own: readonly Omit<NamedService, 'source'>[]): ReadonlyMap<string, readonly Flow[]> {
  return new Map(
    [...namedServices, ...own].map(({ name, flows }) => [name, flows.flatMap((each) => parseFlows(each) ?? [])]),
  );
}

/** ICMP belongs to one family; every other protocol to both. */
export const flowIsOf = (flow: Flow, family: AddressFamily): boolean =>
  flow.protocol === ICMP ? family === 4 : flow.protocol === ICMPV6 ? family === 6 : true;

/** `tcp/22`, `udp/1000-2000`, `icmp/8`, `gre`, `any`: what {@link parseFlows} reads. */
export function flowText({ protocol, ports, icmpType }: Flow): string {
  if (protocol === undefined) return 'any';
  const name = protocolName(protocol);
  if (icmpType !== undefined) return `${name}/${icmpType}`;
  if (ports === undefined) return name;
  return ports.first === ports.last ? `${name}/${ports.first}` : `${name}/${ports.first}-${ports.last}`;
}

/** Whether all traffic of `inner` is traffic of `outer`. */
export function flowCovers(outer: Flow, inner: Flow): boolean {
  if (outer.protocol === undefined) return true;
  if (outer.protocol !== inner.protocol) return false;
  if (outer.icmpType !== undefined && outer.icmpType !== inner.icmpType) return false;
  if (outer.ports === undefined) return true;
  return inner.ports !== undefined && outer.ports.first <= inner.ports.first && inner.ports.last <= outer.ports.last;
}
