import { SaxesParser, type SaxesTagNS } from 'saxes';
import { DomainXmlError, type DomainXmlErrorCode } from './error.ts';

/** An attribute of a fragment's element; `namespace` is empty for none. */
interface FragmentAttribute {
  readonly name: string;
  readonly prefix: string;
  readonly namespace: string;
  readonly value: string;
}

/** An element of a fragment, as it stands there. Comments and processing instructions are dropped. */
export interface FragmentElement {
  readonly name: string;
  readonly prefix: string;
  /** Empty for none: libvirt's own elements. */
  readonly namespace: string;
  /** Without `xmlns` and `xmlns:prefix`. */
  readonly attributes: readonly FragmentAttribute[];
  /** Prefix to namespace, as declared on this element; the prefix is empty for the default namespace. */
  readonly declarations: ReadonlyMap<string, string>;
  /** Text and elements in document order, no two texts side by side. */
  readonly content: readonly (string | FragmentElement)[];
  /** Makes the error for something wrong at this element's start. */
  readonly error: (code: DomainXmlErrorCode, problem: string) => DomainXmlError;
}

const maxDepth = 256;
const maxLength = 1024 * 1024;
const declarationNamespace = 'http://www.w3.org/2000/xmlns/';

/**
 * Reads an XML text into elements.
 *
 * @throws DomainXmlError with line and column when it is not well-formed, has a document type, is longer than 1 Mi
 * characters or nested deeper than 256 elements.
 */
export function parseFragment(xml: string): FragmentElement {
  const errorAt = (offset: number, code: DomainXmlErrorCode, problem: string) =>
    new DomainXmlError(code, locate(xml, offset), problem);
  if (xml.length > maxLength) throw errorAt(0, 'too-large', `the XML is longer than ${maxLength} characters`);

  const parser = new SaxesParser({ xmlns: true, defaultXMLVersion: '1.0', forceXMLVersion: true });
  const top: (string | FragmentElement)[] = [];
  const open = [top];
  let start = 0;
  const addText = (text: string): void => {
    const content = open.at(-1) ?? top;
    const last = content.at(-1);
    if (typeof last === 'string') content[content.length - 1] = last + text;
    else content.push(text);
  };
  parser.on('error', (error) => {
    const problem = error.message.replace(/^\d+:\d+: /, '').replace(/\.$/, '');
    throw errorAt(parser.position - 1, 'malformed-xml', `the XML is not well-formed: ${problem}`);
  });
  parser.on('doctype', () => {
    const problem = 'a document type is not accepted; leave <!DOCTYPE ...> out and write entities as plain text';
    throw errorAt(parser.position - 1, 'document-type', problem);
  });
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('opentagstart', (tag) => {
    start = parser.position - tag.name.length - 2;
  });
  parser.on('opentag', (tag) => {
    const offset = start;
    const content: (string | FragmentElement)[] = [];
    const element = fragmentElement(tag, content, (code, problem) => errorAt(offset, code, problem));
    if (open.length > maxDepth) throw element.error('too-deep', `elements are nested more than ${maxDepth} deep`);
    open.at(-1)?.push(element);
    open.push(content);
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(xml).close();

  const root = top.find((item) => typeof item !== 'string');
  if (root === undefined) throw errorAt(0, 'malformed-xml', 'the XML is not well-formed: it has no element');
  return root;
}

function fragmentElement(
  tag: SaxesTagNS,
  content: FragmentElement['content'],
  error: FragmentElement['error'],
): FragmentElement {
  const attributes: FragmentAttribute[] = [];
  const declarations = new Map<string, string>();
  for (const { name, prefix, local, uri, value } of Object.values(tag.attributes)) {
    if (uri === declarationNamespace) declarations.set(name === 'xmlns' ? '' : local, value);
    else attributes.push({ name, prefix, namespace: uri, value });
  }
  return { name: tag.name, prefix: tag.prefix, namespace: tag.uri, attributes, declarations, content, error };
}

/** Line and column, both from 1; the column counts characters, not UTF-16 units. */
function locate(xml: string, offset: number): { line: number; column: number } {
  const lines = xml.slice(0, Math.max(0, offset)).split(/\r\n|\r|\n/);
  return { line: lines.length, column: [...(lines.at(-1) ?? '')].length + 1 };
}
