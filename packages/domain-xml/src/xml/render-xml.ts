import type { AttributeNode, ElementNode, ParsedXml, XmlNode } from './node.ts';

/**
 * Writes a document: what {@link parseXml} read and nobody changed comes out as it stood, start tags letter for letter,
 * the rest with equal canonical XML (line ends as `\n`, references in text as the characters or as XML's own five).
 */
export function renderXml({ declaration, before, root, after }: ParsedXml): string {
  return declaration + renderNodes(before) + renderElement(root) + renderNodes(after);
}

function renderNodes(nodes: readonly XmlNode[]): string {
  let xml = '';
  for (const node of nodes) {
    if (typeof node === 'string') xml += escapeText(node);
    else if (node.kind === 'element') xml += renderElement(node);
    else if (node.kind === 'cdata') xml += `<![CDATA[${node.text}]]>`;
    else if (node.kind === 'comment') xml += `<!--${node.text}-->`;
    else xml += `<?${node.target}${node.body === '' ? '' : ` ${node.body}`}?>`;
  }
  return xml;
}

function renderElement(element: ElementNode): string {
  const { name, content, startTag } = element;
  if (startTag?.endsWith('/>')) return startTag;
  const start = startTag ?? `<${name}${element.attributes.map((attribute) => renderAttribute(attribute)).join('')}`;
  if (startTag === undefined && content.length === 0) return `${start}/>`;
  return `${start}${startTag === undefined ? '>' : ''}${renderNodes(content)}</${name}>`;
}

/** In single quotes, as libvirt writes them, unless told otherwise. */
export const renderAttribute = ({ name, value }: Pick<AttributeNode, 'name' | 'value'>, quote = "'"): string =>
  ` ${name}=${quote}${value.replace(quote === '"' ? /[&<"\t\n\r]/g : /[&<'\t\n\r]/g, reference)}${quote}`;

export const escapeText = (text: string): string => (/[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, reference) : text);

const named = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ["'", '&apos;'],
  ['"', '&quot;'],
]);

const reference = (character: string): string => named.get(character) ?? `&#${character.charCodeAt(0)};`;
