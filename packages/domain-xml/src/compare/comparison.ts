import type { DomainDifference } from './diff-domains.ts';
import { isFilledIn, isWrapper } from './filled-in.ts';
import { isAttributeLeftOut, isElementLeftOut } from './left-out.ts';
import { identityOf, matchItems } from './match.ts';
import { sameAttribute, separately } from './spelling.ts';
import { type Tree, treeOf } from './tree.ts';
import { sameContent } from './value.ts';
import { whenChanged, whenPlugged } from './when.ts';

/** Where two elements are compared. */
interface Place {
  /** For a person: `devices.disk[vda]`. */
  readonly shown: string;
  /** For rules: `devices.disk`. */
  readonly path: string;
  /** The device that it is in, or that it is. */
  readonly device: Tree | undefined;
}

type Differences = readonly DomainDifference[];

/** Compares the elements of one domain with those of another. */
export class Comparison {
  readonly #domain: Tree;
  /** By desired and actual element: items of lists are compared to be matched, and must not be compared twice. */
  readonly #compared = new Map<Tree, Map<Tree, Differences>>();

  /** @param domain what was asked for, as a whole. */
  constructor(domain: Tree) {
    this.#domain = domain;
  }

  elements(desired: Tree, actual: Tree, place: Place): Differences {
    const known = this.#compared.get(desired)?.get(actual);
    if (known !== undefined) return known;
    const names = new Set([...desired.children.keys(), ...actual.children.keys()]);
    const differences = [
      ...this.#attributes(desired, actual, place),
      ...this.#content(desired, actual, { ...at(place, '#'), shown: place.shown }),
      ...[...names].flatMap((name) => this.#children(name, { desired, actual, place: at(place, name) })),
    ];
    const others = this.#compared.get(desired);
    if (others === undefined) this.#compared.set(desired, new Map([[actual, differences]]));
    else others.set(actual, differences);
    return differences;
  }

  #content(desired: Tree, actual: Tree, place: Place): Differences {
    if (sameContent(desired, actual)) return [];
    const [one, other] = [desired, actual].map(shownContent);
    return one === undefined && this.#isFilledIn(place, desired, other) ? [] : [difference(place, one, other)];
  }

  #attributes(desired: Tree, actual: Tree, place: Place): Differences {
    const names = new Set([...desired.attributes.keys(), ...actual.attributes.keys()]);
    return [...names].flatMap((name) => {
      if (name === 'unit' || name.startsWith('xmlns')) return [];
      const inside = at(place, `@${name}`);
      const [one, other] = [desired.attributes.get(name), actual.attributes.get(name)];
      return this.#isSameAttribute(inside, desired, { one, other }) ? [] : [difference(inside, one, other)];
    });
  }

  #isSameAttribute(
    place: Place,
    around: Tree,
    { one, other }: { readonly one: string | undefined; readonly other: string | undefined },
  ): boolean {
    if (one === undefined) return this.#isFilledIn(place, around, other);
    if (other === undefined) return isAttributeLeftOut(place.path, one, around);
    return sameAttribute(place.path, { desired: one, actual: other, around });
  }

  #isFilledIn({ path }: Place, around: Tree, added: string | Tree | undefined): boolean {
    const element = typeof added === 'object' ? added : undefined;
    const value = typeof added === 'object' ? added.text : (added ?? '');
    return isFilledIn({ path, around, element, value, domain: this.#domain });
  }

  #children(
    name: string,
    { desired, actual, place }: { readonly desired: Tree; readonly actual: Tree; readonly place: Place },
  ): Differences {
    const wanted = separately(desired.children.get(name) ?? []);
    const present = separately(actual.children.get(name) ?? []);
    const numbers = new Map(
      [wanted, present].flatMap((list) =>
        (list.length > 1 ? [...list.entries()] : []).map(([index, item]) => [item, index + 1] as const),
      ),
    );
    const placeOf = (item: Tree) => itemPlace(place, item, numbers.get(item));
    const pair = (one: Tree, other: Tree) => this.elements(one, other, placeOf(one));
    const { pairs, missing, extra } = matchItems(wanted, present, (one, other) => pair(one, other).length > 0);
    return [
      ...pairs.flatMap(([one, other]) => pair(one, other)),
      ...missing.flatMap((one) => this.#missing(one, placeOf(one))),
      ...extra.flatMap((other) => (this.#isFilledIn(place, desired, other) ? [] : this.#extra(other, placeOf(other)))),
    ];
  }

  #missing(element: Tree, place: Place): Differences {
    if (isWrapper(place.path)) return this.elements(element, treeOf(element.name, {}), place);
    return isElementLeftOut(place.path, element) ? [] : [difference(place, startOf(element), undefined, element)];
  }

  #extra(element: Tree, place: Place): Differences {
    if (isWrapper(place.path)) return this.elements(treeOf(element.name, {}), element, place);
    return [difference(place, undefined, startOf(element), element)];
  }
}

function itemPlace({ shown, path, device }: Place, item: Tree, number: number | undefined): Place {
  const label = identityOf(item) ?? number;
  return {
    path,
    shown: label === undefined ? shown : `${shown}[${label}]`,
    device: path === `devices.${item.name}` ? item : device,
  };
}

function difference(
  { shown, path, device }: Place,
  desired: string | undefined,
  actual: string | undefined,
  element?: Tree,
): DomainDifference {
  const call = actual === undefined ? 'virDomainAttachDeviceFlags' : 'virDomainDetachDeviceFlags';
  const plugged = element !== undefined && element === device;
  return { path: shown, desired, actual, ...(plugged ? whenPlugged(element, call) : whenChanged(path, device)) };
}

function at({ shown, path, device }: Place, part: string): Place {
  if (path === '') return { shown: part, path: part, device };
  return { shown: `${shown}.${part}`, path: `${path}.${part}`, device };
}

/** `512 MiB`; undefined for none. */
function shownContent({ text, ordered, attributes }: Tree): string | undefined {
  const unit = attributes.get('unit');
  return (unit === undefined ? text : `${text} ${unit}`) || ordered || undefined;
}

/** `<disk type='block'>`, `<name>public` */
const startOf = ({ name, attributes, text }: Tree): string =>
  `<${name}${[...attributes].map(([attribute, value]) => ` ${attribute}='${value}'`).join('')}>${text}`;
