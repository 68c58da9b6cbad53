import { type ContentPiece, contentParts, elementOf, listOf, oneOrSeveral, partsOf, piecesOf } from './content.ts';
import { contentOf, type Destination, fragmentData } from './fragment-data.ts';
import { declarationKey, type Namespaces, namespaceOf, namespacesInside } from './namespaces.ts';
import type { FragmentElement } from './parse-fragment.ts';
import type { XmlContent, XmlElement, XmlText } from './xml-element.ts';

/**
 * Sets a fragment's attributes among the parts of an element; `around` are the namespaces around the element.
 *
 * @throws DomainXmlError when a prefix stands for another namespace in the domain.
 */
export function addAttributes(parts: Map<string, XmlContent>, theirs: FragmentElement, around: Namespaces): void {
  for (const { name, prefix, namespace, value } of theirs.attributes) {
    if (prefix !== '') {
      const bound = parts.get(declarationKey(prefix)) ?? around.get(prefix);
      if (bound === undefined) parts.set(declarationKey(prefix), namespace);
      else if (bound !== namespace) {
        throw theirs.error(
          'invalid-name',
          `${name}: the prefix ${prefix} is ${bound} in the domain; use another prefix`,
        );
      }
    }
    parts.set(`@${name}`, value);
  }
}

/** Joins elements of another namespace with ours of the same name: one of the same namespace takes in their children. */
export function joinForeign(
  ours: XmlContent | undefined,
  theirs: readonly FragmentElement[],
  around: Namespaces,
): XmlContent {
  const items = listOf(ours);
  const [only, ...others] = items;
  if (only !== undefined && others.length === 0) {
    const inside = namespacesInside(around, partsOf(only));
    if (theirs.every(({ name, namespace }) => namespaceOf(name, inside) === namespace)) {
      return joinContent(only, theirs, around);
    }
  }
  return oneOrSeveral([...items, ...theirs.map((element) => fragmentData(element, foreign(around)))]);
}

/**
 * Adds a fragment's metadata to ours.
 *
 * @throws DomainXmlError when ours has an element of the same namespace; libvirt allows one a namespace.
 */
export function mergeMetadata(ours: XmlContent | undefined, theirs: FragmentElement, around: Namespaces): XmlContent {
  const [metadata = {}] = listOf(ours);
  const parts = partsOf(metadata);
  const inside = namespacesInside(around, parts);
  const taken = new Set<string | undefined>();
  for (const piece of piecesOf(parts)) {
    if (typeof piece === 'string') continue;
    const [name, data] = piece;
    taken.add(namespaceOf(name, namespacesInside(inside, partsOf(data))));
  }
  for (const child of theirs.content) {
    if (typeof child === 'string' || !taken.has(child.namespace)) continue;
    const problem = `<${child.name}>: the metadata of ${child.namespace || 'no namespace'} is the domain's own; use a namespace of yours`;
    throw child.error('not-yours', problem);
  }
  return joinContent(metadata, [theirs], around);
}

function joinContent(
  ours: XmlText | XmlElement,
  theirs: readonly FragmentElement[],
  around: Namespaces,
): XmlText | XmlElement {
  const parts = partsOf(ours);
  for (const element of theirs) addAttributes(parts, element, around);
  const destination = foreign(namespacesInside(around, parts));
  const before = piecesOf(parts);
  const after = theirs
    .flatMap((element) => contentOf(element, 'foreign'))
    .map((piece): ContentPiece => (typeof piece === 'string' ? piece : [piece.name, fragmentData(piece, destination)]));
  const textOnly = [...before, ...after].every((piece) => typeof piece === 'string');
  const pieces = textOnly && after.length > 0 ? after : [...before, ...after];
  const attributes = [...parts].filter(([key]) => key.startsWith('@'));
  return elementOf(new Map([...attributes, ...contentParts(pieces, 'in order', () => false)]));
}

const foreign = (namespaces: Namespaces): Destination => ({ namespaces, reading: 'foreign', outline: undefined });
