import { unclean } from './clean.ts';

/** Comments and instructions, CDATA, tags; or a character that is to be written otherwise. */
const parts = new RegExp(
  `<!--[^]*?-->|<\\?[^]*?\\?>|<!\\[CDATA\\[[^]*?\\]\\]>|<(?:"[^"]*"|'[^']*'|[^>"'])*>|(?![\\n\\t\\r])${unclean}`,
  'gu',
);
const character = new RegExp(`(?![\\n\\t\\r])${unclean}`, 'gu');
const quoted = /"[^"]*"|'[^']*'/g;

const reference = (found: string): string => `&#x${found.codePointAt(0)?.toString(16)};`;

/**
 * XML that says the same, with references instead of characters that a terminal acts on: `&#x9b;`. Where XML knows no
 * references, in comments, names and instructions, such characters stay, and the output cleans them.
 */
export function escapeXml(xml: string): string {
  // A carriage return alone is a line's end, too (XML 1.0, 2.11).
  return xml.replace(/\r(?!\n)/g, '\n').replace(parts, (part) => {
    if (part.startsWith('<!--') || part.startsWith('<?')) return part;
    if (part.startsWith('<![CDATA['))
      return part.replace(character, (found) => `]]>${reference(found)}<![CDATA[`).replaceAll('<![CDATA[]]>', '');
    if (part.startsWith('<')) return part.replace(quoted, (value) => value.replace(character, reference));
    return reference(part);
  });
}
