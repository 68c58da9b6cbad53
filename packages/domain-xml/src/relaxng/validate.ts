import type { ElementNode, ParsedXml } from '../xml/node.ts';
import type { Derivatives } from './derivative.ts';
import { isBlank } from './derivative.ts';
import { missingAttributes, missingContent } from './expected.ts';
import type { Pattern } from './pattern.ts';
import type { Places } from './places.ts';
import type { SchemaProblem } from './problem.ts';
import { type ProblemPlace, Report } from './report.ts';

const declarationNamespace = 'http://www.w3.org/2000/xmlns/';

/** One of the ways in which what was read so far can be understood; nearly always there is only one. */
interface Thread {
  /** What may still come inside the element. */
  readonly content: Pattern;
  /** What may come after the element, in the element around it. */
  readonly rest: Pattern;
  readonly around: Thread | undefined;
}

/** A schema as documents are held against it. */
export interface HeldSchema {
  readonly derivatives: Derivatives;
  readonly start: Pattern;
  /** Asked for when something stands in the wrong place. */
  readonly places: () => Places;
}

/** Holds a document against a schema. @returns every problem that is no mere consequence of another. */
export function validateDocument({ derivatives, start, places }: HeldSchema, document: ParsedXml): SchemaProblem[] {
  const report = new Report(document.source, places);
  const outermost: Thread = { content: start, rest: derivatives.pool.empty, around: undefined };
  new Validation(derivatives, report).child([outermost], document.root, undefined);
  return report.problems;
}

class Validation {
  readonly #derivatives: Derivatives;
  readonly #report: Report;

  constructor(derivatives: Derivatives, report: Report) {
    this.#derivatives = derivatives;
    this.#report = report;
  }

  /** Reads a child element. @returns undefined when it may not stand here. */
  child(
    threads: readonly Thread[],
    element: ElementNode,
    around: ProblemPlace | undefined,
  ): readonly Thread[] | undefined {
    const inside: Thread[] = [];
    for (const thread of threads) {
      for (const { content, rest } of this.#derivatives.open(thread.content, element.namespace, element.local)) {
        inside.push({ content, rest, around: thread });
      }
    }
    const place = { element, around };
    if (inside.length === 0) {
      const patterns = threads.map(({ content }) => content);
      this.#report.unexpectedElement(place, patterns);
      return undefined;
    }
    return this.#after(this.#content(this.#attributes(inside, place), place));
  }

  #attributes(threads: readonly Thread[], place: ProblemPlace): readonly Thread[] {
    const derivatives = this.#derivatives;
    let current = threads;
    let complete = true;
    for (const attribute of place.element.attributes) {
      if (this.#report.isFull) break;
      if (attribute.namespace === declarationNamespace) continue;
      const next = this.#step(current, (content) => derivatives.attribute(content, attribute, attribute.value).next);
      if (next.length > 0) {
        current = next;
        continue;
      }
      complete = false;
      const { namespace, local } = attribute;
      const tests = current.flatMap(({ content }) => derivatives.attributeTests(content, namespace, local).tests);
      if (tests.length > 0) {
        this.#report.badValue(place, attribute, tests);
        current = this.#step(current, (content) => derivatives.anyAttribute(content, attribute));
      } else {
        const known = threads.some(
          ({ content }) => derivatives.attributeTests(content, namespace, local).tests.length > 0,
        );
        const patterns = current.map(({ content }) => content);
        this.#report.unexpectedAttribute(place, attribute, { known, patterns });
      }
    }
    const closed = this.#step(current, (content) => derivatives.close(content));
    if (closed.length > 0) return closed;
    if (complete) {
      const [missing = []] = current.map(({ content }) => missingAttributes(content));
      this.#report.missing(place, missing);
    }
    return this.#step(current, (content) => derivatives.closeLeniently(content));
  }

  #content(threads: readonly Thread[], place: ProblemPlace): readonly Thread[] {
    const children: ElementNode[] = [];
    let text = '';
    for (const piece of place.element.content) {
      if (typeof piece === 'string') text += piece;
      else if (piece.kind === 'cdata') text += piece.text;
      else if (piece.kind === 'element') children.push(piece);
    }
    return children.length === 0
      ? this.#textOnly(threads, text, place)
      : this.#children(threads, children, { text, place });
  }

  #textOnly(threads: readonly Thread[], text: string, place: ProblemPlace): readonly Thread[] {
    const derivatives = this.#derivatives;
    const blank = isBlank(text);
    const ended = this.#step(threads, (content) => {
      const { next } = derivatives.text(content, text);
      return next.nullable || (blank && content.nullable) ? derivatives.pool.empty : derivatives.pool.notAllowed;
    });
    if (ended.length > 0) return ended;
    const tests = threads.flatMap(({ content }) => derivatives.textTests(content).tests);
    const needed = threads.map(({ content }) => missingContent(content)).find((names) => names.length > 0) ?? [];
    if (tests.length > 0 && (!blank || needed.every((name) => name === 'text'))) {
      this.#report.badText(place, text.trim(), tests);
    } else if (!blank) this.#report.strayText(place, text.trim());
    else this.#report.missing(place, needed);
    return threads;
  }

  #children(
    threads: readonly Thread[],
    children: readonly ElementNode[],
    { text, place }: { readonly text: string; readonly place: ProblemPlace },
  ): readonly Thread[] {
    let current = threads;
    let complete = true;
    if (!isBlank(text)) {
      const next = this.#step(threads, (content) => this.#derivatives.text(content, text).next);
      if (next.length > 0) current = next;
      else {
        complete = false;
        this.#report.strayText(place, text.trim());
      }
    }
    for (const child of children) {
      if (this.#report.isFull) break;
      const next = this.child(current, child, place);
      if (next === undefined) complete = false;
      else current = next;
    }
    const ended = current.filter(({ content }) => content.nullable);
    if (ended.length > 0) return ended;
    const [missing = []] = current.map(({ content }) => missingContent(content));
    if (complete) this.#report.missing(place, missing);
    return current;
  }

  /** Back in the element around: what it may go on with. */
  #after(threads: readonly Thread[]): readonly Thread[] {
    const after: Thread[] = [];
    for (const { rest, around } of threads) {
      if (around !== undefined) after.push({ content: rest, rest: around.rest, around: around.around });
    }
    return this.#joined(after);
  }

  #step(threads: readonly Thread[], derive: (content: Pattern) => Pattern): readonly Thread[] {
    const stepped: Thread[] = [];
    for (const thread of threads) {
      const content = derive(thread.content);
      if (content.kind !== 'notAllowed') stepped.push({ content, rest: thread.rest, around: thread.around });
    }
    return stepped;
  }

  #joined(threads: readonly Thread[]): readonly Thread[] {
    const joined: Thread[] = [];
    for (const thread of threads) {
      const at = joined.findIndex(({ rest, around }) => rest === thread.rest && around === thread.around);
      const known = joined[at];
      if (known === undefined) joined.push(thread);
      else joined[at] = { ...known, content: this.#derivatives.pool.choice(known.content, thread.content) };
    }
    return joined;
  }
}
