import type { ElementNode } from '../xml/node.ts';
import { renderAttribute } from '../xml/render-xml.ts';
import type { Splice } from './splice.ts';

/** In a start tag: white space, an attribute's name, and its value in quotes. */
const written = /\s+([^\s=/>"']+)\s*=\s*("[^"]*"|'[^']*')/g;

/**
 * The change of a start tag that gives an attribute a value, or takes it out. Quotes stay those that there are, and a new
 * attribute comes last.
 */
export function attributeSplice(element: ElementNode, name: string, value: string | undefined): Splice {
  const { offset, startTag = '' } = element;
  const attributes = [...startTag.matchAll(written)];
  const present = attributes.find((match) => match[1] === name);
  const last = present ?? attributes.at(-1);
  const by = value === undefined ? '' : renderAttribute({ name, value }, last?.[2]?.[0]);
  if (present === undefined) {
    const at = offset + (last === undefined ? element.name.length + 1 : last.index + last[0].length);
    return { from: at, to: at, by };
  }
  const from = offset + present.index;
  if (value === undefined) return { from, to: from + present[0].length, by };
  const quoted = by.slice(by.indexOf('=') + 1);
  const to = from + present[0].length;
  return { from: to - (present[2]?.length ?? 0), to, by: quoted };
}
