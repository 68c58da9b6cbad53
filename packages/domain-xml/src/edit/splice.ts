import type { ElementNode } from '../xml/node.ts';

/** A change of a text: what stands between two offsets goes, and something else comes. */
export interface Splice {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

export const spliced = (text: string, { from, to, by }: Splice): string => text.slice(0, from) + by + text.slice(to);

/** Whether it is written as one tag, `<acpi/>`. */
const isOneTag = ({ startTag }: ElementNode): boolean => startTag?.endsWith('/>') ?? false;

/** What is between an element's tags becomes something else; an element that is one tag becomes two. */
export function contentSplice(element: ElementNode, source: string, by: string): Splice {
  const { offset, end, name, startTag = '' } = element;
  if (isOneTag(element)) return { from: offset, to: end, by: `${startTag.replace(/\s*\/>$/, '>')}${by}</${name}>` };
  return { from: offset + startTag.length, to: source.lastIndexOf('</', end - 1), by };
}

/** What is between an element's tags. */
export const contentText = (element: ElementNode, source: string): string =>
  isOneTag(element)
    ? ''
    : source.slice(element.offset + (element.startTag ?? '').length, source.lastIndexOf('</', element.end - 1));

/**
 * The line break and the white space that an element stands behind; empty when something else is before it on its line.
 * An element that begins the text counts as on a line of its own, if the text has lines.
 */
export function gapBefore(source: string, { offset }: ElementNode): string {
  if (offset === 0) return /\r?\n/.exec(source)?.[0] ?? '';
  const before = source.slice(0, offset);
  return /^\r?\n[ \t]*$/.exec(before.slice(lastLineBreak(before)))?.[0] ?? '';
}

function lastLineBreak(text: string): number {
  const at = text.lastIndexOf('\n');
  return text[at - 1] === '\r' ? at - 1 : Math.max(at, 0);
}
