import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guest, randomPolicy, seedPolicy, seedZones } from '../test/policies.ts';
import {
  FirewallError,
  type PolicyRow,
  type ResolvedPolicy,
  readIptables,
  readNft,
  renderIpset,
  renderIptables,
  renderNft,
  resolvePolicy,
  staleIpsets,
} from './index.ts';

const seed = resolvePolicy(seedPolicy, seedZones);

describe('many guests', () => {
  const guests = Array.from({ length: 99 }, (_, index) => guest(`g${index}`, index + 1));
  const rows = guests.flatMap(({ name }, index) =>
    ['ssh', 'https'].map((service) => ({
      from: 'lan',
      to: name,
      services: [service],
      action: 'accept' as const,
      line: index,
    })),
  );
  const many = resolvePolicy({ rows }, { ...seedZones, guests });

  test('have no more nft rules than few', () => {
    const count = (text: string): number => text.split('\n').filter((line) => line.startsWith('add rule')).length;
    expect(count(renderNft(many))).toBeLessThan(count(renderNft(seed)));
  });

  test('have no chain of iptables that is long', () => {
    const lengths = new Map<string, number>();
    for (const [, chain = ''] of renderIptables(many, 4).matchAll(/^-A (\S+)/gm))
      lengths.set(chain, (lengths.get(chain) ?? 0) + 1);
    expect(Math.max(...lengths.values())).toBeLessThan(15);
  });
});

test('a row between groups grows as the groups do, not as their pairs', () => {
  const lengthOf = (members: number): number[] => {
    const guests = Array.from({ length: 2 * members }, (_, index) =>
      guest(`g${index}`, index + 1, [index < members ? 'web' : 'data']),
    );
    const rows = ['ssh', 'https'].map((service) => ({
      from: 'web',
      to: 'data',
      services: [service],
      action: 'accept' as const,
    }));
    const policy = resolvePolicy({ rows }, { ...seedZones, guests });
    return [renderNft(policy).length, renderIpset(policy).length];
  };
  const [nft = 0, ipset = 0] = lengthOf(40).map((length, index) => length / (lengthOf(10)[index] ?? 1));
  expect(nft).toBeLessThan(4);
  expect(ipset).toBeLessThan(4.5);
});

test('whatever a comment holds, it stays in its string', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (comment) => {
      const rows = seedPolicy.rows.map((row) => ({ ...row, comment, log: true }));
      const policy = resolvePolicy({ rows }, seedZones);
      for (const text of [renderNft(policy), renderIptables(policy, 4)])
        for (const line of text.split('\n')) {
          expect(line).toMatch(/^[ -~]*$/);
          expect(line.replaceAll(/"[A-Za-z0-9 ._:,/()+=>*-]{0,127}"/g, '')).not.toContain('"');
        }
    }),
    { numRuns: 30 },
  );
});

test('nothing is written but our own', () => {
  for (const line of renderNft(seed)
    .split('\n')
    .slice(1, -1)
    .filter((each) => !/^delete chain inet kvm (dst|src)nat$/.test(each)))
    expect(line).toMatch(/^(add|flush) (table|chain|counter|set|rule) inet kvm\b/);
  for (const line of renderIptables(seed, 6).split('\n'))
    expect(line).toMatch(/^(\*\w+|COMMIT|:KVM-.*|-A KVM-.*|-I [A-Z]+ 1 -j KVM-[A-Z]+|)$/);
});

