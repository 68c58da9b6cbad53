import { DomainXmlError } from '../error.ts';
import { isElement, type ParsedXml } from '../xml/node.ts';
import { parseXml } from '../xml/parse-xml.ts';
import { escapeText } from '../xml/render-xml.ts';
import { textOf as xmlText } from '../xml-text.ts';
import { attributeSplice } from './attribute-splice.ts';
import { attributeOf, type FoundElement, findElements, noSuchPlace, severalPlaces, textOf } from './find-places.ts';
import { newSplice } from './new-splice.ts';
import { contentSplice, gapBefore, type Splice, spliced } from './splice.ts';
import { parseXmlPath, type XmlPath } from './xml-path.ts';

/**
 * A document with another value at a path: of an attribute, or as the text of an element. Attributes and elements that
 * are missing are made, where libvirt would write them. All else stays as it is, byte for byte.
 *
 * @returns the XML; it is well-formed, but need not be valid.
 * @throws DomainXmlError when the path leads to several places, or to an element that has elements or comments in it.
 */
export function setXml(document: ParsedXml, path: string, value: string): string {
  const parsed = parseXmlPath(path);
  xmlText(value, path);
  const place = onlyPlace(document, parsed, path);
  if (place === undefined) return applied(document, newSplice(document, parsed, { path, value }), path);
  const { element } = place;
  const { attribute } = parsed;
  const before = attribute === undefined ? (settableText(place, path) ?? '') : attributeOf(element, attribute)?.value;
  if (before === value) return document.source;
  const splice =
    attribute === undefined
      ? contentSplice(element, document.source, escapeText(value))
      : attributeSplice(element, attribute, value);
  return applied(document, splice, path);
}

/**
 * A document without the attribute or element at a path; a line that it has for itself goes, too.
 *
 * @throws DomainXmlError when the path leads nowhere or to several places, or to the outermost element.
 */
export function removeXml(document: ParsedXml, path: string): string {
  const parsed = parseXmlPath(path);
  const { source, root } = document;
  const element = onlyPlace(document, parsed, path)?.element;
  const { attribute } = parsed;
  if (element === undefined || (attribute !== undefined && attributeOf(element, attribute) === undefined)) {
    throw noSuchPlace(document, parsed, path);
  }
  if (attribute !== undefined) return applied(document, attributeSplice(element, attribute, undefined), path);
  if (element === root) {
    throw new DomainXmlError('no-value', { path }, 'the outermost element cannot be taken out');
  }
  const endsLine = /^[ \t]*(?:\r?\n|<\/)/.test(source.slice(element.end));
  const from = element.offset - (endsLine ? gapBefore(source, element).length : 0);
  return applied(document, { from, to: element.end, by: '' }, path);
}

/** Undefined when the path's elements are not all there. */
function onlyPlace(document: ParsedXml, { steps }: XmlPath, path: string): FoundElement | undefined {
  const places = findElements(document, steps);
  if (places.length > 1) throw severalPlaces(places, path);
  return places[0];
}

/** The text of an element that may have another one. */
function settableText({ element }: FoundElement, path: string): string | undefined {
  const inside = element.content.find((node) => typeof node === 'object' && node.kind !== 'cdata');
  if (inside === undefined) return textOf(element);
  const problem = isElement(inside)
    ? `<${element.name}> has elements in it and no value; set what is in it, such as ${path}/${inside.name}`
    : `<${element.name}> has a comment in it, which would be lost; change it by hand`;
  throw new DomainXmlError('no-value', { path }, problem);
}

/** Some mistakes are found by reading the result: a prefix that nobody declares, for one. */
function applied(document: ParsedXml, splice: Splice, path: string): string {
  const xml = spliced(document.source, splice);
  try {
    parseXml(xml);
    return xml;
  } catch (error) {
    if (!(error instanceof DomainXmlError)) throw error;
    throw new DomainXmlError(error.code, { path }, error.message.replace(/^line \d+, column \d+: /, ''));
  }
}
