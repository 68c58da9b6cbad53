import { type AddressFamily, bitsOf, isSingle, type Prefix } from './prefix.ts';

/** Values by blocks: finds those of all blocks that an address or a block lies in, with one look for each length that there is. */
export class PrefixIndex<T> {
  readonly #families: Record<AddressFamily, Map<number, Map<bigint, T[]>>> = { 4: new Map(), 6: new Map() };

  add({ family, first, length }: Prefix, value: T): void {
    const networks = this.#families[family].get(length) ?? new Map<bigint, T[]>();
    this.#families[family].set(length, networks);
    const network = first >> BigInt(bitsOf(family) - length);
    const values = networks.get(network);
    if (values === undefined) networks.set(network, [value]);
    else values.push(value);
  }

  /** Values of the blocks that all of `inner` lies in, itself included. */
  *covering({ family, first, length }: Prefix): Generator<T> {
    for (const [known, networks] of this.#families[family])
      if (known <= length) yield* networks.get(first >> BigInt(bitsOf(family) - known)) ?? [];
  }

  /** Whether `inner` lies in one of the blocks. */
  covers({ family, first, length }: Prefix): boolean {
    for (const [known, networks] of this.#families[family])
      if (known <= length && networks.has(first >> BigInt(bitsOf(family) - known))) return true;
    return false;
  }
}

/** Each block under its own name. */
export function indexed(blocks: Iterable<Prefix>): PrefixIndex<Prefix> {
  const index = new PrefixIndex<Prefix>();
  for (const block of blocks) index.add(block, block);
  return index;
}

/** Without those that lie in another. */
export function outermost(prefixes: readonly Prefix[]): readonly Prefix[] {
  const unique = [...new Map(prefixes.map((prefix) => [prefix.text, prefix])).values()];
  const wide = indexed(unique.filter((prefix) => !isSingle(prefix)));
  return unique.filter((prefix) => [...wide.covering(prefix)].every((other) => other === prefix));
}
