import { listOf, partsOf } from './content.ts';
import { fragmentData, type Reading } from './fragment-data.ts';
import type { DomainElement } from './generated/domain.ts';
import { type Namespaces, namespacesInside, xmlNamespaces } from './namespaces.ts';
import { domainOutline, type ElementOutline } from './outline.ts';
import { fragmentElement } from './parse-fragment.ts';
import { makeAttribute, makeElement } from './xml/make-element.ts';
import { type ElementNode, isElement, type ParsedXml, type XmlNode } from './xml/node.ts';
import type { XmlContent, XmlElement, XmlText } from './xml-element.ts';
import { textOf } from './xml-text.ts';

/**
 * Changes a document so that its data is `domain`: what `domainData` reads from it, with changes. All else stays letter
 * for letter: comments, layout, order, spelling. New elements go where libvirt would write them. Items of a list that are
 * the same stay as they are; the others are changed in their order.
 *
 * @throws DomainXmlError for what XML cannot hold.
 */
export function updateXml(document: ParsedXml, domain: DomainElement): ParsedXml {
  const place: Place = {
    outline: domainOutline,
    namespaces: xmlNamespaces,
    reading: 'libvirt',
    lineBreak: '\n',
    source: document.source,
  };
  return { ...document, root: updated(document.root, domain, place) };
}

interface Place {
  readonly outline: ElementOutline | undefined;
  readonly namespaces: Namespaces;
  readonly reading: Reading;
  readonly lineBreak: string;
  readonly source: string;
}

function updated(node: ElementNode, data: XmlText | object, place: Place): ElementNode {
  const before = dataOf(node, place);
  if (spelled(before) === spelled(data)) return node;
  const parts = partsOf(data);
  const inside: Place = {
    ...place,
    namespaces: namespacesInside(place.namespaces, parts),
    reading:
      place.reading === 'libvirt' && (node.namespace !== '' || node.name === 'metadata') ? 'foreign' : place.reading,
    lineBreak: `${place.lineBreak}  `,
  };
  const attributes = updatedAttributes(node, parts, inside.namespaces);
  const content = updatedContent(node, parts, { before: partsOf(before).get('#'), place: inside });
  const sameTag =
    attributes.length === node.attributes.length && attributes.every((one, index) => one === node.attributes[index]);
  const startTag = sameTag && !(node.startTag?.endsWith('/>') && content.length > 0) ? node.startTag : undefined;
  return { ...node, attributes, content, startTag };
}

/** Equal for data that says the same. */
function spelled(data: XmlContent | object): string {
  if (typeof data !== 'object') return JSON.stringify({ '#': String(data) });
  if (Array.isArray(data)) return `[${data.map(spelled).join()}]`;
  const parts = [...partsOf(data)].filter(([, value]) => value !== undefined && listOf(value).length > 0);
  if (parts.every(([key, value]) => key === '#' && value === '')) return '{}';
  const texts = parts.map(([key, value]) => {
    const text = key.startsWith('@') || key === '#' ? JSON.stringify(Array.isArray(value) ? value : String(value)) : '';
    return `${JSON.stringify(key)}:${text === '' ? `[${listOf(value).map(spelled).join()}]` : text}`;
  });
  return `{${texts.sort().join()}}`;
}

const dataOf = (node: ElementNode, { source, ...destination }: Place): XmlText | XmlElement =>
  fragmentData(fragmentElement(node, source), destination);

function updatedAttributes(node: ElementNode, parts: ReadonlyMap<string, XmlContent>, namespaces: Namespaces) {
  const kept = node.attributes.flatMap((attribute) => {
    const value = parts.get(`@${attribute.name}`);
    if (value === undefined) return [];
    const text = textOf(value, attribute.name);
    return [text === attribute.value ? attribute : { ...attribute, value: text }];
  });
  const names = new Set(kept.map(({ name }) => name));
  const added = [...parts].flatMap(([key, value]) =>
    key.startsWith('@') && value !== undefined && !names.has(key.slice(1))
      ? [makeAttribute(key.slice(1), textOf(value, key), namespaces)]
      : [],
  );
  return [...kept, ...added];
}