test('what is there already is not added again, and what is no longer used goes', () => {
  const live =
    '*filter\n:INPUT ACCEPT [0:0]\n:KVM-R-old - [0:0]\n-A INPUT -j KVM-INPUT\n-A KVM-R-old -j ACCEPT\nCOMMIT\n';
  const text = renderIptables(seed, 4, live);
  expect(text).not.toContain('-I INPUT 1 -j KVM-INPUT');
  expect(text).toContain('-I FORWARD 1 -j KVM-FORWARD');
  expect(text).toMatch(/^:KVM-R-old - \[0:0\]$[^*]*^-X KVM-R-old$/m);
  const names = ['row_old', 'closed', 'x; drop'];
  const listing = [
    ...names.map((name) => ({ counter: { name } })),
    { chain: { name: 'mine' } },
    { map: { name: 'm' } },
  ];
  const deletes = renderNft(seed, JSON.stringify({ nftables: [{ metainfo: {} }, ...listing] })).match(/^delete .*$/gm);
  expect(deletes?.filter((line) => !/nat$/.test(line))).toEqual(
    ['map inet kvm m', 'chain inet kvm mine', 'counter inet kvm row_old'].map((what) => `delete ${what}`),
  );
});

test('sets that are there are not filled again', () => {
  const saved = renderIpset(seed).replaceAll('kvd', 'kvm');
  const names = [...saved.matchAll(/^create (\S+)/gm)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(3);
  expect(renderIpset(seed, saved)).toBe('');
  expect(staleIpsets(seed, [...names, 'theirs', 'kvm4-0000000000old'])).toEqual(['kvm4-0000000000old']);
  for (const name of names) expect(name.length).toBeLessThan(32);
});

test('counts go on when a set grows and when lines move', () => {
  const counted = renderIpset(seed)
    .replaceAll('kvd', 'kvm')
    .replaceAll(/^(add \S+ \S+,udp:514\S*)$/gm, '$1 packets 7 bytes 700');
  const grown = { ...seedZones, guests: [...seedZones.guests, guest('new', 70)] };
  const adds = renderIpset(resolvePolicy(seedPolicy, grown), counted).match(/^add .*udp:514.*$/gm) ?? [];
  expect(adds.map((line) => /packets 7 bytes 700$/.test(line))).toEqual([
    true,
    true,
    true,
    false,
    true,
    true,
    true,
    false,
  ]);
  const range = { from: 'lan', to: 'db', services: ['vnc'], action: 'accept' } as const;
  const before = { from: 'lan', to: 'db', services: ['tcp/1-2'], action: 'accept' } as const;
  const policy = (...rows: PolicyRow[]) => resolvePolicy({ rows }, seedZones);
  const live = renderIptables(policy(range), 4).replace(/^-A KVM-ROWS/m, '[5:500] -A KVM-ROWS');
  expect(renderIptables(policy(before, range), 4, live)).toMatch(/^\[5:500\] -A KVM-ROWS .*"row 2: /m);
});

test('lines of the inventory, which a comment moves, are in no rule', () => {
  const row = { from: 'lan', to: 'db', action: 'accept' } as const;
  const at = (line: number) =>
    resolvePolicy(
      {
        rows: [
          { ...row, services: ['ssh', 'vnc'], line },
          { ...row, services: ['https'], log: true, line: line + 1 },
        ],
      },
      seedZones,
    );
  expect(renderNft(at(3))).toContain('log prefix "kvm row 2 accept: "');
  for (const render of [renderNft, (of: ResolvedPolicy) => renderIptables(of, 4), renderIpset])
    expect(render(at(3))).toBe(render(at(9)));
});

test('every random policy renders in every form', () => {
  for (let number = 1; number <= 20; number += 1) {
    const { policy, zones } = randomPolicy(number);
    const resolved = resolvePolicy(policy, zones);
    expect(renderNft(resolved)).toContain('counter name closed drop');
    expect(renderIptables(resolved, 4) + renderIptables(resolved, 6)).toContain('-j KVM-I');
  }
});

test.each(['', '{}', 'null', '{"nftables": 1}', '{"nftables": [{"rule": {"chain": "x", "expr": [{"queue": 1}]}}]}'])(
  'a listing that is none: %j',
  (text) => {
    expect(() => readNft(text)).toThrow(FirewallError);
  },
);

test('foreign rules in a chain of ours are not read over', () => {
  const ipv4 =
    '*filter\n-A FORWARD -j KVM-FORWARD\n-A KVM-FORWARD -m statistic --mode random --probability 0.5 -j ACCEPT\nCOMMIT\n';
  expect(() => readIptables({ ipv4, ipv6: '', ipset: '' })).toThrow(/did not write/);
});

describe('a guest asks for neighbours', () => {
  test('from the address that its MAC address gives, and up to a rate from others', () => {
    const nft = renderNft(seed);
    expect(nft).toContain('"tun65" . fe80::5054:ff:fe61:6501');
    expect(nft.match(/^add rule inet kvm neighbours .*$/gm)?.at(-1)).toContain('limit rate 5/second burst 10 packets');
    const rules = renderIptables(seed, 6).match(/^-A KVM-T-tun65 .*-p icmpv6 .*$/gm) ?? [];
    expect(rules.map((rule) => [/-s (\S+)/.exec(rule)?.[1], rule.includes('--limit 5/second')])).toEqual([
      ['fe80::5054:ff:fe61:6501', false],
      ['::/128', false],
      ['fe80::/10', true],
    ]);
  });
});

test('marks tell the barrier that the rules are there', () => {
  const nft = renderNft(seed).split('\n');
  const spoof = nft.filter(
    (line) => /^add rule inet kvm (spoof|neighbours) .* accept$/.test(line) && !line.includes('"lo"'),
  );
  expect(spoof.length).toBeGreaterThan(4);
  expect(spoof.filter((line) => !line.includes('meta mark set meta mark or 0x01000000'))).toEqual([]);
  const home = nft.filter((line) => /^add rule inet kvm (destination .* return|output oifname "tun)/.test(line));
  expect(home.filter((line) => line.includes('meta mark set meta mark or 0x02000000'))).toHaveLength(3);
  const iptables = renderIptables(seed, 4);
  for (const chain of ['KVM-INPUT -i tun+', 'KVM-FORWARD -i tun+', 'KVM-OUTPUT -o tun+', 'KVM-HOME'])
    expect(iptables).toContain(`-A ${chain} -j MARK --set-xmark 0x02000000/0x02000000\n`);
  expect(iptables).toContain('-A KVM-PASS -j MARK --set-xmark 0x01000000/0x01000000\n');
  expect(iptables).toContain('-A KVM-JUDGED -i tun+ -m mark ! --mark 0x02000000/0x02000000 -j DROP\n');
});

describe('translation of addresses', () => {
  const named = [...(seedZones.named ?? []), { name: 'office', addresses: ['203.0.113.0/24', '10.1.0.0/16'] }];
  const forward = (from: string) => ({ from, service: 'tcp/8080', guest: 'public', port: 80 });
  const rulesOf = (policy: Parameters<typeof resolvePolicy>[0]): string => {
    const resolved = resolvePolicy(policy, { ...seedZones, named });
    return `${renderNft(resolved)}${renderIptables(resolved, 4)}`;
  };

  test('a name does not keep the internet from being masqueraded; private networks with a name see guests themselves', () => {
    const rules = rulesOf({ rows: [], masquerade: true });
    expect(rules).toMatch(/ip daddr != \{ [^}]*10\.1\.0\.0\/16[^}]* \} masquerade/);
    expect(rules).toContain('-A KVM-SNAT -d 10.1.0.0/16 -j RETURN');
    expect(rules).not.toContain('203.0.113.0/24');
  });

  test('a guest that uses the forward to itself sees the host as the sender', () => {
    const nft = 'add rule inet kvm srcnat ip saddr . ip daddr { 172.16.65.1 . 172.16.65.1 } masquerade';
    const iptables = '-A KVM-SNAT -s 172.16.65.1 -d 172.16.65.1 -j MASQUERADE';
    for (const rule of [nft, iptables]) {
      expect(rulesOf({ rows: [], forwards: [forward('anywhere')] })).toContain(rule);
      expect(rulesOf({ rows: [], forwards: [forward('lan')] })).not.toContain(rule);
    }
  });
});
