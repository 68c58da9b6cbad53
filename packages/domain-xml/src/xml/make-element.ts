import { listOf, partsOf, piecesOf } from '../content.ts';
import { type Namespaces, namespaceOf, namespacesInside } from '../namespaces.ts';
import type { ElementOutline } from '../outline.ts';
import type { XmlContent, XmlElement, XmlText } from '../xml-element.ts';
import { textOf } from '../xml-text.ts';
import type { AttributeNode, ElementNode, XmlNode } from './node.ts';

/** Where a new element goes. */
export interface NewElementPlace {
  readonly outline: ElementOutline | undefined;
  readonly namespaces: Namespaces;
  /** The line break and the indentation before it. */
  readonly lineBreak: string;
}

const declarationNamespace = 'http://www.w3.org/2000/xmlns/';

/** Makes an element of a document from its data, laid out like its surroundings. */
export function makeElement(name: string, data: XmlText | XmlElement, place: NewElementPlace): ElementNode {
  const parts = new Map(sortedParts(partsOf(data), place.outline));
  const namespaces = namespacesInside(place.namespaces, parts);
  const attributes = [...parts].flatMap(([key, value]) =>
    key.startsWith('@') ? [makeAttribute(key.slice(1), textOf(value, key), namespaces)] : [],
  );
  const pieces = piecesOf(parts);
  const inline = pieces.some((piece) => typeof piece === 'string');
  const lineBreak = `${place.lineBreak}  `;
  const content = pieces.flatMap((piece): XmlNode[] => {
    if (typeof piece === 'string') return [textOf(piece, '#')];
    const [child, inside] = piece;
    const outline = place.outline?.children.get(child);
    const node = makeElement(child, inside, { outline, namespaces, lineBreak });
    return inline ? [node] : [lineBreak, node];
  });
  if (!inline && content.length > 0) content.push(place.lineBreak);
  const namespace = namespaceOf(name, namespaces) ?? '';
  return {
    kind: 'element',
    name,
    local: localName(name),
    namespace,
    attributes,
    content,
    offset: 0,
    end: 0,
    startTag: undefined,
  };
}

export function makeAttribute(name: string, value: string, namespaces: Namespaces): AttributeNode {
  const declares = name === 'xmlns' || name.startsWith('xmlns:');
  const own = name.includes(':') ? (namespaceOf(name, namespaces) ?? '') : '';
  return { name, local: localName(name), namespace: declares ? declarationNamespace : own, value };
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

function sortedParts(
  parts: ReadonlyMap<string, XmlContent>,
  outline: ElementOutline | undefined,
): [string, XmlContent][] {
  const present = [...parts].filter(([, value]) => value !== undefined && !(listOf(value).length === 0));
  const rank = ([key]: [string, XmlContent]): number => outline?.order.get(key) ?? outline?.order.size ?? 0;
  return present.sort((a, b) => rank(a) - rank(b));
}
