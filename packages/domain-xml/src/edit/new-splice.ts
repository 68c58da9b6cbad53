import { DomainXmlError } from '../error.ts';
import { domainOutline, type ElementOutline } from '../outline.ts';
import type { ParsedXml } from '../xml/node.ts';
import { escapeText, renderAttribute } from '../xml/render-xml.ts';
import { findDeadEnd, noSuchPlace, severalPlaces, textOf } from './find-places.ts';
import { indentOf, insertElement } from './insert-element.ts';
import type { Splice } from './splice.ts';
import type { PathStep, XmlPath } from './xml-path.ts';

/**
 * The change that makes the elements which a path names and which are not there, with a value at its end.
 *
 * @throws DomainXmlError when it is not plain which ones, or where.
 */
export function newSplice(
  document: ParsedXml,
  parsed: XmlPath,
  { path, value }: { readonly path: string; readonly value: string },
): Splice {
  const { places, rest } = findDeadEnd(document, parsed);
  const [place, ...others] = places;
  const [first] = rest;
  if (place === undefined || first === undefined || rest.some(({ conditions }) => conditions.length > 0)) {
    throw noSuchPlace(document, parsed, path);
  }
  if (others.length > 0) throw severalPlaces(places, path);
  const { element: parent } = place;
  if (textOf(parent)?.trim()) {
    throw new DomainXmlError('no-value', { path }, `<${parent.name}> has text, and cannot have elements beside it`);
  }
  const known = parsed.steps.slice(0, parsed.steps.length - rest.length);
  const write = (gap: string): string => nested(rest, { attribute: parsed.attribute, value, gap });
  return insertElement({ parent, source: document.source, outline: outlineAt(known) }, { name: first.name, write });
}

/** Elements in one another, with a value at the innermost. */
function nested(
  [first, ...others]: readonly PathStep[],
  place: { readonly attribute: string | undefined; readonly value: string; readonly gap: string },
): string {
  const { attribute, value, gap } = place;
  const name = first?.name ?? '';
  if (others.length > 0) {
    const inner = gap + indentOf(gap);
    return `<${name}>${inner}${nested(others, { ...place, gap: inner })}${gap}</${name}>`;
  }
  if (attribute !== undefined) return `<${name}${renderAttribute({ name: attribute, value })}/>`;
  return `<${name}>${escapeText(value)}</${name}>`;
}

const outlineAt = ([, ...steps]: readonly PathStep[]): ElementOutline | undefined =>
  steps.reduce<ElementOutline | undefined>((outline, { name }) => outline?.children.get(name), domainOutline);
