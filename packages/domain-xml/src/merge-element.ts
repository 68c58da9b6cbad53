import { elementOf, listOf, oneOrSeveral, partsOf } from './content.ts';
import { contentOf, fragmentData, strayText } from './fragment-data.ts';
import { addAttributes, joinForeign, mergeMetadata } from './merge-foreign.ts';
import { type Namespaces, namespacesInside } from './namespaces.ts';
import { domainOutline, type ElementOutline } from './outline.ts';
import type { FragmentElement } from './parse-fragment.ts';
import type { XmlContent, XmlElement, XmlText } from './xml-element.ts';

const devicesOutline = domainOutline.children.get('devices');
const metadataOutline = domainOutline.children.get('metadata');

/** The devices of which libvirt's schema allows one only; all others are added, but screens: QEMU has one of each type. */
const singleDevices = new Set(['emulator', 'memballoon', 'nvram', 'iommu', 'vsock']);

/** The attribute by which libvirt tells the items of a list apart. */
const itemKeys = new Map([
  ['graphics', '@type'],
  ['timer', '@name'],
  ['feature', '@name'],
  ['vcpupin', '@vcpu'],
  ['iothreadpin', '@iothread'],
  ['memnode', '@cellid'],
  ['cell', '@id'],
]);

/** What merges with what is found in `namespaces`: those around the element. */
interface MergePlace {
  readonly outline: ElementOutline | undefined;
  readonly namespaces: Namespaces;
}

type Several = readonly [FragmentElement, ...FragmentElement[]];

/** Merges an element of libvirt's, found in a fragment, into ours of the same name; returns the parts of the result. */
export function mergeParts(
  ours: XmlText | object,
  theirs: FragmentElement,
  place: MergePlace,
): Map<string, XmlContent> {
  const parts = partsOf(ours);
  addAttributes(parts, theirs, place.namespaces);
  const inside = { outline: place.outline, namespaces: namespacesInside(place.namespaces, parts) };
  const children = new Map<string, [FragmentElement, ...FragmentElement[]]>();
  for (const piece of contentOf(theirs, 'libvirt')) {
    if (typeof piece === 'string') {
      if (!theirs.attributes.some(({ name }) => name === 'unit')) parts.delete('@unit');
      parts.set('#', piece);
      continue;
    }
    const group = children.get(piece.name);
    if (group === undefined) children.set(piece.name, [piece]);
    else group.push(piece);
  }
  for (const [name, group] of children) parts.set(name, mergeChildren(parts.get(name), group, inside));
  if (parts.has('#') && [...parts.keys()].some((key) => key !== '#' && !key.startsWith('@'))) throw strayText(theirs);
  return parts;
}

const mergeElement = (ours: XmlText | XmlElement, theirs: FragmentElement, place: MergePlace): XmlText | XmlElement =>
  elementOf(mergeParts(ours, theirs, place));

/** Merges a fragment's children of one name into ours of that name; `parent` is where both stand. */
function mergeChildren(ours: XmlContent | undefined, theirs: Several, parent: MergePlace): XmlContent {
  const [first, second] = theirs;
  if (first.namespace !== '') return joinForeign(ours, theirs, parent.namespaces);
  const place = { outline: parent.outline?.children.get(first.name), namespaces: parent.namespaces };
  const inDevices = devicesOutline !== undefined && parent.outline === devicesOutline;
  const key = itemKeys.get(first.name);
  if (inDevices && key === undefined && !singleDevices.has(first.name)) {
    return [...listOf(ours), ...added(theirs, place)];
  }
  if (key !== undefined) {
    const items = mergeItems(ours, theirs, { ...place, key });
    return inDevices ? items : oneOrSeveral(items);
  }
  if (place.outline?.repeats) return added(theirs, place);
  if (second !== undefined) {
    if (!inDevices && place.outline === undefined) return added(theirs, place);
    throw second.error('repeated', `<${second.name}> stands here a second time; write it once`);
  }
  return mergeSingle(ours, first, place);
}

function mergeSingle(ours: XmlContent | undefined, theirs: FragmentElement, place: MergePlace): XmlContent {
  if (metadataOutline !== undefined && place.outline === metadataOutline) {
    return mergeMetadata(ours, theirs, place.namespaces);
  }
  const restated = theirs.name === 'cpu' && theirs.attributes.some(({ name }) => name === 'mode');
  const [only = {}, ...others] = listOf(ours);
  return mergeElement(restated || others.length > 0 ? {} : only, theirs, place);
}

function mergeItems(
  ours: XmlContent | undefined,
  theirs: Several,
  place: MergePlace & { readonly key: string },
): (XmlText | XmlElement)[] {
  const items = [...listOf(ours)];
  const places = new Map(items.map((item, index) => [String(partsOf(item).get(place.key)), index]));
  for (const element of theirs) {
    const value = String(element.attributes.find(({ name }) => `@${name}` === place.key)?.value);
    const index = places.get(value) ?? items.length;
    places.set(value, index);
    items[index] = mergeElement(items[index] ?? {}, element, place);
  }
  return items;
}

const added = (theirs: Several, place: MergePlace) =>
  theirs.map((element) => fragmentData(element, { ...place, reading: 'libvirt' }));
