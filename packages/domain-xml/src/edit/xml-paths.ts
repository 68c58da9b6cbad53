import type { ElementNode, ParsedXml } from '../xml/node.ts';

/** The paths of all elements and attributes of a document, in its order, as `getXml` takes them. */
export const xmlPaths = ({ root }: ParsedXml): readonly string[] => [...pathsIn(root, `/${root.name}`)];

function* pathsIn({ attributes, content }: ElementNode, path: string): Generator<string> {
  yield path;
  for (const { name } of attributes) if (!/^xmlns(?:$|:)/.test(name)) yield `${path}/@${name}`;
  const children = content.flatMap((node) => (typeof node === 'object' && node.kind === 'element' ? [node] : []));
  const counts = new Map<string, number>();
  for (const { name } of children) counts.set(name, (counts.get(name) ?? 0) + 1);
  const numbers = new Map<string, number>();
  for (const child of children) {
    const number = (numbers.get(child.name) ?? 0) + 1;
    numbers.set(child.name, number);
    yield* pathsIn(child, `${path}/${child.name}${(counts.get(child.name) ?? 0) > 1 ? `[${number}]` : ''}`);
  }
}
