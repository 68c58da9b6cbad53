import type { ElementNode } from '@kvm/domain-xml';

/** The elements at the end of a path of names below `elements`. */
export function elementsAt(elements: readonly ElementNode[], ...path: readonly string[]): readonly ElementNode[] {
  return path.reduce(
    (found, name) =>
      found.flatMap(({ content }) =>
        content.filter(
          (node): node is ElementNode => typeof node !== 'string' && node.kind === 'element' && node.local === name,
        ),
      ),
    elements,
  );
}

export const attributeOf = (element: ElementNode | undefined, name: string): string | undefined =>
  element?.attributes.find((attribute) => attribute.name === name)?.value;
