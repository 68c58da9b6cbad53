import type { ElementPattern } from '../src/relaxng/pattern.ts';
import { inOrder } from './element-order.ts';
import { repeatingChildren } from './repeating.ts';
import { type Shape, shapeOf, unique } from './shape.ts';

interface Waiting {
  readonly path: string;
  readonly patterns: readonly ElementPattern[];
}

/**
 * What is known of every element, a line each: its attributes, `|`, its children in order. `disk*:12` is a child that may
 * repeat and is told about in line 12; a child without a number has neither attributes nor children, `$` says that it
 * has text.
 */
export function outlineLines(root: ElementPattern): readonly string[] {
  const repeating = repeatingChildren(root);
  const lines: string[] = [];
  const numbers = new Map<string, number>();
  const waiting: Waiting[] = [];
  const numberOf = (path: string, patterns: readonly ElementPattern[]): number => {
    const key = `${patterns.map(({ id }) => id).sort()}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    waiting.push({ path, patterns });
    return numbers.size - 1;
  };
  numberOf('domain', [root]);
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const { path, patterns } = next;
    const shapes = patterns.map((pattern) => shapeOf(pattern.content()));
    const attributes = unique(shapes.flatMap((shape) => [...shape.attributes.keys()].map((name) => `@${name}`)));
    const children = unique(shapes.flatMap((shape) => [...shape.children.keys()]));
    const parts = inOrder(path, [...attributes, ...children]).map((part) => {
      if (part.startsWith('@')) return part;
      const found = shapes.flatMap((shape) => shape.children.get(part) ?? []);
      const inside = unique(found.flatMap((child) => child.patterns));
      const repeats = repeating.has(`${path.slice(path.lastIndexOf('/') + 1)}/${part}`) ? '*' : '';
      return `${part}${repeats}${suffix(
        inside.map((pattern) => shapeOf(pattern.content())),
        () => numberOf(`${path}/${part}`, inside),
      )}`;
    });
    lines.push(parts.join(' '));
  }
  return lines;
}

function suffix(shapes: readonly Shape[], number: () => number): string {
  if (shapes.some(({ attributes, children }) => attributes.size + children.size > 0)) return `:${number()}`;
  return shapes.some(({ texts }) => texts.length > 0) ? '$' : '';
}
