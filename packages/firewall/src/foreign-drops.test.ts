import { expect, test } from 'vitest';
import { type BackEnd, findForeignDrops } from './index.ts';
import { parsePrefix } from './prefix.ts';

interface Rule {
  readonly chain?: string;
  readonly expr: readonly unknown[];
}

const listing = (chain: object, rules: readonly Rule[] = []): string => {
  const own = {
    family: 'inet',
    table: 'firewalld',
    name: 'filter',
    type: 'filter',
    hook: 'forward',
    prio: 10,
    policy: 'accept',
  };
  const base: { family: string; table: string; name: string } = { ...own, ...chain };
  const { family, table, name } = base;
  const listed = rules.map((rule) => ({ rule: { family, table, chain: name, ...rule } }));
  return JSON.stringify({ nftables: [{ metainfo: {} }, { chain: base }, ...listed] });
};
const interfaceIs = (key: 'iifname' | 'oifname', right: unknown, op = '=='): object => ({
  match: { op, left: { meta: { key } }, right },
});
const state = (right: unknown): object => ({ match: { op: 'in', left: { ct: { key: 'state' } }, right } });
const port = { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 22 } };
const counter = { counter: { packets: 0, bytes: 0 } };
const drop = { drop: null };
const accept = { accept: null };

const ranges = ['172.16.0.0/16', 'fd00::/48'].flatMap((text) => parsePrefix(text) ?? []);

/** @param headers what `nft list chains` prints */
const found = (text: string, backEnd: BackEnd = 'nft', headers = ''): string[] =>
  findForeignDrops([text], { backEnd, taps: 'tun', uplink: 'eth0', ranges }, headers).map(
    ({ hook, all, message }) => `${hook} ${all ? 'all' : 'some'} ${message}`,
  );

const docker = { family: 'ip', table: 'filter', name: 'FORWARD', prio: 0, policy: 'drop' };
const input = { family: 'ip', table: 'filter', name: 'INPUT', hook: 'input', prio: 0, policy: 'drop' };

test.each<[string, string, string]>([
  ['Docker', listing(docker), 'forward all table ip filter, chain FORWARD: policy drop'],
  ['INPUT of iptables', listing(input), 'input all table ip filter, chain INPUT: policy drop'],
  [
    'firewalld: it rejects in a chain that accepts',
    listing({}, [{ expr: [state(['established', 'related']), accept] }, { expr: [counter, { reject: null }] }]),
    'forward all table inet firewalld, chain filter: rejects all that it has not accepted',
  ],
  [
    'in a chain that another leads to',
    listing({ hook: 'input' }, [
      { expr: [{ jump: { target: 'zone' } }] },
      { chain: 'zone', expr: [{ goto: { target: 'end' } }] },
      { chain: 'end', expr: [{ xt: { type: 'match', name: 'comment' } }, { xt: { type: 'target', name: 'REJECT' } }] },
    ]),
    'input all table inet firewalld, chain filter: rejects all that it has not accepted',
  ],
  [
    'before routing, of some',
    listing({ hook: 'prerouting', prio: -300 }, [{ expr: [port, drop] }, { expr: [port, drop] }]),
    'prerouting some table inet firewalld, chain filter: drops what a rule matches: tcp dport 22 drop, and 1 more',
  ],
  [
    'behind a rule that accepts but a part',
    listing(docker, [{ expr: [interfaceIs('iifname', 'tun*'), accept] }]),
    'forward all table ip filter, chain FORWARD: policy drop',
  ],
])('%s', (_, text, message) => {
  expect(found(text)).toEqual([message]);
});

test.each<[string, string]>([
  ['a chain that drops nothing', listing({}, [{ expr: [port, accept] }])],
  [
    'taps are accepted first, from and to',
    listing(docker, [
      { expr: [{ jump: { target: 'DOCKER-USER' } }] },
      { chain: 'DOCKER-USER', expr: [interfaceIs('iifname', 'tun*'), counter, accept] },
      { chain: 'DOCKER-USER', expr: [interfaceIs('oifname', 'tun*'), counter, accept] },
    ]),
  ],
  ['what is of other interfaces', listing({}, [{ expr: [interfaceIs('oifname', 'docker0'), drop] }])],
  ['what belongs to no connection', listing({}, [{ expr: [state('invalid'), drop] }])],
  ['what bridges carry', listing({ family: 'bridge', policy: 'drop' })],
])('not told: %s', (_, text) => {
  expect(found(text)).toEqual([]);
});

const atDevices = (devices: string): string =>
  `table netdev theirs {\n\tchain filter {\n\t\ttype filter hook ingress ${devices} priority filter; policy accept;\n\t}\n}`;
const netdev = { family: 'netdev', table: 'theirs', hook: 'ingress' };
const address = (field: string, right: unknown): object => ({
  match: { op: '==', left: { payload: { protocol: 'ip', field } }, right },
});
const nat = { family: 'ip', table: 'nat', name: 'PREROUTING', type: 'nat', hook: 'prerouting' };
const dnat = { dnat: { addr: '172.16.61.1', port: 22 } };
const fib = { match: { op: '==', left: { fib: { result: 'type', flags: ['daddr'] } }, right: 'local' } };

