import { type ContentPiece, contentParts, elementOf } from './content.ts';
import { declarationKey, type Namespaces } from './namespaces.ts';
import type { ElementOutline } from './outline.ts';
import type { FragmentElement } from './parse-fragment.ts';
import type { XmlContent, XmlElement, XmlText } from './xml-element.ts';

/**
 * Whose words an element's content is written in. In libvirt's, white space is layout, text and elements do not mix, and
 * the order of different elements has no meaning; in others', inside `<metadata>` and other namespaces, it may.
 */
export type Vocabulary = 'libvirt' | 'foreign';

/** Where an element of a fragment goes. */
export interface Destination {
  readonly namespaces: Namespaces;
  readonly vocabulary: Vocabulary;
  /** Of the element that goes there. */
  readonly outline: ElementOutline | undefined;
}

/**
 * An element of a fragment as data. Namespaces that it has from elements around it, and that do not hold where it goes,
 * are declared on the element itself.
 *
 * @throws DomainXmlError when one of libvirt's elements has text beside elements.
 */
export function fragmentData(element: FragmentElement, destination: Destination): XmlText | XmlElement {
  const parts = new Map<string, XmlContent>();
  const namespaces = new Map(destination.namespaces);
  const declare = (prefix: string, namespace: string): void => {
    if (namespaces.get(prefix) === namespace && !element.declarations.has(prefix)) return;
    namespaces.set(prefix, namespace);
    parts.set(declarationKey(prefix), namespace);
  };
  for (const [prefix, namespace] of element.declarations) declare(prefix, namespace);
  declare(element.prefix, element.namespace);
  for (const { name, prefix, namespace, value } of element.attributes) {
    if (prefix !== '') declare(prefix, namespace);
    parts.set(`@${name}`, value);
  }
  const { outline } = destination;
  const vocabulary = vocabularyInside(element, destination.vocabulary);
  const pieces = contentOf(element, vocabulary).map((piece): ContentPiece => {
    if (typeof piece === 'string') return piece;
    return [piece.name, fragmentData(piece, { namespaces, vocabulary, outline: outline?.children.get(piece.name) })];
  });
  const repeats = (name: string): boolean => outline?.children.get(name)?.repeats ?? false;
  const content = contentParts(pieces, vocabulary === 'foreign' ? 'in order' : 'by name', repeats);
  return elementOf(new Map([...parts, ...content]));
}

const vocabularyInside = (element: FragmentElement, around: Vocabulary): Vocabulary =>
  element.namespace !== '' || element.name === 'metadata' ? 'foreign' : around;

/**
 * An element's content without the white space that only lays it out.
 *
 * @throws DomainXmlError when one of libvirt's elements has text beside elements.
 */
export function contentOf(element: FragmentElement, vocabulary: Vocabulary): FragmentElement['content'] {
  const text = element.content.find((piece) => typeof piece === 'string' && /[^ \t\r\n]/.test(piece));
  const children = element.content.filter((piece) => typeof piece !== 'string');
  if (text === undefined) return children.length > 0 || vocabulary === 'libvirt' ? children : element.content;
  if (children.length === 0 || vocabulary === 'foreign') return element.content;
  throw strayText(element);
}

export const strayText = (element: FragmentElement) =>
  element.error('stray-text', `<${element.name}> has text beside elements; write either text or elements`);
