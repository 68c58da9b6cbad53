import { containsName } from './name-class.ts';
import type { AttributePattern, Opening, Pattern, PatternPool, Tested } from './pattern.ts';

const noTests: Tested = { tests: [], outcomes: new Map() };

/** More names than libvirt's schema has in one place: where any name may stand, a stream of documents has no end of them. */
const mostNames = 2000;

function remember<Found>(memo: Map<string, Found>, key: string, found: Found): void {
  if (memo.size >= mostNames) memo.clear();
  memo.set(key, found);
}

const blank = /^[ \t\r\n]*$/;

export const isBlank = (text: string): boolean => blank.test(text);

const collapse = (text: string): string => text.trim().replace(/[ \t\r\n]+/g, ' ');

/** An attribute or text that was held against a pattern. */
export interface Derived {
  /** What the value was held against; empty when nothing of the kind may stand here. */
  readonly tests: readonly Pattern[];
  /** What may come next; not allowed when no test was passed. */
  readonly next: Pattern;
}

/**
 * RELAX NG by derivatives: after each piece of a document, the pattern of what may still come. Everything is remembered
 * by pattern: most documents walk on trodden paths.
 *
 * Source: James Clark, "An algorithm for RELAX NG validation", https://relaxng.org/jclark/derivative.html. In place of
 * its `After`, {@link Derivatives.open} tells the content of a child and what follows it apart.
 */
export class Derivatives {
  readonly pool: PatternPool;

  constructor(pool: PatternPool) {
    this.pool = pool;
  }

  /** The ways to read a child element of this name. */
  open(pattern: Pattern, namespace: string, local: string): readonly Opening[] {
    const key = namespace === '' ? local : `${local} ${namespace}`;
    const known = pattern.memo.opened.get(key);
    if (known !== undefined) return known;
    const openings = this.#joined(this.#open(pattern, namespace, local));
    remember(pattern.memo.opened, key, openings);
    return openings;
  }

