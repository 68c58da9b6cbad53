import { type ElementNode, parseXml, renderXml, type XmlNode } from '@kvm/domain-xml';
import { metadataNamespace } from '../marker.ts';

const isElement = (node: XmlNode | undefined): node is ElementNode =>
  typeof node === 'object' && node.kind === 'element';

/** An element without some of its children, and without the white space before them. */
function without(element: ElementNode, isUnwanted: (child: ElementNode) => boolean): ElementNode {
  const content = element.content.filter((node, index, all) => {
    const next = typeof node === 'string' ? all[index + 1] : node;
    return !(isElement(next) && isUnwanted(next));
  });
  return { ...element, content };
}

/** The definition of a domain without what the inventory's other keys say of it. @param said names of `<domain>`'s children */
export function ownXml(xml: string, said: ReadonlySet<string>): string {
  const document = parseXml(xml);
  const isEmpty = ({ content }: ElementNode): boolean => !content.some(isElement);
  const isSaid = (child: ElementNode): boolean => child.namespace === '' && said.has(child.local);
  const rest = without(document.root, isSaid);
  const unmarked: ElementNode = {
    ...rest,
    content: rest.content.map((node) =>
      isElement(node) && node.local === 'metadata'
        ? without(node, ({ namespace }) => namespace === metadataNamespace)
        : node,
    ),
  };
  const root = without(unmarked, (child) => child.local === 'metadata' && isEmpty(child));
  const id = ({ name }: { readonly name: string }): boolean => name !== 'id';
  const plain = { ...root, attributes: root.attributes.filter(id), startTag: undefined };
  return `${renderXml({ ...document, declaration: '', before: [], after: [], root: plain }).trim()}\n`;
}
