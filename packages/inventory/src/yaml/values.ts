import { type Document, isAlias, isMap, isScalar, isSeq, type Node, Scalar, type YAMLMap } from 'yaml';
import type { Finding, InventoryPath } from '../problem.ts';
import { quote } from '../quote.ts';
import { placeOf, type Source, type Span } from './source.ts';

/** What the file's values are, as JSON would have them, and every node that has an anchor. */
export interface YamlValues {
  readonly value: unknown;
  readonly anchors: ReadonlyMap<string, Node>;
}

/** Told of each mistake, with the span of text and the path it is about. */
export type ReportSpan = (span: Span, finding: Finding, path?: InventoryPath) => void;

const DEEPEST = 32;
/** That of YAML for a key before its colon (YAML 1.2.2, 8.2.2); one behind a question mark could be as long as the file. */
const LONGEST_KEY = 1024;
/** Nodes that aliases may stand for, all told: what keeps a small file from becoming a huge one. */
const MOST_ALIASED = 100_000;

export const spanOf = ({ range }: Node): Span => (range ? [range[0], range[1]] : [0, 0]);

/** A key as written: `null`, `65` and `true` are names like any other. */
export function keyText(key: Scalar): string {
  return typeof key.value === 'string' ? key.value : (key.source ?? '');
}

/** Only numbers as JSON writes them are numbers, so that `065`, `0x41` and `65.0` are told apart from 65. */
function scalarValue({ value, source, type }: Scalar): unknown {
  return typeof value === 'number' && type === Scalar.PLAIN && String(value) !== source ? source : value;
}

/** Turns a document's nodes into plain values, and reports keys and aliases that cannot be used. */
class ValueReader {
  readonly anchors = new Map<string, Node>();
  readonly #source: Source;
  readonly #report: ReportSpan;
  readonly #path: (string | number)[] = [];
  /** The value of each anchored node that is read, and how many nodes it has. */
  readonly #known = new Map<Node, { readonly value: unknown; readonly size: number }>();
  #nodes = 0;
  #aliased = 0;

  constructor(source: Source, report: ReportSpan) {
    this.#source = source;
    this.#report = report;
  }

  read(node: Node | null, depth: number): unknown {
    if (node === null) return null;
    if (isAlias(node)) return this.#aliasValue(node);
    this.#nodes += 1;
    const { anchor } = node as Exclude<Node, { source: string }>;
    if (anchor === undefined) return this.#plainValue(node, depth);
    this.anchors.set(anchor, node);
    const before = this.#nodes + this.#aliased;
    const value = this.#plainValue(node, depth);
    this.#known.set(node, { value, size: this.#nodes + this.#aliased - before + 1 });
    return value;
  }

  #readAt(step: string | number, node: Node | null, depth: number): unknown {
    this.#path.push(step);
    const value = this.read(node, depth);
    this.#path.pop();
    return value;
  }

  #plainValue(node: Node, depth: number): unknown {
    if (isScalar(node)) return scalarValue(node);
    if (depth === DEEPEST) {
      const message = `Values are nested more than ${DEEPEST} deep.`;
      this.#report(spanOf(node), { code: 'too-deep', message, remedy: 'Look for brackets that are not closed.' }, [
        ...this.#path,
      ]);
      return null;
    }
    if (isSeq<Node>(node)) return node.items.map((item, index) => this.#readAt(index, item, depth + 1));
    return isMap<Node, Node | null>(node) ? this.#mapValue(node, depth) : null;
  }

  #mapValue(map: YAMLMap<Node, Node | null>, depth: number): unknown {
    const values: { [key: string]: unknown } = {};
    const seen = new Map<string, Node>();
    for (const { key, value } of map.items) {
      const finding = this.#keyFinding(key, seen);
      const name = isScalar(key) && keyText(key).length <= LONGEST_KEY ? keyText(key) : '';
      if (finding !== undefined) this.#report(spanOf(key), finding, [...this.#path, name]);
      const read = this.#readAt(name, value, depth + 1);
      if (finding !== undefined) continue;
      seen.set(name, key);
      values[name] = read;
    }
    return values;
  }

  #keyFinding(key: Node, seen: ReadonlyMap<string, Node>): Finding | undefined {
    const text = isScalar(key) ? keyText(key) : '';
    if (text === '') {
      return { code: 'bad-key', message: 'A key must be a word.', remedy: 'Write a word before the colon.' };
    }
    if (text.length > LONGEST_KEY) {
      const message = `A key is longer than ${LONGEST_KEY} characters.`;
      return { code: 'bad-key', message, remedy: 'Write a word before the colon.' };
    }
    if (text === '__proto__') {
      return { code: 'bad-key', message: `${text} has a meaning of its own in JavaScript.`, remedy: 'Choose another.' };
    }
    if (text === '<<') {
      const message = 'Merge keys (<<) belong to YAML 1.1; this file is YAML 1.2.';
      return { code: 'merge-key', message, remedy: 'Write what guests have in common under `defaults:`.' };
    }
    const first = seen.get(text);
    if (first === undefined) return undefined;
    const { line } = placeOf(this.#source, spanOf(first)[0]);
    const message = `${quote(text)} is given twice in this map, first in line ${line}.`;
    return { code: 'duplicate-key', message, remedy: `Remove one of the two, or join them in line ${line}.` };
  }

  #aliasValue(alias: Node & { readonly source: string }): unknown {
    const target = this.anchors.get(alias.source);
    const known = target && this.#known.get(target);
    if (known === undefined) {
      const message = target
        ? `*${alias.source} stands inside what it refers to, so its value never ends.`
        : `There is no anchor &${alias.source} before this place.`;
      const code = target ? 'cyclic-alias' : 'unknown-anchor';
      this.#report(spanOf(alias), { code, message, remedy: 'Write the value out.' }, [...this.#path]);
      return null;
    }
    const before = this.#aliased;
    this.#aliased += known.size;
    if (this.#aliased <= MOST_ALIASED) return known.value;
    if (before <= MOST_ALIASED) {
      const message = `Aliases (*) stand for more than ${MOST_ALIASED} values.`;
      this.#report(spanOf(alias), { code: 'too-many-aliases', message, remedy: 'Write the values out.' }, [
        ...this.#path,
      ]);
    }
    return null;
  }
}

/** Reads a document's values; what is reported has no value, or null. */
export function readValues(document: Document.Parsed, source: Source, report: ReportSpan): YamlValues {
  const reader = new ValueReader(source, report);
  return { value: reader.read(document.contents, 0), anchors: reader.anchors };
}
