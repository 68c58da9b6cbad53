import type { Datatype } from './datatype.ts';
import type { NameClass } from './name-class.ts';

/** What was found out about a pattern already. A derivative is the pattern of what may still come after something. */
interface Memo {
  readonly opened: Map<string, readonly Opening[]>;
  readonly attributes: Map<string, Tested>;
  attributePatterns: readonly AttributePattern[] | undefined;
  texts: Tested | undefined;
  closed: Pattern | undefined;
}

/** One way to read a child element: what it may contain, and what may follow it. */
export interface Opening {
  readonly content: Pattern;
  readonly rest: Pattern;
}

/** The patterns that a value is held against, and the derivative for every outcome met so far. */
export interface Tested {
  readonly tests: readonly Pattern[];
  readonly outcomes: Map<string, Pattern>;
}

interface AnyPattern {
  /** Whether it matches nothing at all: an element without attributes and content. */
  readonly nullable: boolean;
  readonly id: number;
  readonly memo: Memo;
}

export interface PairPattern extends AnyPattern {
  readonly kind: 'choice' | 'interleave' | 'group';
  readonly left: Pattern;
  readonly right: Pattern;
}

export interface ElementPattern extends AnyPattern {
  readonly kind: 'element';
  readonly name: NameClass;
  /** The schema's define that it stands in. */
  readonly define: string;
  /** Made when first asked for: elements may contain themselves. */
  readonly content: () => Pattern;
}

export interface AttributePattern extends AnyPattern {
  readonly kind: 'attribute';
  readonly name: NameClass;
  readonly value: Pattern;
}

interface DataPattern extends AnyPattern {
  readonly kind: 'data';
  readonly type: Datatype;
  readonly except: Pattern | undefined;
}

export interface ValuePattern extends AnyPattern {
  readonly kind: 'value';
  readonly value: string;
  /** Whether white space counts. */
  readonly exact: boolean;
}

/** A pattern of RELAX NG, simplified. Equal patterns are the same object. Source: https://relaxng.org/spec-20011203.html */
export type Pattern =
  | (AnyPattern & { readonly kind: 'notAllowed' | 'empty' | 'text' })
  | PairPattern
  | (AnyPattern & { readonly kind: 'oneOrMore' | 'list'; readonly of: Pattern })
  | ElementPattern
  | AttributePattern
  | DataPattern
  | ValuePattern;

const newMemo = (): Memo => ({
  opened: new Map(),
  attributes: new Map(),
  attributePatterns: undefined,
  texts: undefined,
  closed: undefined,
});

/** Makes patterns, the same object for equal ones, so that derivatives can be remembered. */
export class PatternPool {
  #made = 0;
  readonly #pairs = new Map<number, PairPattern>();
  readonly #unary = new Map<string, Pattern>();
  readonly #values = new Map<string, ValuePattern>();
  readonly #attributes = new Map<string, AttributePattern>();
  readonly notAllowed: Pattern = { kind: 'notAllowed', nullable: false, id: this.#id(), memo: newMemo() };
  readonly empty: Pattern = { kind: 'empty', nullable: true, id: this.#id(), memo: newMemo() };
  readonly text: Pattern = { kind: 'text', nullable: true, id: this.#id(), memo: newMemo() };

  /** How many patterns there are. */
  get size(): number {
    return this.#made;
  }

  choice(left: Pattern, right: Pattern): Pattern {
    if (left === right || right.kind === 'notAllowed') return left;
    if (left.kind === 'notAllowed') return right;
    if (left.kind === 'choice') return this.choice(left.left, this.choice(left.right, right));
    for (let rest = right; ; rest = rest.right) {
      if (rest === left || (rest.kind === 'choice' && rest.left === left)) return right;
      if (rest.kind !== 'choice') break;
    }
    if (left.kind === 'empty' && right.nullable) return right;
    return this.#pair('choice', left, right);
  }

  group(left: Pattern, right: Pattern): Pattern {
    if (left.kind === 'notAllowed' || right.kind === 'empty') return left;
    if (right.kind === 'notAllowed' || left.kind === 'empty') return right;
    return this.#pair('group', left, right);
  }

  interleave(left: Pattern, right: Pattern): Pattern {
    if (left.kind === 'notAllowed' || right.kind === 'empty') return left;
    if (right.kind === 'notAllowed' || left.kind === 'empty') return right;
    return this.#pair('interleave', left, right);
  }

  oneOrMore(of: Pattern): Pattern {
    if (of.kind === 'notAllowed' || of.kind === 'empty' || of.kind === 'text' || of.kind === 'oneOrMore') return of;
    return this.#one('oneOrMore', of, of.nullable);
  }

  list(of: Pattern): Pattern {
    return of.kind === 'notAllowed' ? of : this.#one('list', of, false);
  }

  optional(of: Pattern): Pattern {
    return of.nullable ? of : this.choice(of, this.empty);
  }

  zeroOrMore(of: Pattern): Pattern {
    return this.optional(this.oneOrMore(of));
  }

  value(value: string, exact: boolean): Pattern {
    const key = `${exact}${value}`;
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    const pattern: ValuePattern = { kind: 'value', nullable: false, id: this.#id(), memo: newMemo(), value, exact };
    this.#values.set(key, pattern);
    return pattern;
  }

  data(type: Datatype, except: Pattern | undefined): Pattern {
    return { kind: 'data', nullable: false, id: this.#id(), memo: newMemo(), type, except };
  }

  attribute(name: NameClass, value: Pattern): Pattern {
    if (value.kind === 'notAllowed') return value;
    const key = `${value.id} ${name.kind === 'name' ? `${name.local} ${name.namespace}` : this.#id()}`;
    const known = this.#attributes.get(key);
    if (known !== undefined) return known;
    const pattern: AttributePattern = {
      kind: 'attribute',
      nullable: false,
      id: this.#id(),
      memo: newMemo(),
      name,
      value,
    };
    this.#attributes.set(key, pattern);
    return pattern;
  }

  element(name: NameClass, define: string, content: () => Pattern): Pattern {
    return { kind: 'element', nullable: false, id: this.#id(), memo: newMemo(), name, define, content };
  }

  #id(): number {
    this.#made += 1;
    return this.#made;
  }

  #pair(kind: PairPattern['kind'], left: Pattern, right: Pattern): Pattern {
    const kinds = { choice: 0, interleave: 1, group: 2 };
    const key = (left.id * 2 ** 24 + right.id) * 4 + kinds[kind];
    const known = this.#pairs.get(key);
    if (known !== undefined) return known;
    const nullable = kind === 'choice' ? left.nullable || right.nullable : left.nullable && right.nullable;
    const pattern: PairPattern = { kind, nullable, id: this.#id(), memo: newMemo(), left, right };
    this.#pairs.set(key, pattern);
    return pattern;
  }

  #one(kind: 'oneOrMore' | 'list', of: Pattern, nullable: boolean): Pattern {
    const key = `${kind}${of.id}`;
    const known = this.#unary.get(key);
    if (known !== undefined) return known;
    const pattern: Pattern = { kind, nullable, id: this.#id(), memo: newMemo(), of };
    this.#unary.set(key, pattern);
    return pattern;
  }
}
