import type { ElementNode, ParsedXml } from '../xml/node.ts';
import { attributeOf, findElements, noSuchPlace, textOf } from './find-places.ts';
import { parseXmlPath } from './xml-path.ts';

/** What is at a place of a document. */
export interface XmlValue {
  /** The one path that leads here alone: `/domain/devices/disk[2]/target/@bus`. */
  readonly path: string;
  /** The attribute's value or the element's text; undefined for an element that is empty or has elements in it. */
  readonly value: string | undefined;
  /** Undefined for an attribute. */
  readonly element: ElementNode | undefined;
}

/**
 * All that is at a path, in document order: `/domain/devices/disk/target/@bus` gives the bus of each disk that has one.
 *
 * @throws DomainXmlError `invalid-path`; `no-such-place`, which tells what there is instead.
 */
export function getXml(document: ParsedXml, path: string): readonly XmlValue[] {
  const parsed = parseXmlPath(path);
  const { attribute } = parsed;
  const values = findElements(document, parsed.steps).flatMap((place): XmlValue[] => {
    if (attribute === undefined) return [{ path: place.path, value: textOf(place.element), element: place.element }];
    const found = attributeOf(place.element, attribute);
    return found === undefined ? [] : [{ path: `${place.path}/@${attribute}`, value: found.value, element: undefined }];
  });
  if (values.length === 0) throw noSuchPlace(document, parsed, path);
  return values;
}
