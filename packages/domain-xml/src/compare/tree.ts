import { listOf, partsOf } from '../content.ts';
import type { XmlContent, XmlElement, XmlText } from '../xml-element.ts';

/** An element's data in one form, whichever way it was written. */
export interface Tree {
  readonly name: string;
  /** Without the `@`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: ReadonlyMap<string, readonly Tree[]>;
  /** Without white space around it. */
  readonly text: string;
  /** Content whose order counts, as one comparable text; empty for none. */
  readonly ordered: string;
}

export function treeOf(name: string, data: XmlText | object): Tree {
  const attributes = new Map<string, string>();
  const children = new Map<string, readonly Tree[]>();
  let text = '';
  let ordered = '';
  for (const [key, content] of partsOf(data)) {
    if (content === undefined) continue;
    if (key.startsWith('@')) attributes.set(key.slice(1), String(content));
    else if (key !== '#') children.set(key, trees(key, content));
    else if (typeof content === 'object') ordered = JSON.stringify(content);
    else text = String(content).trim();
  }
  return { name, attributes, children, text, ordered };
}

const trees = (name: string, content: XmlContent): Tree[] =>
  listOf(content).map((item: XmlText | XmlElement) => treeOf(name, item));

export const childOf = (tree: Tree, name: string): Tree | undefined => tree.children.get(name)?.[0];

/** An attribute by its path: `type`, `target@dev`. */
export function attributeAt(tree: Tree, path: string): string | undefined {
  const [attribute = '', ...names] = path.split('@').reverse();
  const [child] = names;
  const holder = child === undefined || child === '' ? tree : childOf(tree, child);
  return holder?.attributes.get(attribute);
}
