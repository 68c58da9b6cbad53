import { expect, test } from 'vitest';
import { type BackEnd, findForeignDrops } from './index.ts';

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

const found = (text: string, backEnd: BackEnd = 'nft'): string[] =>
  findForeignDrops([text], { backEnd, taps: 'tun', uplink: 'eth0' }).map(
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
    'prerouting some table inet firewalld, chain filter: drops what a rule matches, and 1 more',
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
    'forward some table inet firewalld, chain filter: drops what a rule matches, and 19 more',
  ]);
});