  #open(pattern: Pattern, namespace: string, local: string): readonly Opening[] {
    const { pool } = this;
    const into = (inside: Pattern, around: (rest: Pattern) => Pattern): Opening[] =>
      this.open(inside, namespace, local).map(({ content, rest }) => ({ content, rest: around(rest) }));
    switch (pattern.kind) {
      case 'element':
        return containsName(pattern.name, namespace, local) ? [{ content: pattern.content(), rest: pool.empty }] : [];
      case 'choice':
        return [...this.open(pattern.left, namespace, local), ...this.open(pattern.right, namespace, local)];
      case 'interleave':
        return [
          ...into(pattern.left, (rest) => pool.interleave(rest, pattern.right)),
          ...into(pattern.right, (rest) => pool.interleave(pattern.left, rest)),
        ];
      case 'group': {
        const left = into(pattern.left, (rest) => pool.group(rest, pattern.right));
        return pattern.left.nullable ? [...left, ...this.open(pattern.right, namespace, local)] : left;
      }
      case 'oneOrMore':
        return into(pattern.of, (rest) => pool.group(rest, pool.optional(pattern)));
      default:
        return [];
    }
  }

  #joined(openings: readonly Opening[]): readonly Opening[] {
    if (openings.length < 2) return openings;
    const byRest = new Map<Pattern, Pattern>();
    for (const { content, rest } of openings) {
      byRest.set(rest, this.pool.choice(byRest.get(rest) ?? this.pool.notAllowed, content));
    }
    return [...byRest].map(([rest, content]) => ({ content, rest }));
  }

  attribute(pattern: Pattern, name: { readonly namespace: string; readonly local: string }, value: string): Derived {
    const tested = this.attributeTests(pattern, name.namespace, name.local);
    if (tested.tests.length === 0) return { tests: [], next: this.pool.notAllowed };
    const passed = (test: Pattern) => this.accepts(test, value);
    const next = this.#outcome(tested, passed, (good) => this.#attribute(pattern, name, good));
    return { tests: tested.tests, next };
  }

  /** As if the attribute had any value that is allowed. */
  anyAttribute(pattern: Pattern, name: { readonly namespace: string; readonly local: string }): Pattern {
    const tested = this.attributeTests(pattern, name.namespace, name.local);
    return this.#attribute(pattern, name, new Set(tested.tests));
  }

  attributeTests(pattern: Pattern, namespace: string, local: string): Tested {
    const key = namespace === '' ? local : `${local} ${namespace}`;
    const known = pattern.memo.attributes.get(key);
    if (known !== undefined) return known;
    const named = this.#attributesIn(pattern).filter(({ name }) => containsName(name, namespace, local));
    if (named.length === 0) return noTests;
    const tested = { tests: [...new Set(named.map(({ value }) => value))], outcomes: new Map() };
    remember(pattern.memo.attributes, key, tested);
    return tested;
  }

  #attributesIn(pattern: Pattern): readonly AttributePattern[] {
    const known = pattern.memo.attributePatterns;
    if (known !== undefined) return known;
    const found = new Set<AttributePattern>();
    const visit = (part: Pattern): void => {
      if (part.kind === 'attribute') found.add(part);
      else if (part.kind === 'oneOrMore') visit(part.of);
      else if (part.kind === 'choice' || part.kind === 'group' || part.kind === 'interleave') {
        visit(part.left);
        visit(part.right);
      }
    };
    visit(pattern);
    pattern.memo.attributePatterns = [...found];
    return pattern.memo.attributePatterns;
  }

  #outcome(
    tested: Tested,
    passed: (test: Pattern) => boolean,
    derive: (good: ReadonlySet<Pattern>) => Pattern,
  ): Pattern {
    let key = '';
    for (const test of tested.tests) key += passed(test) ? '1' : '0';
    const known = tested.outcomes.get(key);
    if (known !== undefined) return known;
    const next = derive(new Set(tested.tests.filter((_, index) => key[index] === '1')));
    tested.outcomes.set(key, next);
    return next;
  }

  #attribute(
    pattern: Pattern,
    name: { readonly namespace: string; readonly local: string },
    good: ReadonlySet<Pattern>,
  ): Pattern {
    const { pool } = this;
    if (this.attributeTests(pattern, name.namespace, name.local).tests.length === 0) return pool.notAllowed;
    switch (pattern.kind) {
      case 'attribute':
        return good.has(pattern.value) ? pool.empty : pool.notAllowed;
      case 'choice':
        return pool.choice(this.#attribute(pattern.left, name, good), this.#attribute(pattern.right, name, good));
      case 'interleave':
      case 'group':
        return pool.choice(
          pool[pattern.kind](this.#attribute(pattern.left, name, good), pattern.right),
          pool[pattern.kind](pattern.left, this.#attribute(pattern.right, name, good)),
        );
      case 'oneOrMore':
        return pool.group(this.#attribute(pattern.of, name, good), pool.optional(pattern));
      default:
        return pool.notAllowed;
    }
  }

  /** After the last attribute: what is left for the content. */
  close(pattern: Pattern): Pattern {
    pattern.memo.closed ??= this.#replaceAttributes(pattern, (part) => this.close(part), this.pool.notAllowed);
    return pattern.memo.closed;
  }

  /** As if every attribute that is missing stood there. */
  closeLeniently(pattern: Pattern): Pattern {
    return this.#replaceAttributes(pattern, (part) => this.closeLeniently(part), this.pool.empty);
  }

  #replaceAttributes(pattern: Pattern, again: (part: Pattern) => Pattern, by: Pattern): Pattern {
    switch (pattern.kind) {
      case 'attribute':
        return by;
      case 'choice':
      case 'interleave':
      case 'group':
        return this.pool[pattern.kind](again(pattern.left), again(pattern.right));
      case 'oneOrMore':
        return this.pool.oneOrMore(again(pattern.of));
      default:
        return pattern;
    }
  }

  text(pattern: Pattern, text: string): Derived {
    const tested = this.textTests(pattern);
    const passed = (test: Pattern) => this.accepts(test, text);
    const next = this.#outcome(tested, passed, (good) => this.#text(pattern, good));
    return { tests: tested.tests, next };
  }

  /** As if the text were one that is allowed. */
  anyText(pattern: Pattern): Pattern {
    return this.#text(pattern, new Set(this.textTests(pattern).tests));
  }

  textTests(pattern: Pattern): Tested {
    const known = pattern.memo.texts;
    if (known !== undefined) return known;
    const tests = new Set<Pattern>();
    const visit = (part: Pattern): void => {
      if (part.kind === 'data' || part.kind === 'value' || part.kind === 'list' || part.kind === 'text')
        tests.add(part);
      else if (part.kind === 'oneOrMore') visit(part.of);
      else if (part.kind === 'choice' || part.kind === 'interleave') {
        visit(part.left);
        visit(part.right);
      } else if (part.kind === 'group') {
        visit(part.left);
        if (part.left.nullable) visit(part.right);
      }
    };
    visit(pattern);
    const tested = { tests: [...tests], outcomes: new Map() };
    pattern.memo.texts = tested;
    return tested;
  }

  #text(pattern: Pattern, good: ReadonlySet<Pattern>): Pattern {
    const { pool } = this;
    switch (pattern.kind) {
      case 'text':
        return pattern;
      case 'data':
      case 'value':
      case 'list':
        return good.has(pattern) ? pool.empty : pool.notAllowed;
      case 'choice':
        return pool.choice(this.#text(pattern.left, good), this.#text(pattern.right, good));
      case 'interleave':
        return pool.choice(
          pool.interleave(this.#text(pattern.left, good), pattern.right),
          pool.interleave(pattern.left, this.#text(pattern.right, good)),
        );
      case 'group': {
        const left = pool.group(this.#text(pattern.left, good), pattern.right);
        return pattern.left.nullable ? pool.choice(left, this.#text(pattern.right, good)) : left;
      }
      case 'oneOrMore':
        return pool.group(this.#text(pattern.of, good), pool.optional(pattern));
      default:
        return pool.notAllowed;
    }
  }

  /** Whether a value is one that the pattern of an attribute's value, or of text, allows. */
  accepts(pattern: Pattern, value: string): boolean {
    switch (pattern.kind) {
      case 'text':
        return true;
      case 'empty':
        return isBlank(value);
      case 'value':
        return pattern.exact ? pattern.value === value : pattern.value === value || pattern.value === collapse(value);
      case 'data':
        return pattern.type.allows(value) && (pattern.except === undefined || !this.accepts(pattern.except, value));
      case 'choice':
        return this.accepts(pattern.left, value) || this.accepts(pattern.right, value);
      case 'list': {
        const words = collapse(value);
        const end = (words === '' ? [] : words.split(' ')).reduce(
          (rest, word) => this.text(rest, word).next,
          pattern.of,
        );
        return end.nullable;
      }
      default:
        return (isBlank(value) && pattern.nullable) || this.text(pattern, value).next.nullable;
    }
  }
}
