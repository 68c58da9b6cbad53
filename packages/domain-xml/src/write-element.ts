import { DomainXmlError } from './error.ts';
import type { ElementOutline } from './outline.ts';
import { bindPrefixes, checkName } from './prefixes.ts';
import { kindOf, textOf } from './xml-text.ts';

type XmlNode = ReturnType<typeof import('xmlbuilder2').fragment>['node'];
type XmlDocument = NonNullable<XmlNode['ownerDocument']>;

/** Where an element stands. */
export interface ElementPlace {
  readonly name: string;
  /** `devices.disk[1]`; empty for the root. */
  readonly path: string;
  readonly depth: number;
  readonly outline: ElementOutline | undefined;
  /** The prefixes that the elements around it bind to a namespace. */
  readonly prefixes: ReadonlySet<string>;
  /** Whether it stands among text, where indentation would be text too. */
  readonly inline: boolean;
}

/** Part of an element's content: text, or a child element with its data. */
type Piece = string | { readonly name: string; readonly path: string; readonly data: unknown };

const maxDepth = 256;

/**
 * Makes the DOM nodes of an element. They are made with the DOM that xmlbuilder2 hands out, not with its `ele()` and
 * `att()`: those parse a text that begins with `<`, `{` or `---`, rewrite prefixes, and cost nearly twice as much. The
 * indentation is made here too, since xmlbuilder2's own would change text that stands between elements.
 */
export function writeElement(document: XmlDocument, place: ElementPlace, data: unknown): XmlNode {
  if (place.depth > maxDepth) {
    const problem = `elements are nested more than ${maxDepth} deep; does the data contain itself?`;
    throw new DomainXmlError('too-deep', { path: place.path }, problem);
  }
  const entries = isText(data) ? [] : sortedEntries(data, place);
  const prefixes = bindPrefixes(entries, place);
  checkName(place.name, prefixes, place.path);
  const element = document.createElement(place.name);
  for (const [name, value] of attributesOf(entries, prefixes, place)) element.setAttribute(name, value);

  const pieces = isText(data)
    ? textPieces(data, place.path)
    : entries.flatMap(([key, value]) => (key.startsWith('@') ? [] : piecesOf(key, value, place)));
  const inline = place.inline || pieces.some((piece) => typeof piece === 'string');
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      element.appendChild(document.createTextNode(textReferences(piece)));
      continue;
    }
    if (!inline) element.appendChild(document.createTextNode(lineBreak(place.depth + 1)));
    const outline = place.outline?.children.get(piece.name);
    const child = { name: piece.name, path: piece.path, depth: place.depth + 1, outline, prefixes, inline };
    element.appendChild(writeElement(document, child, piece.data));
  }
  if (!inline && pieces.length > 0) element.appendChild(document.createTextNode(lineBreak(place.depth)));
  return element;
}

function attributesOf(
  entries: readonly [string, unknown][],
  prefixes: ReadonlySet<string>,
  place: ElementPlace,
): [string, string][] {
  const attributes: [string, string][] = [];
  for (const [key, value] of entries) {
    if (!key.startsWith('@') || value === undefined) continue;
    const name = key.slice(1);
    const path = pathOf(place, key);
    if (!key.startsWith('@xmlns:')) checkName(name, prefixes, path);
    attributes.push([name, attributeReferences(textOf(value, path))]);
  }
  return attributes;
}

const lineBreak = (depth: number): string => `\n${'  '.repeat(depth)}`;

const pathOf = (place: ElementPlace, key: string): string => (place.path === '' ? key : `${place.path}.${key}`);

const isText = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';

/** The parts of an element in libvirt's order, those it does not know after them in the order given. */
function sortedEntries(data: unknown, place: ElementPlace): [string, unknown][] {
  const entries = entriesOf(data, place.path);
  const order = place.outline?.order;
  if (order === undefined) return entries;
  const rank = (entry: [string, unknown]): number => order.get(entry[0]) ?? order.size;
  return entries.sort((a, b) => rank(a) - rank(b));
}

function entriesOf(data: unknown, path: string): [string, unknown][] {
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) {
    const prototype = Object.getPrototypeOf(data);
    if (prototype === null || Object.getPrototypeOf(prototype) === null) return Object.entries(data);
  }
  const problem = `${kindOf(data)} is no element; give text, a number, a plain object of its parts, or {} when it is empty`;
  throw new DomainXmlError('invalid-value', { path }, problem);
}

function piecesOf(key: string, value: unknown, place: ElementPlace): Piece[] {
  const path = pathOf(place, key);
  if (value === undefined) return [];
  if (key !== '#') {
    if (!Array.isArray(value)) return [{ name: key, path, data: value }];
    return value.map((data: unknown, index) => ({ name: key, path: `${path}[${index}]`, data }));
  }
  if (!Array.isArray(value)) return textPieces(value, path);
  return value.flatMap((item: unknown, index) => {
    const at = `${path}[${index}]`;
    if (isText(item)) return textPieces(item, at);
    return entriesOf(item, at).flatMap(([name, data]) => piecesOf(name, data, { ...place, path: at }));
  });
}

function textPieces(value: unknown, path: string): string[] {
  const text = textOf(value, path);
  return text === '' ? [] : [text];
}

/**
 * References for what a reader would take for markup or turn into a space. `<`, `>` and `"` are left to xmlbuilder2;
 * it leaves what looks like a reference as it is (`&amp;` in the data would become `&`), so every `&` is written here.
 */
const attributeReferences = (text: string): string =>
  textReferences(text).replaceAll('\t', '&#9;').replaceAll('\n', '&#10;');

const textReferences = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('\r', '&#13;');
