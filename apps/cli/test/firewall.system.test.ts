import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { describe, expect, test } from 'vitest';
import { exampleFolder, kvmctl } from './bundled.ts';

test("the example's ruleset is the one that is rendered", () => {
  const { stdout } = kvmctl(['firewall', 'show'], { cwd: exampleFolder });
  expect(stdout).toBe(readFileSync(join(exampleFolder, 'expected/etc/kvm/firewall.nft'), 'utf8'));
});

describe.skipIf(needs('root', 'unshare', 'nft', 'iptables', 'ipset'))('the kernel takes the example', () => {
  test('and both back ends say what the policy says', () => {
    const { status, stdout, stderr } = kvmctl(['firewall', 'prove'], { cwd: exampleFolder });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^nft and iptables: as the policy, in all \d{4,} classes of packets\n$/);
  });
});
