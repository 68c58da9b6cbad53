import type { RunProgram } from '@kvm/command';
import { type ForeignDrop, findForeignDrops, type Surroundings } from '../index.ts';

/** Each table but ours, a line each. Those that iptables made are among them. */
const LIST = `nft list tables 2>/dev/null | while read -r _ family name; do
  [ "$family $name" = 'inet kvm' ] || nft -j list table "$family" "$name" 2>/dev/null || :
done`;

/**
 * What others' rules on this machine drop, whatever ours say. Rules of iptables-legacy are not seen.
 *
 * @throws FirewallError `unreadable-ruleset`
 */
export async function readForeignDrops(run: RunProgram, around: Surroundings): Promise<readonly ForeignDrop[]> {
  const { stdout } = await run(['sh', '-c', LIST]);
  return findForeignDrops(
    stdout.split('\n').filter((line) => line.startsWith('{')),
    around,
  );
}
