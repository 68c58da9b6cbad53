import { listOf, partsOf } from '../content.ts';
import { type Namespaces, namespaceOf, namespacesInside, xmlNamespaces } from '../namespaces.ts';
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

/** The prefixes with which libvirt writes its namespaces: src/qemu/qemu_conf.c, virDomainXMLNamespace and its like. */
const prefixes = new Map([
  ['http://libvirt.org/schemas/domain/qemu/1.0', 'qemu'],
  ['http://libvirt.org/schemas/domain/lxc/1.0', 'lxc'],
  ['http://libvirt.org/schemas/domain/xen/1.0', 'xen'],
  ['http://libvirt.org/schemas/domain/bhyve/1.0', 'bhyve'],
]);

/** An element's data as a tree; `around` are the namespaces of the elements in which it is. */
export function treeOf(name: string, data: XmlText | object, around: Namespaces = xmlNamespaces): Tree {
  const parts = partsOf(data);
  const inside = namespacesInside(around, parts);
  const attributes = new Map<string, string>();
  const children = new Map<string, Tree[]>();
  let text = '';
  let ordered = '';
  for (const [key, content] of parts) {
    if (content === undefined) continue;
    if (key.startsWith('@')) attributes.set(key.slice(1), String(content));
    else if (key !== '#') for (const tree of trees(key, content, inside)) append(children, tree);
    else if (typeof content === 'object') ordered = JSON.stringify(content);
    else text = String(content).trim();
  }
  return { name: spelled(name, inside), attributes, children, text, ordered };
}

const trees = (name: string, content: XmlContent, around: Namespaces): Tree[] =>
  listOf(content).map((item: XmlText | XmlElement) => treeOf(name, item, around));

function append(children: Map<string, Tree[]>, tree: Tree): void {
  const others = children.get(tree.name);
  if (others === undefined) children.set(tree.name, [tree]);
  else others.push(tree);
}

/** An element's name with libvirt's own prefix, if it is of one of libvirt's namespaces. */
function spelled(name: string, inside: Namespaces): string {
  const prefix = prefixes.get(namespaceOf(name, inside) ?? '');
  return prefix === undefined ? name : `${prefix}:${name.slice(name.indexOf(':') + 1)}`;
}

export const childOf = (tree: Tree, name: string): Tree | undefined => tree.children.get(name)?.[0];

/** An attribute by its path: `type`, `target@dev`. */
export function attributeAt(tree: Tree, path: string): string | undefined {
  const [attribute = '', ...names] = path.split('@').reverse();
  const [child] = names;
  const holder = child === undefined || child === '' ? tree : childOf(tree, child);
  return holder?.attributes.get(attribute);
}
