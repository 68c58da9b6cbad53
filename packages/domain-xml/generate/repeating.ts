import { spelledNames } from '../src/relaxng/name-class.ts';
import type { ElementPattern } from '../src/relaxng/pattern.ts';
import { usuallyOnce } from './conventions.ts';
import { shapeOf } from './shape.ts';

/**
 * The children that are lists, as `source/host`: those that may repeat in any element of the name, so that reading need
 * not know which of the schema's variants it has before it.
 */
export function repeatingChildren(root: ElementPattern): ReadonlySet<string> {
  const repeating = new Set<string>();
  const seen = new Set<ElementPattern>();
  const visit = (element: ElementPattern): void => {
    if (seen.has(element)) return;
    seen.add(element);
    const [name = ''] = spelledNames(element.name);
    for (const [child, { repeats, patterns }] of shapeOf(element.content()).children) {
      if (repeats && !usuallyOnce(child)) repeating.add(`${name}/${child}`);
      for (const pattern of patterns) visit(pattern);
    }
  };
  visit(root);
  return repeating;
}
