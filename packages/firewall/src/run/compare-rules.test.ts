import { expect, test } from 'vitest';
import { compareRules } from './compare-rules.ts';

const nft = [
  'table inet kvm {',
  'chain forward {',
  'type filter hook forward priority filter; policy accept;',
  'iifname "tun65" drop',
  'accept',
  'chain input {',
  'type filter hook input priority filter; policy accept;',
  'ct state invalid drop',
];
const iptables = [
  ':KVM-FORWARD - [0:0]',
  '-A FORWARD -j KVM-FORWARD',
  '-A KVM-FORWARD -i tun65 -j DROP',
  '-A KVM-FORWARD -j ACCEPT',
];

test('the same rules in the same order are no drift, and chains may come in any', () => {
  for (const rules of [nft, iptables]) expect(compareRules(rules, rules)).toEqual({ foreign: [], missing: [] });
  const chains = [nft[0] ?? '', ...nft.slice(5), ...nft.slice(1, 5)];
  expect(compareRules(chains, nft)).toEqual({ foreign: [], missing: [] });
});

test('a rule that comes before one that it came after is told, in nft and in iptables', () => {
  const swapped = (rules: readonly string[], at: number): readonly string[] =>
    rules.with(at, rules[at + 1] ?? '').with(at + 1, rules[at] ?? '');
  expect(compareRules(swapped(nft, 3), nft)).toEqual({ foreign: ['not in its place: accept'], missing: [] });
  expect(compareRules(swapped(iptables, 2), iptables)).toEqual({
    foreign: ['not in its place: -A KVM-FORWARD -j ACCEPT'],
    missing: [],
  });
});

test('a rule in another chain is told', () => {
  const moved = [...nft.slice(0, 3), ...nft.slice(4), 'iifname "tun65" drop'];
  expect(compareRules(moved, nft).foreign).not.toEqual([]);
});

test('what is more and what is less is told, each as often as it is so', () => {
  expect(compareRules([...nft, 'accept'], nft)).toEqual({ foreign: ['accept'], missing: [] });
  expect(compareRules(nft, [...nft, 'accept', 'accept'])).toEqual({ foreign: [], missing: ['accept', 'accept'] });
});
