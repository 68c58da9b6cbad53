import type { ElementNode, ParsedXml, XmlNode } from '../xml/node.ts';

const isBlank = (node: XmlNode | undefined): node is string => typeof node === 'string' && /^[ \t\r\n]*$/.test(node);

/**
 * The document with two spaces a level, as libvirt writes it. Only white space between libvirt's elements changes: text,
 * start tags, comments and foreign elements stay as they are, and so do single empty lines and a comment behind an element.
 */
export const indentXml = (document: ParsedXml): ParsedXml => ({ ...document, root: indentElement(document.root, 0) });

function indentElement(element: ElementNode, depth: number): ElementNode {
  const { content, namespace } = element;
  const hasText = content.some((node) => (typeof node === 'string' ? !isBlank(node) : node.kind === 'cdata'));
  if (namespace !== '' || hasText || content.every(isBlank)) return element;
  const indented: XmlNode[] = [];
  for (const [index, node] of content.entries()) {
    if (typeof node === 'string') continue;
    const before = content[index - 1];
    indented.push(gapBefore(node, isBlank(before) ? before : '', { first: indented.length === 0, depth: depth + 1 }));
    indented.push(node.kind === 'element' ? indentElement(node, depth + 1) : node);
  }
  return { ...element, content: [...indented, lineBreak(depth)] };
}

const lineBreak = (depth: number): string => `\n${'  '.repeat(depth)}`;

function gapBefore(node: XmlNode, blank: string, { first, depth }: { first: boolean; depth: number }): string {
  const lineBreaks = blank.split('\n').length - 1;
  const isComment = typeof node !== 'string' && node.kind === 'comment';
  if (isComment && !first && lineBreaks === 0) return ' ';
  return !first && lineBreaks > 1 ? `\n${lineBreak(depth)}` : lineBreak(depth);
}
