import type { DomainElement } from './generated/domain.ts';
import { domainOutline } from './outline.ts';
import { writeElement } from './write-element.ts';

/** XML itself binds this one. */
const prefixes: ReadonlySet<string> = new Set(['xml']);

let xmlbuilder: Promise<typeof import('#xmlbuilder2')> | undefined;

/**
 * Writes a domain as libvirt's XML: indented by two spaces, no XML declaration, one newline at the end. Attributes and
 * elements come out in libvirt's own order whatever the order of the keys, unknown ones after the known in given order.
 *
 * The first call loads xmlbuilder2, which takes some 100 ms; importing this package does not. Its plain build needs Node:
 * bundlers for browsers take the one that its authors made for those.
 *
 * @throws DomainXmlError (as a rejection) with the path of what cannot be written: a name or character that XML does not
 * allow, a value that is no text, whole number, element or list.
 */
export async function buildDomain(domain: DomainElement): Promise<string> {
  xmlbuilder ??= import('#xmlbuilder2');
  const { create } = await xmlbuilder;
  // Not fragment(): with a fifth class of node beside document, element, attribute and text, V8 gives up on inlining
  // their common constructor, and building takes four times as long.
  const placeholder = create().ele('domain');
  const document = placeholder.node.ownerDocument;
  if (document === null) throw new TypeError('xmlbuilder2 made an element of no document');
  const root = { name: 'domain', path: '', depth: 0, outline: domainOutline, prefixes, inline: false };
  document.replaceChild(writeElement(document, root, domain), placeholder.node);
  return `${placeholder.end({ headless: true })}\n`;
}
