import { isAlias, isMap, isScalar, isSeq, type Node, Scalar, type YAMLMap } from 'yaml';
import type { InventoryPath } from '../problem.ts';
import { lineText, placeOf, type Source, type Span } from './source.ts';
import { keyText, spanOf } from './values.ts';

/** Whether a problem is about a key's value or about the key itself. */
export type KeyOrValue = 'key' | 'value';

interface Entry {
  readonly key?: Node;
  readonly node: Node | null;
}

/** What a map in a list, which has no key of its own, is shown by. */
function firstKey(node: Node | null): Node | undefined {
  return isMap<Node>(node) ? node.items[0]?.key : undefined;
}

/** Finds where in the text the value of a path stands; searches only when asked. */
export class YamlPlaces {
  readonly #source: Source;
  readonly #contents: Node | null;
  readonly #anchors: ReadonlyMap<string, Node>;
  readonly #indexes = new WeakMap<YAMLMap, Map<string, Entry>>();

  constructor(source: Source, contents: Node | null, anchors: ReadonlyMap<string, Node>) {
    this.#source = source;
    this.#contents = contents;
    this.#anchors = anchors;
  }

  /** The text of a scalar; the key of a map, of a list or of nothing; the first key of a map in a list; for what is not there, the key it belongs under. */
  span(path: InventoryPath, of: KeyOrValue = 'value'): Span {
    const { key, node } = this.#find(path);
    if (node !== null && (key === undefined || of === 'value') && (isScalar(node) || isAlias(node))) {
      const span = spanOf(node);
      if (span[1] > span[0]) return span;
    }
    if (key !== undefined) return spanOf(key);
    const start = node?.range?.[0] ?? 0;
    return [start, start + 1];
  }

  /**
   * The span of one place within a text value: for a literal block (`|`) its own line and column in the file.
   *
   * @param within line and column within the value, both from 1.
   */
  spanWithin(path: InventoryPath, within: { readonly line: number; readonly column: number }): Span {
    const { node } = this.#find(path);
    if (!isScalar(node) || typeof node.value !== 'string') return this.span(path);
    const [start, end] = spanOf(node);
    const line = placeOf(this.#source, start).line + within.line;
    const lineStart = this.#source.lineStarts[line - 1];
    const valueLine = node.value.split('\n')[within.line - 1];
    if (node.type !== Scalar.BLOCK_LITERAL || lineStart === undefined || valueLine === undefined) return [start, end];
    const { length } = lineText(this.#source, line);
    const indent = Math.max(0, length - valueLine.length);
    const at = lineStart + Math.min(indent + within.column - 1, length);
    return [at, at + 1];
  }

  line(path: InventoryPath): number {
    return placeOf(this.#source, this.span(path)[0]).line;
  }

  /** `home.yaml:12`, as messages refer to another place. */
  name(path: InventoryPath): string {
    return `${this.#source.file}:${this.line(path)}`;
  }

  #find(path: InventoryPath): Entry {
    let found: Entry = { node: this.#contents };
    for (const step of path) {
      const next = this.#child(found.node, step);
      if (next === undefined) return { ...found, node: null };
      const key = next.key ?? firstKey(next.node) ?? found.key;
      found = key === undefined ? next : { ...next, key };
    }
    return found;
  }

  #child(parent: Node | null, step: string | number): Entry | undefined {
    const node = isAlias(parent) ? (this.#anchors.get(parent.source) ?? null) : parent;
    if (isMap<Node, Node | null>(node)) return this.#index(node).get(String(step));
    const item = isSeq<Node>(node) ? node.items[Number(step)] : undefined;
    return item && { node: item };
  }

  #index(map: YAMLMap<Node, Node | null>): Map<string, Entry> {
    const known = this.#indexes.get(map);
    if (known !== undefined) return known;
    const index = new Map<string, Entry>();
    for (const { key, value } of map.items) {
      if (isScalar(key) && !index.has(keyText(key))) index.set(keyText(key), { key, node: value });
    }
    this.#indexes.set(map, index);
    return index;
  }
}
