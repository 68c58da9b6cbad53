import type { NftListing } from './nft-listing.ts';

/** What a table can hold besides rules, in an order in which it can be deleted: a map may lead to a chain. */
const KINDS = ['map', 'set', 'chain', 'flowtable', 'counter', 'quota', 'limit', 'synproxy', 'secmark'] as const;
type Kind = (typeof KINDS)[number];

interface TableObject {
  readonly kind: Kind;
  readonly name: string;
}

/** As nft takes names without quotes; it takes no others. */
const NAME = /^[A-Za-z][A-Za-z0-9_./\\]{0,127}$/;

/**
 * What is in our table and not ours: somebody else's, or an older policy's.
 *
 * @param live what `nft -j list table inet kvm` prints, parsed
 * @param own names of what is ours
 */
export function foreignObjects(
  live: NftListing | undefined,
  own: { readonly [K in Kind]?: ReadonlySet<string> },
): readonly TableObject[] {
  if (live === undefined) return [];
  const nftables: readonly { readonly [K in Kind]?: { readonly name: string } }[] = live.nftables;
  return KINDS.flatMap((kind) =>
    nftables.flatMap((entry): TableObject[] => {
      const name = entry[kind]?.name;
      return name === undefined || own[kind]?.has(name) || !NAME.test(name) ? [] : [{ kind, name }];
    }),
  );
}
