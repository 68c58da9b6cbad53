import { SaxesParser, type SaxesTagNS } from 'saxes';
import { DomainXmlError, type DomainXmlErrorCode } from '../error.ts';
import { bareAmpersand } from './bare-ampersand.ts';
import { locate } from './locate.ts';
import type { AttributeNode, ElementNode, ParsedXml, XmlNode } from './node.ts';

const maxDepth = 256;
const maxLength = 8 * 1024 * 1024;

/** A text's own declarations of entities would need a document type, which is refused; these five are XML's. */
const parserOptions = { xmlns: true, position: false, defaultXMLVersion: '1.0', forceXMLVersion: true } as const;

/**
 * Reads an XML text into a document that keeps everything. {@link renderXml} writes it again: the canonical XML is the
 * same, and nearly always every byte.
 *
 * @throws DomainXmlError with line and column: not well-formed, a document type (so no entities), longer than 8 Mi
 * characters, deeper than 256 elements.
 */
export function parseXml(xml: string): ParsedXml {
  const errorAt = (offset: number, code: DomainXmlErrorCode, problem: string) =>
    new DomainXmlError(code, locate(xml, offset), problem);
  if (xml.length > maxLength) throw errorAt(0, 'too-large', `the XML is longer than ${maxLength} characters`);

  const parser = new SaxesParser(parserOptions);
  const before: XmlNode[] = [];
  const after: XmlNode[] = [];
  const open: OpenElement[] = [];
  let content = before;
  let root: ElementNode | undefined;
  parser.on('error', (error) => {
    const ampersand = bareAmpersand(xml);
    if (ampersand !== undefined && ampersand < parser.position)
      throw errorAt(ampersand, 'malformed-xml', 'the XML is not well-formed: a bare &; write &amp;');
    const problem = error.message.replace(/\.$/, '');
    throw errorAt(parser.position - 1, 'malformed-xml', `the XML is not well-formed: ${problem}`);
  });
  parser.on('text', (text) => content.push(text));
  parser.on('opentag', (tag) => {
    const start = xml.lastIndexOf('<', parser.position - 1); // no attribute's value may have one
    if (open.length >= maxDepth) throw errorAt(start, 'too-deep', `elements are nested more than ${maxDepth} deep`);
    const inside: XmlNode[] = [];
    const element: OpenElement['element'] = {
      kind: 'element',
      name: tag.name,
      local: tag.local,
      namespace: tag.uri,
      attributes: attributeNodes(tag),
      content: inside,
      offset: start,
      end: start,
      startTag: xml.slice(start, parser.position),
    };
    if (open.length === 0) root = element;
    else content.push(element);
    open.push({ element, around: content });
    content = inside;
  });
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed !== undefined) closed.element.end = parser.position;
    content = open.length === 0 ? after : (closed?.around ?? after);
  });
  // With more than six handlers, V8 turns the parser into a dictionary, and parsing takes four times as long: what most
  // documents have not is listened to only where it can be.
  const [declaration = ''] = /^<\?xml\s[^?]*\?>/.exec(xml.replace(/^\uFEFF/, '')) ?? [];
  if (xml.includes('<!--')) parser.on('comment', (text) => content.push({ kind: 'comment', text }));
  if (xml.includes('<![CDATA[')) parser.on('cdata', (text) => content.push({ kind: 'cdata', text }));
  if (xml.replace(declaration, '').includes('<?')) {
    parser.on('processinginstruction', ({ target, body }) => content.push({ kind: 'instruction', target, body }));
  }
  if (xml.includes('<!DOCTYPE')) {
    parser.on('doctype', () => {
      const problem = 'a document type is not accepted; leave <!DOCTYPE ...> out and write entities as plain text';
      throw errorAt(parser.position - 1, 'document-type', problem);
    });
  }
  parser.write(xml).close();

  if (root === undefined) throw errorAt(0, 'malformed-xml', 'the XML is not well-formed: it has no element');
  return { declaration, before, root, after, source: xml };
}

/** An element whose end was not read yet, and the content that goes on behind it. */
interface OpenElement {
  readonly element: Mutable<ElementNode>;
  readonly around: XmlNode[];
}

type Mutable<Node> = { -readonly [Part in keyof Node]: Node[Part] };

function attributeNodes(tag: SaxesTagNS): AttributeNode[] {
  const nodes: AttributeNode[] = [];
  for (const key in tag.attributes) {
    const attribute = tag.attributes[key];
    if (attribute === undefined) continue;
    const { name, local, uri, value } = attribute;
    nodes.push({ name, local, namespace: uri, value });
  }
  return nodes;
}
