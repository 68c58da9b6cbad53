import type { RunProgram } from '@kvm/command';
import { type ForeignDrop, findForeignDrops, type Surroundings } from '../index.ts';

/** Each table but ours, a line each, and then at which interfaces chains are. Tables that iptables made are among them. */
const LIST = `nft list tables 2>/dev/null | while read -r _ family name; do
  [ "$family $name" = 'inet kvm' ] || nft -j list table "$family" "$name" 2>/dev/null || :
done
nft list chains 2>/dev/null || :`;

/**
 * What others' rules on this machine drop or divert, whatever ours say. Rules of iptables-legacy are not seen.
 *
 * @throws FirewallError `unreadable-ruleset`
 */
export async function readForeignDrops(run: RunProgram, around: Surroundings): Promise<readonly ForeignDrop[]> {
  const { stdout } = await run(['sh', '-c', LIST]);
  const lines = stdout.split('\n');
  const listings = lines.filter((line) => line.startsWith('{'));
  const headers = lines.filter((line) => !line.startsWith('{')).join('\n');
  return findForeignDrops(listings, around, headers);
}
