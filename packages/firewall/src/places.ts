import { representatives } from './classes.ts';
import { isInRanges } from './guest-networks.ts';
import type { Mentions } from './mentions.ts';
import { LINK_LOCAL } from './necessary.ts';
import { type AddressFamily, type Prefix, prefixOf } from './prefix.ts';
import { PrefixIndex } from './prefix-index.ts';
import type { ResolvedPolicy } from './resolved.ts';

/** A zone as a row and a column of the matrix. */
export interface Place {
  readonly name: string;
  readonly kind: 'host' | 'guest' | 'other';
  /** At most one of each family: it stands for all of the place. At least one. */
  readonly addresses: readonly Prefix[];
}

/** Zones as places, in their order. Groups and `guests` are their members, which are there themselves. */
export function placesOf(policy: ResolvedPolicy, mentions: Mentions): readonly Place[] {
  const { zones, guests, guestByAddress } = policy;
  const guestNames = new Set(guests.map(({ name }) => name));
  const kindOf = (name: string): Place['kind'] => (name === 'host' ? 'host' : guestNames.has(name) ? 'guest' : 'other');
  const known = [...zones].filter(
    ([name, blocks]) => kindOf(name) !== 'other' || !blocks.every(({ text }) => guestByAddress.has(text)),
  );
  const own = ([4, 6] as const).map((family) => ownAddresses(known, representatives(mentions.blocks, family)));
  return known
    .map(([name]): Place => {
      const addresses = name === 'host' ? hostAddresses(policy) : own.flatMap((byName) => byName.get(name) ?? []);
      return { name, kind: kindOf(name), addresses };
    })
    .filter(({ addresses }) => addresses.length > 0);
}

const hostAddresses = (policy: ResolvedPolicy): Prefix[] =>
  ([4, 6] as const).flatMap((family) => hostAddress(policy, family));

/** One that others reach; of a host without a known IPv6 address, one that every interface has. */
function hostAddress(policy: ResolvedPolicy, family: AddressFamily): Prefix[] {
  const own = policy.host.addresses.filter((address) => address.family === family);
  const known = own.find((address) => !isInRanges(policy.guestNetworks, address)) ?? own[0];
  if (known !== undefined) return [known];
  return family === 6 ? LINK_LOCAL.map(({ first }) => prefixOf(first + 1n, 6)) : [];
}

/** Of each zone, the first of its addresses that lies in the fewest other zones. */
function ownAddresses(
  zones: readonly (readonly [string, readonly Prefix[]])[],
  addresses: readonly Prefix[],
): ReadonlyMap<string, Prefix> {
  const index = new PrefixIndex<string>();
  for (const [name, blocks] of zones) for (const block of blocks) index.add(block, name);
  const best = new Map<string, { readonly address: Prefix; readonly times: number }>();
  for (const address of addresses) {
    const inside = new Set(index.covering(address));
    for (const name of inside)
      if (inside.size < (best.get(name)?.times ?? Number.POSITIVE_INFINITY))
        best.set(name, { address, times: inside.size });
  }
  return new Map([...best].map(([name, { address }]) => [name, address]));
}
