import { SaxesParser } from 'saxes';

/** An element as it stands in the XML: attributes and content in document order. */
export interface Tree {
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly content: (string | Tree)[];
}

/** Reads XML text; every character of text is kept. */
export function readTree(xml: string): Tree {
  const document: Tree = { name: '', attributes: [], content: [] };
  const open = [document];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    const attributes = Object.values(tag.attributes).map(({ name, value }) => [name, value] as const);
    const tree: Tree = { name: tag.name, attributes, content: [] };
    open.at(-1)?.content.push(tree);
    open.push(tree);
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.on('text', (text) => {
    if (open.length > 1) open.at(-1)?.content.push(text);
  });
  parser.write(xml).close();
  const [root] = document.content;
  if (root === undefined || typeof root === 'string') throw new Error('no element');
  return root;
}

/** Without the white space between elements. */
export function withoutLayout(tree: Tree): Tree {
  const layout = tree.content.every((item) => typeof item !== 'string' || item.trim() === '');
  const kept = layout ? tree.content.filter((item) => typeof item !== 'string') : tree.content;
  const content = kept.map((item) => (typeof item === 'string' ? item : withoutLayout(item)));
  return { ...tree, content };
}

/** The first element under a path of names. */
export function find(tree: Tree, ...path: string[]): Tree {
  const [name, ...rest] = path;
  if (name === undefined) return tree;
  for (const item of tree.content) if (typeof item !== 'string' && item.name === name) return find(item, ...rest);
  throw new Error(`no <${name}> in <${tree.name}>`);
}
