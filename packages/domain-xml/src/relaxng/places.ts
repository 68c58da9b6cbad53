import type { NameClass } from './name-class.ts';
import type { ElementPattern, Pattern } from './pattern.ts';

/** Where in the documents of a schema the elements and attributes of each name may stand. */
export class Places {
  readonly #elements = new Map<string, Set<string>>();
  readonly #attributes = new Map<string, Set<string>>();
  readonly #entered = new Set<ElementPattern>();

  /** Walks through the schema breadth first: of an element that may stand in several places, the shortest path counts. */
  constructor(start: Pattern) {
    for (let level: Inside[] = [{ content: start, path: '/' }]; level.length > 0; ) {
      level = level.flatMap((inside) => this.#enter(inside));
    }
  }

  /** The paths of the elements in which an element may stand: `/domain/devices/disk`. */
  elementsOf(namespace: string, local: string): readonly string[] {
    return [...(this.#elements.get(keyOf(namespace, local)) ?? [])];
  }

  /** The paths of the elements that may have an attribute. */
  attributesOf(namespace: string, local: string): readonly string[] {
    return [...(this.#attributes.get(keyOf(namespace, local)) ?? [])];
  }

  /** Notes what an element may have. @returns its children that were not met before */
  #enter({ content, path }: Inside): Inside[] {
    const { elements, attributes } = namedIn(content);
    for (const key of attributes.flatMap(({ name }) => keysOf(name))) add(this.#attributes, key, path);
    return elements.flatMap((element): Inside[] => {
      const keys = keysOf(element.name);
      for (const key of keys) add(this.#elements, key, path);
      const [first] = keys;
      if (first === undefined || this.#entered.has(element)) return [];
      this.#entered.add(element);
      return [{ content: element.content(), path: `${path === '/' ? '' : path}/${localOf(first)}` }];
    });
  }
}

/** The content of an element, and the path of that element. */
interface Inside {
  readonly content: Pattern;
  readonly path: string;
}

/** The elements and attributes that a pattern names, without what is in them. */
function namedIn(content: Pattern) {
  const elements: ElementPattern[] = [];
  const attributes: { readonly name: NameClass }[] = [];
  const seen = new Set<Pattern>();
  const open = [content];
  for (let pattern = open.pop(); pattern !== undefined; pattern = open.pop()) {
    if (seen.has(pattern)) continue;
    seen.add(pattern);
    if (pattern.kind === 'element') elements.push(pattern);
    else if (pattern.kind === 'attribute') attributes.push(pattern);
    else if (pattern.kind === 'oneOrMore') open.push(pattern.of);
    else if (pattern.kind === 'choice' || pattern.kind === 'interleave' || pattern.kind === 'group') {
      open.push(pattern.right, pattern.left);
    }
  }
  return { elements, attributes };
}

const keyOf = (namespace: string, local: string): string => `${local} ${namespace}`;
const localOf = (key: string): string => key.slice(0, key.indexOf(' '));

const keysOf = (names: NameClass): readonly string[] => {
  if (names.kind === 'name') return [keyOf(names.namespace, names.local)];
  return names.kind === 'choice' ? names.of.flatMap(keysOf) : [];
};

function add(places: Map<string, Set<string>>, key: string, path: string): void {
  const known = places.get(key);
  if (known === undefined) places.set(key, new Set([path]));
  else known.add(path);
}

/** The places that are nearest to a path: those that share the most of it, the shortest first. */
export function nearestPlaces(places: readonly string[], path: string): readonly string[] {
  const steps = path.split('/');
  const shared = (place: string): number => {
    const other = place.split('/');
    const at = other.findIndex((step, index) => step !== steps[index]);
    return at < 0 ? other.length : at;
  };
  const ranked = places.map((place) => ({ place, shared: shared(place), length: place.split('/').length }));
  return ranked.sort((a, b) => b.shared - a.shared || a.length - b.length).map(({ place }) => place);
}
