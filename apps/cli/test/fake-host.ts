import { type Call, errorReply, type FakeDaemon, reply, startFakeDaemon, u32, xdr } from '@kvm/ci/fake-daemon';

/** A domain of a {@link startFakeHost}, which is off and starts with the host. */
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
  { has: 128, hasNot: 64 },
  { has: 256, hasNot: 512 },
  { has: 2048, hasNot: 1024 },
  { has: 1 << 15, hasNot: 1 << 14 },
];
const isListed = (flags: number): boolean =>
  pairs.every(({ has, hasNot }) => !(flags & hasNot) || Boolean(flags & has));

const u64 = (value: number): Buffer => u32(Math.floor(value / 2 ** 32), value % 2 ** 32);
const identity = ({ name, uuid }: FakeDomain): Buffer =>
  Buffer.concat([xdr(name), Buffer.from(uuid.replaceAll('-', ''), 'hex'), u32(-1)]);
const nameIn = (body: Buffer): string => body.subarray(4, 4 + body.readUInt32BE()).toString();

/** virConnectGetAllDomainStats: shut off, with 512 MiB and a processor; typed parameters of a name, a type and a value. */
const stats = [
  [xdr('state.state'), u32(1, 5)],
  [xdr('balloon.maximum'), u32(4), u64(524_288)],
  [xdr('vcpu.current'), u32(2, 1)],
].map((parts) => Buffer.concat(parts));

/** A libvirtd of many domains, which takes no time of its own to speak of: what a client of it takes can be measured. */
export function startFakeHost(domains: readonly FakeDomain[]): Promise<FakeDaemon> {
  const byName = new Map(domains.map((each) => [each.name, each]));
  const all = Buffer.concat([u32(domains.length), ...domains.map(identity), u32(domains.length)]);
  const allStats = Buffer.concat([
    u32(domains.length),
    ...domains.map((each) => Buffer.concat([identity(each), u32(stats.length), ...stats])),
  ]);
  const none = u32(0, 0);
  const answers = new Map<number, (call: Call) => Buffer | undefined>([
    [273, ({ body }) => (isListed(body.readUInt32BE(4)) ? all : none)], // ConnectListAllDomains
    [344, ({ body }) => (isListed(body.readUInt32BE(body.length - 4)) ? allStats : u32(0))], // ConnectGetAllDomainStats
    [23, ({ body }) => find(byName, body, identity)], // DomainLookupByName
    [14, ({ body }) => find(byName, body, ({ xml }) => xdr(xml))], // DomainGetXMLDesc
    [15, () => u32(1)], // DomainGetAutostart
    [212, () => u32(5, 0)], // DomainGetState
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
