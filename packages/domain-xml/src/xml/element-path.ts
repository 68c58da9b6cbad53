import type { ElementNode } from './node.ts';

/** The elements at the end of a path of local names below `elements`, in the document's order. */
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

/** The value of an element's attribute, by its name as it is written; undefined where there is none. */
export const attributeOf = (element: ElementNode | undefined, name: string): string | undefined =>
  element?.attributes.find((attribute) => attribute.name === name)?.value;
