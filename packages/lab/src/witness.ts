import { mustExecIn } from './sandbox.ts';
import type { Holder } from './state.ts';

/** What the KVM host's kernel saw of first packets: as `from to tcp/22` and `from to ping/0`. */
export interface Witnessed {
  /** They came to the host, or were sent by it. */
  readonly came: ReadonlySet<string>;
  /** They passed its firewall. */
  readonly passed: ReadonlySet<string>;
}

const families = [
  { ip: 'ip', type: 'ipv4_addr', echo: 'icmp type echo-request', mark: '4' },
  { ip: 'ip6', type: 'ipv6_addr', echo: 'icmpv6 type echo-request', mark: '6' },
] as const;

const setsOf = (moment: string): string[] =>
  families.flatMap(({ type, mark }) => [
    `set ${moment}_ports${mark} { type ${type} . ${type} . inet_proto . inet_service; flags dynamic; }`,
    `set ${moment}_pings${mark} { type ${type} . ${type}; flags dynamic; }`,
  ]);

const rulesOf = (moment: string, only: string): string[] =>
  families.flatMap(({ ip, echo, mark }) => [
    `${only} meta l4proto { tcp, udp } add @${moment}_ports${mark} { ${ip} saddr . ${ip} daddr . meta l4proto . th dport }`,
    `${only} ${echo} add @${moment}_pings${mark} { ${ip} saddr . ${ip} daddr }`,
  ]);

const chain = (name: string, priority: number, rules: readonly string[]): string =>
  `chain ${name}_${priority < 0 ? 'before' : 'after'} { type filter hook ${name} priority ${priority}; ${rules.join('; ')}; }`;

/**
 * A table of the lab's own. It looks before and after every filter of the host, whichever back end made it, and lets all pass.
 * Answers are no first packets: they belong to a connection.
 */
const TABLE = `table inet kvm_lab
delete table inet kvm_lab
table inet kvm_lab {
${[...setsOf('came'), ...setsOf('passed')].join('\n')}
${['prerouting', 'output'].map((hook) => chain(hook, -400, rulesOf('came', ''))).join('\n')}
${['input', 'forward', 'output'].map((hook) => chain(hook, 400, rulesOf('passed', 'ct state new'))).join('\n')}
}
`;

/** Watches what comes to the lab's host and what passes, while `during` runs, which may ask what has been seen so far. */
export async function witness(host: Holder, during: (seen: () => Promise<Witnessed>) => Promise<void>): Promise<void> {
  await mustExecIn(host, ['nft', '-f', '-'], TABLE);
  try {
    await during(async () =>
      readWitness(await mustExecIn(host, ['nft', '-j', '-n', 'list', 'table', 'inet', 'kvm_lab'])),
    );
  } finally {
    await mustExecIn(host, ['nft', 'delete', 'table', 'inet', 'kvm_lab']);
  }
}

interface Listing {
  readonly nftables: readonly {
    readonly set?: {
      readonly name: string;
      readonly elem?: readonly { readonly concat: readonly (string | number)[] }[];
    };
  }[];
}

const protocolNames: Record<number, string> = { 6: 'tcp', 17: 'udp' };

/** Reads what `nft -j -n list table` prints of the witness's table. */
function readWitness(json: string): Witnessed {
  const seen = { came: new Set<string>(), passed: new Set<string>() };
  for (const { set } of (JSON.parse(json) as Listing).nftables) {
    if (set === undefined) continue;
    const moment = set.name.startsWith('came') ? seen.came : seen.passed;
    for (const { concat } of set.elem ?? []) {
      const [from, to, protocol, port = 0] = concat;
      moment.add(`${from} ${to} ${protocol === undefined ? 'ping' : protocolNames[Number(protocol)]}/${port}`);
    }
  }
  return seen;
}
