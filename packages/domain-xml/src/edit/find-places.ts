import { DomainXmlError } from '../error.ts';
import { didYouMean, listed, nearest } from '../relaxng/problem.ts';
import { type AttributeNode, type ElementNode, isElement, type ParsedXml, type XmlNode } from '../xml/node.ts';
import type { Condition, PathStep, XmlPath } from './xml-path.ts';

/** An element, and the way to it. */
export interface FoundElement {
  readonly element: ElementNode;
  /** `/domain/devices/disk[2]`: counted where there are several of the name. */
  readonly path: string;
}

/** The elements that the steps lead to, in document order. */
export function findElements({ root }: ParsedXml, steps: readonly PathStep[]): readonly FoundElement[] {
  const [first, ...others] = steps;
  const start = first === undefined ? [] : meeting([{ element: root, path: `/${root.name}` }], first);
  return others.reduce<readonly FoundElement[]>(
    (places, step) => places.flatMap((place) => meeting(childPlaces(place, step.name), step)),
    start,
  );
}

/** The children of a name. */
function childPlaces({ element, path }: FoundElement, name: string): FoundElement[] {
  const children = element.content.filter((node) => isElement(node)).filter((child) => child.name === name);
  return children.map((child, index) => ({
    element: child,
    path: `${path}/${name}${children.length > 1 ? `[${index + 1}]` : ''}`,
  }));
}

const meeting = (places: readonly FoundElement[], { name, conditions }: PathStep): readonly FoundElement[] =>
  conditions.reduce(
    (left, condition) => left.filter(({ element }, index) => meets(element, condition, index + 1)),
    places.filter(({ element }) => element.name === name),
  );

function meets(element: ElementNode, condition: Condition, number: number): boolean {
  if (condition.kind === 'number') return condition.number === number;
  const { below, attribute, value } = condition;
  const holders = below.reduce<readonly ElementNode[]>(
    (elements, name) =>
      elements.flatMap(({ content }) => content.filter(isElement).filter((each) => each.name === name)),
    [element],
  );
  return holders.some((holder) =>
    attribute === undefined ? textOf(holder) === value : attributeOf(holder, attribute)?.value === value,
  );
}

export const attributeOf = ({ attributes }: ElementNode, name: string): AttributeNode | undefined =>
  attributes.find((attribute) => attribute.name === name);

/** The text of an element that has no elements in it; undefined when it is empty or has some. */
export function textOf({ content }: ElementNode): string | undefined {
  if (content.some(isElement)) return undefined;
  const text = content.map(plainText).join('');
  return text === '' ? undefined : text;
}

function plainText(node: XmlNode): string {
  if (typeof node === 'string') return node;
  return node.kind === 'cdata' ? node.text : '';
}

/** How far a path leads: the elements there, and the steps that lead no further. */
export interface DeadEnd {
  readonly places: readonly FoundElement[];
  readonly rest: readonly PathStep[];
}

export function findDeadEnd(document: ParsedXml, { steps }: XmlPath): DeadEnd {
  for (let length = steps.length; length > 0; length -= 1) {
    const places = findElements(document, steps.slice(0, length));
    if (places.length > 0) return { places, rest: steps.slice(length) };
  }
  return { places: [], rest: steps };
}

/** Tells what there is where a path ends. */
export function noSuchPlace(document: ParsedXml, path: XmlPath, text: string): DomainXmlError {
  const { places, rest } = findDeadEnd(document, path);
  const error = (problem: string) =>
    new DomainXmlError('no-such-place', { path: text }, `nothing is there; ${problem}`);
  const [place] = places;
  if (place === undefined) return error(`the path begins with /${document.root.name}`);
  const [step] = rest;
  const { attributes, content, name } = place.element;
  if (step === undefined)
    return error(
      missing(
        name,
        path.attribute ?? '',
        attributes.map((each) => each.name),
        '@',
      ),
    );
  const children = content.filter(isElement).map((child) => child.name);
  const namesakes = children.filter((child) => child === step.name).length;
  if (namesakes > 0) return error(`<${name}> has ${namesakes} <${step.name}>, none of which is meant`);
  return error(missing(name, step.name, [...new Set(children)], ''));
}

function missing(holder: string, name: string, there: readonly string[], sign: string): string {
  const has = there.length === 0 ? 'nothing of the kind' : listed(there.map((each) => sign + each));
  const suggestion = nearest(name, there);
  return `<${holder}> has ${has}${didYouMean(suggestion === undefined ? undefined : sign + suggestion)}`;
}

const shownAtMost = 8;

export function severalPlaces(places: readonly FoundElement[], path: string): DomainXmlError {
  const shown = places.slice(0, shownAtMost).map((place) => place.path);
  const more = places.length > shownAtMost ? ' ...' : '';
  const problem = `it leads to ${places.length} places; name one of ${shown.join(', ')}${more}`;
  return new DomainXmlError('several-places', { path }, problem);
}