/** `before` is the text, or the content whose order counts, as it was. */
function updatedContent(
  node: ElementNode,
  parts: ReadonlyMap<string, XmlContent>,
  { before, place }: { readonly before: XmlContent | undefined; readonly place: Place },
): readonly XmlNode[] {
  const text = parts.get('#');
  if (text !== undefined || before !== undefined) {
    const same = before !== undefined && text !== undefined && spelled({ '#': before }) === spelled({ '#': text });
    if (same) return node.content;
    const outside = { ...place, lineBreak: place.lineBreak.slice(0, -2) };
    return makeElement(node.name, Object.fromEntries(parts), outside).content;
  }
  let content: readonly XmlNode[] = node.content;
  const names = new Set([...node.content.flatMap((piece) => (isElement(piece) ? [piece.name] : [])), ...parts.keys()]);
  for (const name of names) {
    if (!name.startsWith('@')) content = updatedChildren(content, name, { items: listOf(parts.get(name)), place });
  }
  return content;
}

/** The content with the children of one name made to say what the items say. */
function updatedChildren(
  content: readonly XmlNode[],
  name: string,
  { items, place }: { readonly items: readonly (XmlText | XmlElement)[]; readonly place: Place },
): readonly XmlNode[] {
  const inside: Place = { ...place, outline: place.outline?.children.get(name) };
  const nodes = content.filter((node): node is ElementNode => isElement(node) && node.name === name);
  const steps = align(nodes, items, { says: nodes.map((node) => spelled(dataOf(node, inside))) });
  let now = content;
  let last: ElementNode | undefined;
  steps.forEach(({ node, item }, index) => {
    if (node === undefined && item !== undefined) {
      const element = makeElement(name, item, { ...inside, lineBreak: place.lineBreak });
      const next = last === undefined ? steps.slice(index).find((step) => step.node !== undefined)?.node : undefined;
      now = inserted(now, element, { place, after: last, before: next });
      last = element;
    } else if (node !== undefined) {
      const by = item === undefined ? undefined : updated(node, item, inside);
      now = replaced(now, node, by);
      last = by ?? last;
    }
  });
  return now;
}

/** An item and the node that becomes it; a node alone goes, an item alone is new. */
interface Step {
  readonly node: ElementNode | undefined;
  readonly item: XmlText | XmlElement | undefined;
}

/** Pairs nodes, which say what is listed, with items, in order: those that are equal first, then what stands between them. */
function align(
  nodes: readonly ElementNode[],
  items: readonly (XmlText | XmlElement)[],
  { says }: { readonly says: readonly string[] },
): readonly Step[] {
  const steps: Step[] = [];
  let [nodeAt, itemAt] = [0, 0];
  const pairUpTo = (nodeEnd: number, itemEnd: number): void => {
    while (nodeAt < nodeEnd || itemAt < itemEnd) {
      const node = nodeAt < nodeEnd ? nodes[nodeAt] : undefined;
      const item = itemAt < itemEnd ? items[itemAt] : undefined;
      steps.push({ node, item });
      if (node !== undefined) nodeAt += 1;
      if (item !== undefined) itemAt += 1;
    }
  };
  items.forEach((item, index) => {
    const found = says.indexOf(spelled(item), nodeAt);
    if (found < 0 || index < itemAt) return;
    pairUpTo(found, index);
    pairUpTo(found + 1, index + 1);
  });
  pairUpTo(nodes.length, items.length);
  return steps;
}

/** The content with an element changed, or taken out together with the white space before it. */
function replaced(content: readonly XmlNode[], node: ElementNode, by: ElementNode | undefined): readonly XmlNode[] {
  if (by === node) return content;
  const at = content.indexOf(node);
  if (by !== undefined) return content.toSpliced(at, 1, by);
  const before = content[at - 1];
  const blank = typeof before === 'string' && before.trim() === '' ? 1 : 0;
  return content.toSpliced(at - blank, 1 + blank);
}

interface InsertPlace {
  readonly place: Place;
  /** The one of the same name before it, or else after it. */
  readonly after: ElementNode | undefined;
  readonly before: ElementNode | undefined;
}

/** The content with a new element beside those of its name, or else after those that libvirt writes before it. */
function inserted(content: readonly XmlNode[], element: ElementNode, where: InsertPlace): readonly XmlNode[] {
  const { outline, lineBreak } = where.place;
  if (where.before !== undefined) return content.toSpliced(content.indexOf(where.before), 0, element, lineBreak);
  if (!content.some(isElement)) {
    return [...content.filter((node) => typeof node !== 'string'), lineBreak, element, lineBreak.slice(0, -2)];
  }
  const rank = (name: string): number => outline?.order.get(name) ?? Number.POSITIVE_INFINITY;
  const at =
    where.after === undefined
      ? content.findLastIndex((node) => isElement(node) && rank(node.name) <= rank(element.name))
      : content.indexOf(where.after);
  return content.toSpliced(at + 1, 0, lineBreak, element);
}
