import { expect, test } from 'vitest';
import { parseXml } from '../index.ts';
import type { ElementNode, ParsedXml } from '../xml/node.ts';
import { compileGrammar } from './compile.ts';
import { Derivatives } from './derivative.ts';
import type { Pattern, Tested } from './pattern.ts';
import { Places } from './places.ts';
import { validateDocument } from './validate.ts';

/** Counts what validating does for each attribute and element. */
class CountedDerivatives extends Derivatives {
  steps = 0;

  override attributeTests(pattern: Pattern, namespace: string, local: string): Tested {
    this.steps += 1;
    return super.attributeTests(pattern, namespace, local);
  }

  override open(...args: Parameters<Derivatives['open']>): ReturnType<Derivatives['open']> {
    this.steps += 1;
    return super.open(...args);
  }
}

/** What validating a document costs, and how many problems it tells: steps, and how often a start tag is read through. */
function effort(xml: string): { steps: number; reads: number; problems: number } {
  const grammar = `<grammar xmlns="http://relaxng.org/ns/structure/1.0"><start><element name="a"><optional><attribute name="b"/></optional>
    <optional><attribute name="c"><value>1</value></attribute></optional>
    <zeroOrMore><element name="a"><attribute name="c"><value>1</value></attribute></element></zeroOrMore></element></start></grammar>`;
  const { pool, start } = compileGrammar(new Map([['s.rng', grammar]]), 's.rng');
  const derivatives = new CountedDerivatives(pool);
  let reads = 0;
  const counted = (element: ElementNode): ElementNode => {
    const { startTag } = element;
    const content = element.content.map((node) =>
      typeof node === 'object' && node.kind === 'element' ? counted(node) : node,
    );
    return Object.defineProperty({ ...element, content }, 'startTag', {
      get: () => {
        reads += 1;
        return startTag;
      },
    });
  };
  const parsed = parseXml(xml);
  const document: ParsedXml = { ...parsed, root: counted(parsed.root) };
  const problems = validateDocument({ derivatives, start, places: () => new Places(start) }, document).length;
  return { steps: derivatives.steps, reads, problems };
}

test.each<[string, number, (count: number) => string]>([
  ['attributes that the schema does not know', 1, (count) => `<a ${repeated(count, (index) => `x${index}="1"`)}/>`],
  [
    'attributes of a namespace',
    1,
    (count) => `<a xmlns:n="urn:n" ${repeated(count, (index) => `n:x${index}="1"`)} c="2"/>`,
  ],
  ['elements that the schema does not know', 0, (count) => `<a>${repeated(count, (index) => `<x${index}/>`)}</a>`],
  ['elements with a wrong value', 100, (count) => `<a>${repeated(count, () => '<a c="2"/>')}</a>`],
  ['elements with an attribute too many', 100, (count) => `<a>${repeated(count, () => '<a c="1" d="1"/>')}</a>`],
])('with all problems told, a document of very many %s costs no more than one of many', (_, reads, document) => {
  const [many, veryMany] = [effort(document(1000)), effort(document(8000))];
  expect(many).toMatchObject({ problems: 100, reads });
  expect(veryMany).toEqual(many);
});

const repeated = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');
