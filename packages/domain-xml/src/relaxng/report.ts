import { locate } from '../xml/locate.ts';
import { type AttributeNode, type ElementNode, isElement } from '../xml/node.ts';
import { expectedNames, expectedValues } from './expected.ts';
import type { Pattern } from './pattern.ts';
import { nearestPlaces, type Places } from './places.ts';
import { didYouMean, listed, mostProblems, nearest, type SchemaProblem } from './problem.ts';

/** An element and those around it. */
export interface ProblemPlace {
  readonly element: ElementNode;
  readonly around: ProblemPlace | undefined;
}

const shownValue = 60;
const mostHomes = 4;

interface Misplaced {
  readonly what: string;
  /** The paths of where it belongs. */
  readonly homes: readonly string[];
  readonly expected: readonly string[];
  readonly suggestion: string | undefined;
}

const wantedHere = (expected: readonly string[]): string =>
  expected.length === 0 ? '' : `; expected ${listed(expected)}`;

/** Collects problems, in a person's words. */
export class Report {
  readonly problems: SchemaProblem[] = [];
  readonly #source: string;
  readonly #places: () => Places;
  /** Of the element that was asked about last, by name: its problems come one after the other. */
  #attributes: { readonly element: ElementNode; readonly offsets: ReadonlyMap<string, number> } | undefined;

  constructor(source: string, places: () => Places) {
    this.#source = source;
    this.#places = places;
  }

  /** Whether more problems are of no use to anybody. */
  get isFull(): boolean {
    return this.problems.length >= mostProblems;
  }

  unexpectedElement(place: ProblemPlace, patterns: readonly Pattern[]): void {
    if (this.isFull) return;
    const { element, around } = place;
    const { elements } = expectedNames(patterns);
    const siblings = around?.element.content ?? [];
    const before = siblings.slice(0, siblings.indexOf(element));
    const repeated = before.some((node) => isElement(node) && node.name === element.name);
    const suggestion = repeated || element.namespace !== '' ? undefined : nearest(element.local, elements);
    const what = repeated ? `another <${element.name}> is not allowed here` : `<${element.name}> is not allowed here`;
    const homes = repeated ? [] : this.#homesOf(element, around);
    this.#add(place, element.offset, { what, homes, expected: elements.map((name) => `<${name}>`), suggestion });
  }

