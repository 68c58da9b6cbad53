import type { DomainDifference } from './domain-difference.ts';
import { isFilledIn, isWrapper } from './filled-in.ts';
import { isAttributeLeftOut, isElementLeftOut } from './left-out.ts';
import { identityOf, matchItems } from './match.ts';
import { isReckoned, sameAttribute, separately } from './spelling.ts';
import { type Tree, treeOf } from './tree.ts';
import { sameContent } from './value.ts';
import { whenChanged, whenPlugged } from './when.ts';

/** Where two elements are compared. */
interface Place {
  /** For a person: `devices.disk[vda]`. */
  readonly shown: string;
  /** For rules: `devices.disk`. */
  readonly path: string;
  /** The device that it is in, or that it is: as it was asked for, if it was. */
  readonly device: Tree | undefined;
  /** The same as it is. */
  readonly presentDevice: Tree | undefined;
}

/** An element as it was asked for, and as it is. */
interface Around {
  readonly around: Tree;
  readonly there: Tree;
}

type Differences = readonly DomainDifference[];

/** Compares the elements of one domain with those of another. */
export class Comparison {
  readonly #wanted: Tree;
  readonly #present: Tree;
  readonly #live: boolean;
  readonly #libvirt: number | undefined;
  /** By desired and actual element: items of lists are compared to be matched, and must not be compared twice. */
  readonly #compared = new Map<Tree, Map<Tree, Differences>>();

  /** @param wanted what was asked for, as a whole; @param present what there is; @param libvirt of `releaseNumber` */
  constructor(wanted: Tree, present: Tree, libvirt: number | undefined) {
    this.#wanted = wanted;
    this.#present = present;
    // libvirt gives a number to what runs, and only to that.
    this.#live = present.attributes.has('id');
    this.#libvirt = libvirt;
  }

  domains(): Differences {
    const place = { shown: '', path: '', device: undefined, presentDevice: undefined };
    return this.elements(this.#wanted, this.#present, place);
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
    if (
      sameContent(place.path, desired, actual) ||
      isReckoned(place.path, actual, { wanted: this.#wanted, live: this.#live })
    )
      return [];
    const [one, other] = [desired, actual].map(shownContent);
    const around = { around: desired, there: actual };
    return one === undefined && this.#isFilledIn(place, around, actual.text) ? [] : [difference(place, one, other)];
  }

  #attributes(desired: Tree, actual: Tree, place: Place): Differences {
    const names = new Set([...desired.attributes.keys(), ...actual.attributes.keys()]);
    return [...names].flatMap((name) => {
      if ((name === 'unit' && desired.name !== 'address') || name.startsWith('xmlns')) return [];
      const inside = at(place, `@${name}`);
      const [one, other] = [desired.attributes.get(name), actual.attributes.get(name)];
      const around = { around: desired, there: actual };
      return this.#isSameAttribute(inside, around, { one, other }) ? [] : [difference(inside, one, other)];
    });
  }

  #isSameAttribute(
    place: Place,
    { around, there }: Around,
    { one, other }: { readonly one: string | undefined; readonly other: string | undefined },
  ): boolean {
    if (one === undefined) return this.#isFilledIn(place, { around, there }, other ?? '');
    if (other === undefined) return isAttributeLeftOut(place.path, one, around);
    return sameAttribute(place.path, { desired: one, actual: other, around, there, live: this.#live });
  }

  #isFilledIn({ path, presentDevice }: Place, around: Around, added: string | Tree): boolean {
    const element = typeof added === 'object' ? added : undefined;
    const value = typeof added === 'object' ? added.text : added;
    const [wanted, present, libvirt] = [this.#wanted, this.#present, this.#libvirt];
    return isFilledIn({ path, value, element, ...around, device: presentDevice, wanted, present, libvirt });
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
    const placeOf = (item: Tree, present = item) => itemPlace(place, { item, present, number: numbers.get(item) });
    const pair = (one: Tree, other: Tree) => this.elements(one, other, placeOf(one, other));
    const { pairs, missing, extra } = matchItems(wanted, present, (one, other) => pair(one, other).length > 0);
    return [
      ...pairs.flatMap(([one, other]) => pair(one, other)),
      ...missing.flatMap((one) => this.#missing(one, placeOf(one))),
      ...extra.flatMap((other) => this.#extra(other, { around: desired, there: actual }, placeOf(other))),
    ];
  }

  #missing(element: Tree, place: Place): Differences {
    if (isWrapper(place.path)) return this.elements(element, treeOf(element.name, {}), place);
    return isElementLeftOut(place.path, element, this.#live)
      ? []
      : [difference(place, startOf(element), undefined, element)];
  }

  /** What libvirt may have added is still looked into: an address to listen on is nothing that goes with any screen. */
  #extra(element: Tree, around: Around, place: Place): Differences {
    if (isWrapper(place.path)) return this.elements(treeOf(element.name, {}), element, place);
    if (!this.#isFilledIn(place, around, element)) return [difference(place, undefined, startOf(element), element)];
    return this.elements({ ...treeOf(element.name, {}), text: element.text }, element, place);
  }
}

interface Item {
  readonly item: Tree;
  /** The one that it was paired with. */
  readonly present: Tree;
  readonly number: number | undefined;
}

function itemPlace(place: Place, { item, present, number }: Item): Place {
  const { shown, path } = place;
  const isDevice = path === `devices.${item.name}`;
  const label = identityOf(item) ?? number;
  return {
    path,
    shown: label === undefined ? shown : `${shown}[${label}]`,
    device: isDevice ? item : place.device,
    presentDevice: isDevice ? present : place.presentDevice,
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

function at({ shown, path, ...device }: Place, part: string): Place {
  if (path === '') return { shown: part, path: part, ...device };
  return { shown: `${shown}.${part}`, path: `${path}.${part}`, ...device };
}

/** `512 MiB`; undefined for none. */
function shownContent({ text, ordered, attributes }: Tree): string | undefined {
  const unit = attributes.get('unit');
  return (unit === undefined ? text : `${text} ${unit}`) || ordered || undefined;
}

/** `<disk type='block'>`, `<name>public` */
const startOf = ({ name, attributes, text }: Tree): string =>
  `<${name}${[...attributes].map(([attribute, value]) => ` ${attribute}='${value}'`).join('')}>${text}`;
