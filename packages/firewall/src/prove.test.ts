import { describe, expect, test } from 'vitest';
import { asListed } from '../test/as-listed.ts';
import { seedPolicy, seedZones } from '../test/policies.ts';
import { prove, renderNft, resolvePolicy } from './index.ts';

const seed = resolvePolicy(seedPolicy, seedZones);

test('iptables says what the policy says', () => {
  expect(prove(seed, [asListed(seed)]).disagreements.map(({ text }) => text)).toEqual([]);
});

describe('each rule before the rows is needed', () => {
  // Everything is open, so that what these rules close passes without them.
  const rows = [{ from: 'anywhere', to: 'anywhere', services: ['any'], action: 'accept' as const }];
  const open = resolvePolicy(
    { rows },
    {
      ...seedZones,
      guests: seedZones.guests.slice(0, 2).map((each) => ({ ...each, addresses: each.addresses.slice(0, 1) })),
      host: { addresses: ['192.168.100.1'], uplink: 'eth0' },
      lan: ['192.168.100.0/24'],
      named: [{ name: 'part', addresses: ['172.16.64.0/20'] }],
    },
  );

  test('with all of them iptables says what the policy says', () => {
    expect(prove(open, [asListed(open)]).disagreements.map(({ text }) => text)).toEqual([]);
  });

  test.each<[string, RegExp, RegExp]>([
    ['the LAN sends as a guest', /^-A KVM-OTHERS -m set /, /from 172\.16\.6[567]\.1 \(eth0\)/],
    ['the LAN sends as no guest', /^-A KVM-OTHERS -s 172/, /\(eth0\).*policy drop, ruleset accept/],
    ['a tap of no guest sends', /^-A KVM-SPOOF -i tun\+ -j DROP/, /\(tun99999\).*policy drop, ruleset accept/],
    ['to a tap of no guest', /^-A KVM-TAPS -j DROP/, /\(tun99999\): policy drop, ruleset accept/],
    ['to an address of no guest', /^-A KVM-AWAY -d/, /\(eth0\): policy drop, ruleset accept/],
    ["to another guest's tap", /^-A KVM-G-tun6\d -j DROP/, /policy drop, ruleset accept/],
    ["by another guest's MAC address", /^-A KVM-T-tun6\d -j DROP/, /policy drop, ruleset accept/],
    ['invalid', /^-A KVM-INVALID/, /^iptables: invalid .*policy drop, ruleset accept/],
  ])(
    '%s',
    (_, rule, shown) => {
      const texts = prove(open, [asListed(open, rule)]).disagreements.map(({ text }) => text);
      expect(texts.filter((text) => shown.test(text)).length).toBeGreaterThan(0);
    },
    300_000,
  );

  test.each([
    'spoof ip saddr { 172.16.65.1, 172.16.66.1, 172.16.67.1 } counter name spoofed drop',
    'spoof ip6 saddr { fd00:61:0:65::1, fd00:61:0:66::1, fd00:61:0:67::1 } counter name spoofed drop',
    'spoof ip saddr { 172.16.0.0/12 } counter name spoofed drop',
    'spoof iifname "tun*" iifname != "tun0" counter name spoofed drop',
    'destination oifname "tun*" oifname != "tun0" counter name stray drop',
    'destination ip daddr { 172.16.0.0/12 } counter name stray drop',
    'from_guests iifname "tun*" iifname != "tun0" counter name closed drop',
    'to_guests oifname "tun*" oifname != "tun0" counter name closed drop',
  ])('nft has: %s', (rule) => {
    expect(renderNft(seed)).toContain(`add rule inet kvm ${rule}\n`);
  });
});
