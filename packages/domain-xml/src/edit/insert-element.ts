import type { ElementOutline } from '../outline.ts';
import { type ElementNode, isElement } from '../xml/node.ts';
import { contentSplice, contentText, gapBefore, type Splice } from './splice.ts';

/** Where a new element goes. */
export interface InsertPlace {
  readonly parent: ElementNode;
  readonly source: string;
  /** Of the parent. */
  readonly outline: ElementOutline | undefined;
}

/** Comments behind an element, on its line: they are about it. */
const commentsBehind = /(?:[ \t]*<!--(?:(?!-->)[^\n])*-->)*/y;

/**
 * The change that puts an element into another one: behind those that libvirt writes before it, laid out as they are.
 *
 * @param write makes the element's XML, given the line break and indentation before it
 */
export function insertElement(
  { parent, source, outline }: InsertPlace,
  { name, write }: { readonly name: string; readonly write: (gap: string) => string },
): Splice {
  const rank = (child: string): number => outline?.order.get(child) ?? Number.POSITIVE_INFINITY;
  const children = parent.content.filter(isElement);
  const before = children.findLast((child) => rank(child.name) <= rank(name));
  if (before !== undefined) {
    commentsBehind.lastIndex = before.end;
    commentsBehind.exec(source);
    const gap = gapBefore(source, before);
    return { from: commentsBehind.lastIndex, to: commentsBehind.lastIndex, by: gap + write(gap) };
  }
  const [first] = children;
  const around = gapBefore(source, parent);
  const gap = first === undefined ? around + indentOf(around) : gapBefore(source, first);
  const content = contentText(parent, source);
  const isLaidOut = content.includes('\n') || content.trim() !== '';
  return contentSplice(parent, source, gap + write(gap) + (isLaidOut ? content : around));
}

/** What one level more is indented by. */
export const indentOf = (gap: string): string => (gap === '' ? '' : gap.endsWith('\t') ? '\t' : '  ');