  /** Where an element belongs; nowhere else if it may stand here, but does not go with what is here. */
  #homesOf({ namespace, local }: ElementNode, around: ProblemPlace | undefined): readonly string[] {
    const here = around === undefined ? '/' : plainPath(around);
    const places = this.#places().elementsOf(namespace, local);
    return places.includes(here) ? [] : nearestPlaces(places, here);
  }

  /** Where an attribute belongs: inside of this element, else around or beside it. Of more distant ones nobody thought. */
  #neighboursWith({ namespace, local }: AttributeNode, place: ProblemPlace): readonly string[] {
    const here = plainPath(place);
    const parent = parentOf(here);
    const places = this.#places().attributesOf(namespace, local);
    if (places.includes(here)) return [];
    const inside = places.filter((path) => parentOf(path) === here);
    return inside.length > 0 ? inside : places.filter((path) => path === parent || parentOf(path) === parent);
  }

  unexpectedAttribute(
    place: ProblemPlace,
    attribute: AttributeNode,
    { known, patterns }: { readonly known: boolean; readonly patterns: readonly Pattern[] },
  ): void {
    if (this.isFull) return;
    const { attributes } = expectedNames(patterns);
    const suggestion = known || attribute.namespace !== '' ? undefined : nearest(attribute.local, attributes);
    const why = known ? 'does not go with the attributes before it' : 'is no attribute of this element';
    this.#add(place, this.#attributeOffset(place.element, attribute), {
      what: `${attribute.name}=${quoted(attribute.value)} ${why}`,
      homes: known || suggestion !== undefined ? [] : this.#neighboursWith(attribute, place),
      expected: attributes,
      suggestion,
    });
  }

  badValue(place: ProblemPlace, attribute: AttributeNode, tests: readonly Pattern[]): void {
    if (this.isFull) return;
    const offset = this.#attributeOffset(place.element, attribute);
    this.#addValue(place, offset, {
      what: `${attribute.name}=${quoted(attribute.value)}`,
      value: attribute.value,
      tests,
    });
  }

  badText(place: ProblemPlace, text: string, tests: readonly Pattern[]): void {
    const what = text === '' ? 'no text' : quoted(text);
    this.#addValue(place, place.element.offset, { what, value: text, tests });
  }

  strayText(place: ProblemPlace, text: string): void {
    const what = `the text ${quoted(text)} is not allowed in <${place.element.name}>`;
    this.#add(place, place.element.offset, { what, homes: [], expected: [], suggestion: undefined });
  }

  missing(place: ProblemPlace, missing: readonly string[]): void {
    const what = `<${place.element.name}> lacks ${missing.join(', ') || 'something'}`;
    this.#add(place, place.element.offset, { what, homes: [], expected: [], suggestion: undefined }, missing);
  }

  /** Where an attribute begins in the text; at the element when it was not parsed. */
  #attributeOffset(element: ElementNode, { name }: AttributeNode): number {
    if (this.#attributes?.element !== element) this.#attributes = { element, offsets: attributeOffsets(element) };
    return this.#attributes.offsets.get(name) ?? element.offset;
  }

  #addValue(
    place: ProblemPlace,
    offset: number,
    { what, value, tests }: { readonly what: string; readonly value: string; readonly tests: readonly Pattern[] },
  ): void {
    const { values, descriptions } = expectedValues(tests);
    const expected = [...values, ...descriptions];
    const suggestion = nearest(value, values);
    const one = expected.length === 1 ? (expected[0] ?? '') : `one of ${listed(expected)}`;
    this.#push(place, offset, { message: `${what} is not ${one}${didYouMean(suggestion)}`, expected, suggestion });
  }

  #add(place: ProblemPlace, offset: number, found: Misplaced, missing: readonly string[] = []): void {
    const { what, homes, suggestion } = found;
    const wanted = homes.length > 0 ? `; it belongs in ${listed(homes, mostHomes)}` : wantedHere(found.expected);
    const meant =
      suggestion !== undefined && found.expected.includes(`<${suggestion}>`) ? `<${suggestion}>` : suggestion;
    const expected = missing.length > 0 ? missing : found.expected;
    this.#push(place, offset, { message: `${what}${wanted}${didYouMean(meant)}`, expected, suggestion });
  }

  #push(
    place: ProblemPlace,
    offset: number,
    problem: Pick<SchemaProblem, 'message' | 'expected' | 'suggestion'>,
  ): void {
    if (this.isFull) return;
    const { line, column } = locate(this.#source, offset);
    this.problems.push({ line, column, path: pathOf(place), ...problem });
  }
}

const quoted = (value: string): string => `"${value.length > shownValue ? `${value.slice(0, shownValue)}...` : value}"`;

/** `/domain/devices/disk`, whichever disk it is. */
const plainPath = ({ element, around }: ProblemPlace): string =>
  `${around === undefined ? '' : plainPath(around)}/${element.local}`;

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

function pathOf({ element, around }: ProblemPlace): string {
  if (around === undefined) return `/${element.name}`;
  const same = around.element.content.filter(
    (node): node is ElementNode => isElement(node) && node.name === element.name,
  );
  const index = same.length > 1 ? `[${same.indexOf(element) + 1}]` : '';
  return `${pathOf(around)}/${element.name}${index}`;
}

/** Where the attributes of an element begin in the text, by name; none when it was not parsed. */
function attributeOffsets({ name, startTag, offset }: ElementNode): ReadonlyMap<string, number> {
  const inside = (startTag ?? '').slice(name.length + 1);
  const matches = inside.matchAll(/([^\s=/>"']+)\s*=\s*(?:"[^"]*"|'[^']*')/g);
  return new Map(Array.from(matches, ({ 1: attribute = '', index }) => [attribute, offset + name.length + 1 + index]));
}
