import type { Edges } from './mentions.ts';
import type { Packet } from './packet.ts';
import { type Part, type Test, testOf } from './steps.ts';

/** One element of a set of keys: what each part of a packet must be. */
export type Key = { readonly [P in Part]?: string };

/** How a packet's parts are written in keys; undefined when it has no such part. */
export type KeyReader = { readonly [P in Part]?: (packet: Packet) => string | undefined };

/** Whether a packet's parts, all that the reader reads, are together one of the keys. */
export function keySetTest(
  keys: readonly Key[],
  reader: KeyReader,
  edgesOf: (contents: readonly string[]) => Edges,
): Test {
  const [first, ...more] = partsIn(reader);
  if (first === undefined) throw new RangeError('a set of keys of nothing');
  return more.length === 0 ? leafTest(first, keys, reader, edgesOf) : new KeySet(keys, reader, edgesOf);
}

const partsIn = (reader: KeyReader): Part[] =>
  (['source', 'destination', 'content', 'moment'] as const).filter((part) => reader[part] !== undefined);

function leafTest(
  part: Part,
  keys: readonly Key[],
  reader: KeyReader,
  edgesOf: (contents: readonly string[]) => Edges,
): Test {
  const values = new Set(keys.flatMap((key) => key[part] ?? []));
  const matches = (packet: Packet): boolean => {
    const value = reader[part]?.(packet);
    return value !== undefined && values.has(value);
  };
  return testOf(part, matches, edgesOf(part === 'content' ? [...values] : []));
}

/** Its keys are sorted by a part the first time that this part is asked for. */
class KeySet implements Test {
  readonly reads: ReadonlySet<Part>;
  readonly edges: Edges;
  readonly #keys: readonly Key[];
  readonly #reader: KeyReader;
  readonly #edgesOf: (contents: readonly string[]) => Edges;
  readonly #byPart = new Map<Part, ReadonlyMap<string, Test>>();

  constructor(keys: readonly Key[], reader: KeyReader, edgesOf: (contents: readonly string[]) => Edges) {
    this.reads = new Set(partsIn(reader));
    this.edges = edgesOf(keys.flatMap(({ content }) => content ?? []));
    this.#keys = keys;
    this.#reader = reader;
    this.#edgesOf = edgesOf;
  }

  matches(packet: Packet): boolean {
    const [part = 'content'] = this.reads;
    const left = this.narrowed(part, packet);
    return typeof left === 'boolean' ? left : left.matches(packet);
  }

  narrowed(part: Part, packet: Packet): Test | boolean {
    const value = this.#reader[part]?.(packet);
    return (value !== undefined && this.#sortedBy(part).get(value)) || false;
  }

  #sortedBy(part: Part): ReadonlyMap<string, Test> {
    const known = this.#byPart.get(part);
    if (known !== undefined) return known;
    const sorted = this.#sort(part);
    this.#byPart.set(part, sorted);
    return sorted;
  }

  #sort(part: Part): ReadonlyMap<string, Test> {
    const { [part]: _, ...reader } = this.#reader;
    const groups = new Map<string, Map<string, Key>>();
    for (const { [part]: value = '', ...rest } of this.#keys) {
      const group = groups.get(value) ?? new Map<string, Key>();
      groups.set(value, group.set(JSON.stringify(rest), rest));
    }
    // One test for all that have the same rest.
    const tests = new Map<string, Test>();
    return new Map(
      [...groups].map(([value, group]) => {
        const text = [...group.keys()].sort().join();
        const test = tests.get(text) ?? keySetTest([...group.values()], reader, this.#edgesOf);
        tests.set(text, test);
        return [value, test];
      }),
    );
  }
}
