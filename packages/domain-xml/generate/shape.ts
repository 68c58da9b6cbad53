import { containsName } from '../src/relaxng/name-class.ts';
import type { AttributePattern, ElementPattern, Pattern, PatternPool } from '../src/relaxng/pattern.ts';

interface AttributeShape {
  readonly values: readonly Pattern[];
  readonly required: boolean;
}

export interface ChildShape {
  readonly patterns: readonly ElementPattern[];
  readonly required: boolean;
  readonly repeats: boolean;
}

/** What an element may have, whatever the combination: the keys of its data. */
export interface Shape {
  readonly attributes: ReadonlyMap<string, AttributeShape>;
  readonly children: ReadonlyMap<string, ChildShape>;
  /** The patterns of its text; empty when it has none. */
  readonly texts: readonly Pattern[];
  readonly textRequired: boolean;
  /** Whether it may have elements or attributes of any name. */
  readonly open: boolean;
}

/** The prefixes that libvirt's documentation uses for the namespaces of its drivers. */
const prefixes = new Map([
  ['', ''],
  ['http://libvirt.org/schemas/domain/qemu/1.0', 'qemu:'],
  ['http://libvirt.org/schemas/domain/lxc/1.0', 'lxc:'],
  ['http://libvirt.org/schemas/domain/xen/1.0', 'xen:'],
  ['http://libvirt.org/schemas/domain/bhyve/1.0', 'bhyve:'],
  ['http://libvirt.org/schemas/domain/vmware/1.0', 'vmware:'],
]);

const nothing: Shape = { attributes: new Map(), children: new Map(), texts: [], textRequired: false, open: false };
const shapes = new WeakMap<Pattern, Shape>();

export function shapeOf(pattern: Pattern): Shape {
  const known = shapes.get(pattern);
  if (known !== undefined) return known;
  const shape = makeShape(pattern);
  shapes.set(pattern, shape);
  return shape;
}

function makeShape(pattern: Pattern): Shape {
  switch (pattern.kind) {
    case 'choice':
      return either(pattern.left, pattern.right);
    case 'group':
    case 'interleave':
      return both(shapeOf(pattern.left), shapeOf(pattern.right));
    case 'oneOrMore': {
      const inside = shapeOf(pattern.of);
      const children = [...inside.children].map(([name, child]) => [name, { ...child, repeats: true }] as const);
      return { ...inside, children: new Map(children) };
    }
    case 'attribute':
    case 'element':
      return named(pattern);
    case 'text':
    case 'data':
    case 'value':
    case 'list':
      return { ...nothing, texts: [pattern], textRequired: pattern.kind !== 'text' };
    default:
      return nothing;
  }
}

function named(pattern: AttributePattern | ElementPattern): Shape {
  const { name } = pattern;
  const classes = name.kind === 'choice' ? name.of : [name];
  const keys = classes.map((one) => (one.kind === 'name' ? prefixed(one.namespace, one.local) : undefined));
  if (keys.includes(undefined)) return { ...nothing, open: true };
  const required = keys.length === 1;
  if (pattern.kind === 'attribute') {
    const shape = { values: [pattern.value], required };
    return { ...nothing, attributes: new Map(keys.map((key) => [key ?? '', shape])) };
  }
  const shape = { patterns: [pattern], required, repeats: false };
  return { ...nothing, children: new Map(keys.map((key) => [key ?? '', shape])) };
}

function prefixed(namespace: string, local: string): string | undefined {
  const prefix = prefixes.get(namespace);
  return prefix === undefined ? undefined : `${prefix}${local}`;
}

/** What is required in a choice is required in both; `empty` and what is not allowed say so by themselves. */
function either(left: Pattern, right: Pattern): Shape {
  const [a, b] = [shapeOf(left), shapeOf(right)];
  return {
    attributes: joined(a.attributes, b.attributes, (one, other) => ({
      values: unique([...(one?.values ?? []), ...(other?.values ?? [])]),
      required: (one?.required ?? false) && (other?.required ?? false),
    })),
    children: joined(a.children, b.children, (one, other) => ({
      patterns: unique([...(one?.patterns ?? []), ...(other?.patterns ?? [])]),
      required: (one?.required ?? false) && (other?.required ?? false),
      repeats: (one?.repeats ?? false) || (other?.repeats ?? false),
    })),
    texts: unique([...a.texts, ...b.texts]),
    textRequired: a.textRequired && b.textRequired,
    open: a.open || b.open,
  };
}

function both(a: Shape, b: Shape): Shape {
  return {
    attributes: joined(a.attributes, b.attributes, (one, other) => ({
      values: unique([...(one?.values ?? []), ...(other?.values ?? [])]),
      required: (one?.required ?? false) || (other?.required ?? false),
    })),
    children: joined(a.children, b.children, (one, other) => ({
      patterns: unique([...(one?.patterns ?? []), ...(other?.patterns ?? [])]),
      required: (one?.required ?? false) || (other?.required ?? false),
      repeats: (one !== undefined && other !== undefined) || (one?.repeats ?? false) || (other?.repeats ?? false),
    })),
    texts: unique([...a.texts, ...b.texts]),
    textRequired: a.textRequired || b.textRequired,
    open: a.open || b.open,
  };
}

function joined<Part>(
  left: ReadonlyMap<string, Part>,
  right: ReadonlyMap<string, Part>,
  join: (one: Part | undefined, other: Part | undefined) => Part,
): ReadonlyMap<string, Part> {
  const keys = unique([...left.keys(), ...right.keys()]);
  return new Map(keys.map((key) => [key, join(left.get(key), right.get(key))]));
}

export const unique = <Item>(items: readonly Item[]): Item[] => [...new Set(items)];

/** The pattern when an attribute is absent. */
export function withoutAttribute(pool: PatternPool, pattern: Pattern, local: string): Pattern {
  switch (pattern.kind) {
    case 'attribute':
      return containsName(pattern.name, '', local) ? pool.notAllowed : pattern;
    case 'choice':
    case 'group':
    case 'interleave':
      return pool[pattern.kind](
        withoutAttribute(pool, pattern.left, local),
        withoutAttribute(pool, pattern.right, local),
      );
    default:
      return pattern;
  }
}