test.each<[string, string, string, string]>([
  ['at a tap', listing(netdev, [{ expr: [drop] }]), 'device "tun65"', 'ingress all drops all that it has not accepted'],
  [
    'at a tap among others, of some',
    listing(netdev, [{ expr: [port, drop] }]),
    'devices = { eth9, tun65 }',
    'ingress some drops what a rule matches: tcp dport 22 drop',
  ],
  ['at the uplink', listing({ ...netdev, policy: 'drop' }), 'device "eth0"', 'ingress all policy drop'],
  ['at an egress', listing({ ...netdev, hook: 'egress', policy: 'drop' }), '', 'egress all policy drop'],
  ['of ARP', listing({ family: 'arp', hook: 'input', policy: 'drop' }), '', 'arp all policy drop'],
  [
    'before routing, from a tap',
    listing({ hook: 'prerouting' }, [{ expr: [interfaceIs('iifname', 'tun65'), drop] }]),
    '',
    'prerouting some drops what a rule matches: iifname tun65 drop',
  ],
  [
    'by the number of a tap, in a map of verdicts that leads on',
    listing({}, [
      { expr: [{ vmap: { key: { meta: { key: 'iif' } }, data: { set: [['tun65', { jump: { target: 'on' } }]] } } }] },
      { chain: 'on', expr: [drop] },
    ]),
    '',
    'forward some drops what a rule matches: drop',
  ],
  [
    'a guest that is another: dnat',
    listing(nat, [{ expr: [address('daddr', '172.16.65.1'), port, dnat] }]),
    '',
    'prerouting some diverts what a rule matches: ip daddr 172.16.65.1 tcp dport 22 dnat to 172.16.61.1:22',
  ],
  [
    'iptables, of a block that guests are in',
    listing(nat, [
      {
        expr: [address('daddr', { prefix: { addr: '172.16.0.0', len: 12 } }), { xt: { type: 'target', name: 'DNAT' } }],
      },
    ]),
    '',
    'prerouting some diverts what a rule matches: ip daddr 172.16.0.0/12 DNAT',
  ],
  [
    'whatever a bridge carries from a tap',
    listing({ family: 'bridge' }, [{ expr: [interfaceIs('iifname', 'tun*'), drop] }]),
    '',
    'bridge some drops what a rule matches: iifname tun* drop',
  ],
])('a guest is cut off or led elsewhere %s', (_, text, devices, message) => {
  const [only, ...more] = found(text, 'nft', devices && atDevices(devices));
  expect(more).toEqual([]);
  expect(only?.replace(/table .*?: /, '')).toBe(message);
});

test('a rule that names a guest is told apart from one that may match it', () => {
  const ofGuest = (...rules: Rule[]) =>
    findForeignDrops([listing({ hook: 'prerouting' }, rules)], {
      backEnd: 'nft',
      taps: 'tun',
      uplink: 'eth0',
      ranges,
    }).map((each) => each.ofGuest);
  expect(ofGuest({ expr: [port, drop] }, { expr: [address('saddr', '172.16.65.1'), drop] })).toEqual([true]);
  expect(ofGuest({ expr: [address('saddr', { range: ['172.15.0.0', '172.17.0.0'] }), drop] })).toEqual([true]);
  expect(ofGuest({ expr: [port, drop] })).toEqual([false]);
  expect(ofGuest({ expr: [interfaceIs('iifname', 'eth0'), address('saddr', '172.16.65.1'), drop] })).toEqual([false]);
});

test.each<[string, string, string]>([
  ['a chain at another interface', listing(netdev, [{ expr: [drop] }]), 'device "docker0"'],
  [
    'a port of the host that Docker leads to a container',
    listing(nat, [
      { expr: [{ xt: { type: 'match', name: 'addrtype' } }, { jump: { target: 'DOCKER' } }] },
      { chain: 'DOCKER', expr: [interfaceIs('iifname', 'docker0', '!='), port, dnat] },
    ]),
    '',
  ],
  ['one of Podman', listing(nat, [{ expr: [fib, port, dnat] }]), ''],
  ['what is for an address of others', listing(nat, [{ expr: [address('daddr', '10.96.0.1'), port, dnat] }]), ''],
])('nothing of guests: %s', (_, text, devices) => {
  expect(found(text, 'nft', devices && atDevices(devices))).toEqual([]);
});

test('with iptables, what stands behind our chain does not stop what it accepts; others before it do, and other tables', () => {
  const ours = { expr: [counter, { jump: { target: 'KVM-FORWARD' } }] };
  expect(found(listing(docker, [ours, { expr: [drop] }]), 'iptables')).toEqual([]);
  expect(found(listing(docker, [{ expr: [port, drop] }, ours]), 'iptables')).toHaveLength(1);
  expect(found(listing({ policy: 'drop' }), 'iptables')).toHaveLength(1);
});

test('chains that lead to the next one many times are gone through once', () => {
  const rules = Array.from({ length: 16 }, (_, level) =>
    Array.from({ length: 20 }, () => ({
      ...(level > 0 && { chain: `level${level}` }),
      expr: [port, level < 15 ? { jump: { target: `level${level + 1}` } } : drop],
    })),
  );
  expect(found(listing({}, rules.flat()))).toEqual([
    'forward some table inet firewalld, chain filter: drops what a rule matches: tcp dport 22 drop, and 19 more',
  ]);
});
