import type { DomainDocument } from './document.ts';
import { domainOutline } from './outline.ts';
import { writeElement } from './write-element.ts';

let xmlbuilder: Promise<typeof import('xmlbuilder2')> | undefined;

/**
 * Writes a domain as libvirt's XML: indented by two spaces, no XML declaration, one newline at the end. Attributes and
 * elements come out in libvirt's own order whatever the order of the keys, unknown ones after the known in given order.
 *
 * The first call loads xmlbuilder2, which takes some 100 ms; importing this package does not.
 *
 * @throws DomainXmlError (as a rejection) with the path of what cannot be written: a name or character that XML does not
 * allow, a value that is no text, whole number, element or list.
 */
export async function buildDomain(domain: DomainDocument): Promise<string> {
  xmlbuilder ??= import('xmlbuilder2');
  const { fragment } = await xmlbuilder;
  const builder = fragment();
  const document = builder.node.ownerDocument;
  if (document === null) throw new TypeError('xmlbuilder2 made a fragment of no document');
  const prefixes = new Set(['xml']);
  const root = { name: 'domain', path: '', depth: 0, outline: domainOutline, prefixes, inline: false };
  builder.node.appendChild(writeElement(document, root, domain));
  return `${builder.end()}\n`;
}
