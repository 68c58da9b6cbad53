import { type ContentPiece, contentParts, elementOf } from './content.ts';
import { declarationKey, type Namespaces, nestNamespaces } from './namespaces.ts';
import type { ElementOutline } from './outline.ts';
import type { FragmentElement } from './parse-fragment.ts';
import type { XmlContent, XmlElement, XmlText } from './xml-element.ts';

/**
 * How an element's content is read. As `libvirt`'s, white space is layout, text and elements do not mix, and the order of
 * different elements has no meaning. As `foreign` (inside `<metadata>` and elements of other namespaces), text and
 * elements may mix and the order counts, but white space between elements is layout still. As `prose` (inside such a
 * mixture) every character counts.
 */
export type Reading = 'libvirt' | 'foreign' | 'prose';

/** Where an element of a fragment goes. */
export interface Destination {
  readonly namespaces: Namespaces;
  /** As what the element around it is read. */
  readonly reading: Reading;
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
  const own = new Map(element.declarations);
  for (const { prefix, namespace } of [element, ...element.attributes.filter((attribute) => attribute.prefix !== '')]) {
    if ((own.get(prefix) ?? destination.namespaces.get(prefix)) !== namespace) own.set(prefix, namespace);
  }
  for (const [prefix, namespace] of own) parts.set(declarationKey(prefix), namespace);
  for (const { name, value } of element.attributes) parts.set(`@${name}`, value);
  const namespaces = nestNamespaces(destination.namespaces, own);
  const { outline } = destination;
  const reading = readingInside(element, destination.reading);
  const content = contentOf(element, reading);
  const mixed = reading !== 'libvirt' && content.length > 1 && content.some((piece) => typeof piece === 'string');
  const pieces = content.map((piece): ContentPiece => {
    if (typeof piece === 'string') return piece;
    const child = {
      namespaces,
      reading: mixed ? 'prose' : reading,
      outline: outline?.children.get(piece.name),
    } as const;
    return [piece.name, fragmentData(piece, child)];
  });
  const repeats = (name: string): boolean => outline?.children.get(name)?.repeats ?? false;
  if (parts.size === 0 && pieces.length === 0 && outline?.textOnly) return '';
  const contents = contentParts(pieces, reading === 'libvirt' ? 'by name' : 'in order', repeats);
  return elementOf(new Map([...parts, ...contents]));
}

const readingInside = (element: FragmentElement, around: Reading): Reading =>
  around === 'libvirt' && (element.namespace !== '' || element.name === 'metadata') ? 'foreign' : around;

/**
 * An element's content without the white space that only lays it out.
 *
 * @throws DomainXmlError when one of libvirt's elements has text beside elements.
 */
export function contentOf(element: FragmentElement, reading: Reading): FragmentElement['content'] {
  if (reading === 'prose') return element.content;
  const text = element.content.find((piece) => typeof piece === 'string' && /[^ \t\r\n]/.test(piece));
  const children = element.content.filter((piece) => typeof piece !== 'string');
  if (text === undefined) return children.length > 0 || reading === 'libvirt' ? children : element.content;
  if (children.length === 0 || reading === 'foreign') return element.content;
  throw strayText(element);
}

export const strayText = (element: FragmentElement) =>
  element.error('stray-text', `<${element.name}> has text beside elements; write either text or elements`);
