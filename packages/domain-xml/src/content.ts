import type { XmlContent, XmlElement, XmlText } from './xml-element.ts';

/** A piece of an element's content: text, or a child's name and data. */
export type ContentPiece = string | readonly [name: string, data: XmlText | XmlElement];

/** What a child's name leads to, as a list. */
export const listOf = (content: XmlContent | undefined): readonly (XmlText | XmlElement)[] => {
  if (content === undefined) return [];
  return isList(content) ? content : [content];
};

/** The inverse of `listOf`, for names that may repeat but need not. */
export const oneOrSeveral = (items: readonly (XmlText | XmlElement)[]): XmlContent => {
  const [only, ...others] = items;
  return only !== undefined && others.length === 0 ? only : items;
};

const isList = (content: XmlContent): content is readonly (XmlText | XmlElement)[] => Array.isArray(content);

/** The parts of an element by key; text alone is the part `#`. */
export const partsOf = (element: XmlText | object): Map<string, XmlContent> =>
  typeof element === 'object' ? new Map(Object.entries(element)) : new Map([['#', element]]);

/** The element made of parts; one that has text only is that text. */
export function elementOf(parts: ReadonlyMap<string, XmlContent>): XmlText | XmlElement {
  const text = parts.get('#');
  return parts.size === 1 && (typeof text === 'string' || typeof text === 'number') ? text : Object.fromEntries(parts);
}

/** The text and the children among an element's parts, in order. */
export function piecesOf(parts: ReadonlyMap<string, XmlContent>): ContentPiece[] {
  const pieces: ContentPiece[] = [];
  for (const [key, content] of parts) {
    if (key.startsWith('@')) continue;
    for (const item of listOf(content)) {
      if (key !== '#') pieces.push([key, item]);
      else if (typeof item === 'object') pieces.push(...piecesOf(partsOf(item)));
      else pieces.push(String(item));
    }
  }
  return pieces;
}

/** How content is kept: children by name, or, where their order has a meaning, as a list under `#` if need be. */
export type ContentForm = 'by name' | 'in order';

/** The parts that stand for content. `repeats` tells which children are lists even when there is only one. */
export function contentParts(
  pieces: readonly ContentPiece[],
  form: ContentForm,
  repeats: (name: string) => boolean,
): Map<string, XmlContent> {
  if (pieces.every((piece) => typeof piece === 'string')) {
    const text = pieces.join('');
    return new Map(text === '' ? [] : [['#', text]]);
  }
  const children = new Map<string, (XmlText | XmlElement)[]>();
  let ordered = true;
  let previous: string | undefined;
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      ordered = false;
      continue;
    }
    const [name, data] = piece;
    const items = children.get(name);
    if (items === undefined) children.set(name, [data]);
    else items.push(data);
    if (items !== undefined && previous !== name) ordered = false;
    previous = name;
  }
  if (form === 'in order' && !ordered) {
    return new Map([['#', pieces.map((piece) => (typeof piece === 'string' ? piece : Object.fromEntries([piece])))]]);
  }
  return new Map([...children].map(([name, items]) => [name, repeats(name) ? items : oneOrSeveral(items)]));
}
