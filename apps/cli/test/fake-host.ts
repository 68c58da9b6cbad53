import { type Call, errorReply, type FakeDaemon, reply, startFakeDaemon, u32, xdr } from '@kvm/ci/fake-daemon';

/** A domain of a {@link startFakeHost}, which starts with the host, and is off where nothing else is said. */
export interface FakeDomain {
  readonly name: string;
  readonly uuid: string;
  readonly xml: string;
}

/**
 * virConnectListAllDomainsFlags, of which each pair asks for what has it, for what has it not, or for all: off, persistent, no
 * memory kept, starts with the host, no snapshots, no checkpoints.
 */
const pairs = [
  { has: 2, hasNot: 1 },
  { has: 4, hasNot: 8 },
  { has: 512, hasNot: 256 },
  { has: 1024, hasNot: 2048 },
  { has: 8192, hasNot: 4096 },
  { has: 1 << 15, hasNot: 1 << 14 },
];
const isListed = (flags: number): boolean =>
  pairs.every(({ has, hasNot }) => !(flags & hasNot) || Boolean(flags & has));
/** VIR_CONNECT_LIST_DOMAINS_ACTIVE and _INACTIVE, each in the place of the other. */
const otherState = (flags: number): number => (flags & ~3) | ((flags & 1) << 1) | ((flags & 2) >> 1);

const u64 = (value: number): Buffer => u32(Math.floor(value / 2 ** 32), value % 2 ** 32);
const identity = ({ name, uuid }: FakeDomain): Buffer =>
  Buffer.concat([xdr(name), Buffer.from(uuid.replaceAll('-', ''), 'hex'), u32(-1)]);
const identityIf = (found: FakeDomain | undefined): Buffer | undefined => found && identity(found);
const nameIn = (body: Buffer): string => body.subarray(4, 4 + body.readUInt32BE()).toString();

/** A name and a 64 bit number, as virTypedParameter. */
const counter = (name: string): Buffer => Buffer.concat([xdr(name), u32(4), u64(524_288)]);
const disks = ['vda', 'vdb', 'vdc'];
const diskCounters = ['rd.reqs', 'rd.bytes', 'rd.times', 'wr.reqs', 'wr.bytes', 'wr.times', 'fl.reqs', 'fl.times'];

/** virConnectGetAllDomainStats, of a domain with 512 MiB and a processor. */
const statsOf = (state: number): Buffer[] => [
  Buffer.concat([xdr('state.state'), u32(1, state)]),
  counter('balloon.maximum'),
  Buffer.concat([xdr('vcpu.current'), u32(2, 1)]),
];
const statsOff = statsOf(5);
const statsOn = [
  ...[...statsOf(1), counter('cpu.time'), counter('balloon.current'), counter('balloon.rss')],
  Buffer.concat([xdr('block.count'), u32(2, disks.length)]),
  ...disks.flatMap((name, index) => [
    Buffer.concat([xdr(`block.${index}.name`), u32(7), xdr(name)]),
    ...diskCounters.map((each) => counter(`block.${index}.${each}`)),
  ]),
];

/** A libvirtd of many domains, which takes no time of its own to speak of: what a client of it takes can be measured. */
export function startFakeHost(domains: readonly FakeDomain[], { running = false } = {}): Promise<FakeDaemon> {
  const byUuid = new Map(domains.map((each) => [each.uuid.replaceAll('-', ''), each]));
  const isAsked = (flags: number): boolean => isListed(running ? otherState(flags) : flags);
  const stats = running ? statsOn : statsOff;
  const byName = new Map(domains.map((each) => [each.name, each]));
  const all = Buffer.concat([u32(domains.length), ...domains.map(identity), u32(domains.length)]);
  const allStats = Buffer.concat([
    u32(domains.length),
    ...domains.map((each) => Buffer.concat([identity(each), u32(stats.length), ...stats])),
  ]);
  const none = u32(0, 0);
  const answers = new Map<number, (call: Call) => Buffer | undefined>([
    [273, ({ body }) => (isAsked(body.readUInt32BE(4)) ? all : none)], // ConnectListAllDomains
    [344, ({ body }) => (isAsked(body.readUInt32BE(body.length - 4)) ? allStats : u32(0))], // ConnectGetAllDomainStats
    [23, ({ body }) => find(byName, body, identity)], // DomainLookupByName
    [24, ({ body }) => identityIf(byUuid.get(body.subarray(0, 16).toString('hex')))], // DomainLookupByUUID
    [14, ({ body }) => find(byName, body, ({ xml }) => xdr(xml))], // DomainGetXMLDesc
    [15, () => u32(1)], // DomainGetAutostart
    [212, () => u32(running ? 1 : 5, 0)], // DomainGetState
    [157, () => u64(9_000_000)], // ConnectGetLibVersion
  ]);
  return startFakeDaemon((call, peer) => {
    const body = answers.get(call.procedure)?.(call);
    peer.write(body === undefined ? errorReply(call) : reply(call, body));
  });
}

function find(
  domains: ReadonlyMap<string, FakeDomain>,
  body: Buffer,
  what: (domain: FakeDomain) => Buffer,
): Buffer | undefined {
  const found = domains.get(nameIn(body));
  return found && what(found);
}
