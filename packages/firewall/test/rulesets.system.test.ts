import { Namespace } from '@kvm/ci/namespace';
import { needs } from '@kvm/ci/needs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prove, readNft, renderNft, resolvePolicy } from '../src/index.ts';
import { loadIptables, loadNft } from './load.ts';
import { randomPolicy, seedPolicy, seedZones } from './policies.ts';

const lacks = needs('root', 'ip', 'unshare', 'nsenter', 'nft', 'iptables', 'ipset');
let sandbox: Namespace;

describe.skipIf(lacks)('rulesets as the kernel holds them', () => {
  beforeAll(async () => {
    sandbox = await Namespace.open();
  });
  afterAll(() => sandbox.close());

  test("the seed's table is proven in both", () => {
    const policy = resolvePolicy(seedPolicy, seedZones);
    const { packets, disagreements } = prove(policy, [loadNft(sandbox, policy), loadIptables(sandbox, policy)]);
    expect(disagreements.map(({ text }) => text)).toEqual([]);
    expect(packets).toBeGreaterThan(10_000);
  });

  const seeds = Array.from({ length: process.env.KVM_SOAK ? 200 : 8 }, (_, index) => index + 1);
  test.each(seeds)('random policy %i, loaded over the one before, is proven in both', (seed) => {
    const { policy, zones } = randomPolicy(seed);
    const resolved = resolvePolicy(policy, zones);
    const { disagreements } = prove(resolved, [loadNft(sandbox, resolved), loadIptables(sandbox, resolved)]);
    expect(disagreements.map(({ text }) => text)).toEqual([]);
  });

  test('no guests and no rows', () => {
    const policy = resolvePolicy({ rows: [] }, { ...seedZones, guests: [] });
    const { disagreements } = prove(policy, [loadNft(sandbox, policy), loadIptables(sandbox, policy)]);
    expect(disagreements.map(({ text }) => text)).toEqual([]);
  });

  test('a change in the kernel is found, and shown as a packet', () => {
    const policy = resolvePolicy(seedPolicy, seedZones);
    loadNft(sandbox, policy);
    sandbox.sh('nft insert rule inet kvm forward ip daddr 172.16.67.1 tcp dport 5432 accept');
    const changed = readNft(sandbox.sh('nft -j -n list table inet kvm'));
    expect(prove(policy, [changed]).disagreements[0]?.text).toBe(
      'nft: new tcp/5432 from 0.0.0.0 (eth0) to 172.16.67.1 (tun67): policy drop, ruleset accept',
    );
  });

  test('counters go on over a reload, and those of rows that are gone go', () => {
    const policy = resolvePolicy(seedPolicy, seedZones);
    loadNft(sandbox, policy);
    const counters = (): string[] =>
      [...sandbox.sh('nft list counters table inet kvm').matchAll(/row_\w+/g)].map(([name]) => name);
    expect(counters()).toHaveLength(7);
    loadNft(sandbox, resolvePolicy({ rows: seedPolicy.rows.slice(0, 3) }, seedZones));
    expect(counters()).toHaveLength(3);
  });

  test("others' rules stay", () => {
    const own = ['-A FORWARD -s 10.9.8.0/24 -j ACCEPT', '-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT'];
    for (const rule of own) sandbox.sh(`iptables ${rule}`);
    sandbox.sh('nft add table ip theirs; nft add chain ip theirs own; ipset create -exist theirs hash:ip');
    for (const seed of [1, 2]) {
      const { policy, zones } = randomPolicy(seed);
      const resolved = resolvePolicy(policy, zones);
      loadNft(sandbox, resolved);
      loadIptables(sandbox, resolved);
    }
    const lines = sandbox.sh('iptables-save').split('\n');
    expect(lines.filter((line) => own.includes(line)).sort()).toEqual([...own].sort());
    expect(lines.filter((line) => line === '-A FORWARD -j KVM-FORWARD')).toHaveLength(1);
    expect(sandbox.sh('nft list tables; ipset list -n')).toMatch(/table ip theirs(.|\n)*^theirs$/m);
  });

  test('hostile comments and names do not end a string', () => {
    const comment = '"; add rule inet kvm forward accept; # \n-A FORWARD -j ACCEPT\u0000{}@é'.repeat(9);
    const rows = seedPolicy.rows.map((row) => ({ ...row, comment, log: true }));
    const policy = resolvePolicy({ rows }, seedZones);
    const proof = prove(policy, [loadNft(sandbox, policy), loadIptables(sandbox, policy)]);
    expect(proof.disagreements).toEqual([]);
    expect(renderNft(policy)).not.toContain('forward accept;');
  });
});
