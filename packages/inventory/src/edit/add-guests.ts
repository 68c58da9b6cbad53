import { isMap, isScalar, isSeq, type Node, parseDocument, stringify, type YAMLMap } from 'yaml';
import { InventoryError } from '../inventory-error.ts';
import { parseInventory } from '../parse.ts';
import type { InventoryFile } from '../schema/inventory.ts';
import { openSource, problemIn, type Source, type Span } from '../yaml/source.ts';
import { isTooLarge, largestMib } from '../yaml/syntax.ts';
import { keyText, spanOf } from '../yaml/values.ts';

/** A guest as the file has it. */
export type WrittenGuest = NonNullable<InventoryFile['guests']>[string];

/** A map whose keys stand in lines of their own. */
type Block = YAMLMap<Node, Node | null>;

/**
 * Writes further guests into an inventory, below those that it has; all else stays letter for letter.
 *
 * @param guests by name
 * @param options.file the file's name as problems give it
 * @throws InventoryError for a file that has problems, or would have some with the guests, or be too large; or whose `guests:` stand in braces
 */
export function addGuests(
  text: string,
  guests: ReadonlyMap<string, WrittenGuest>,
  { file = 'inventory.yaml' }: { readonly file?: string } = {},
): string {
  parseInventory(text, { file });
  if (guests.size === 0) return text;
  const source = openSource(text, file);
  const edited = insertGuests(source, guests);
  if (isTooLarge(edited)) throw tooMany(source, guests.size);
  parseInventory(edited, { file });
  return text.startsWith('\uFEFF') ? `\uFEFF${edited}` : edited;
}

function insertGuests(source: Source, guests: ReadonlyMap<string, WrittenGuest>): string {
  const { text } = source;
  const root = parseDocument<Node>(text, { prettyErrors: false }).contents;
  if (!isBlock(root)) throw inBraces(source, root === null ? [0, 1] : spanOf(root));
  const key = root.items.find((item) => isScalar(item.key) && keyText(item.key) === 'guests');
  const top = indentOf(source, root);
  if (key === undefined) {
    const lines = linesOf(guests, `${top}  `);
    return inserted(source, text.length, [`${top}guests:`, ...lines]);
  }
  const { value } = key;
  if (isBlock(value)) return inserted(source, endOf(value), linesOf(guests, indentOf(source, value)));
  const lines = linesOf(guests, `${top}  `);
  const [from, to] = value === null ? spanOf(key.key) : spanOf(value);
  if (!(isMap(value) && value.items.length === 0)) throw inBraces(source, [from, to]);
  const without = openSource(text.slice(0, from).trimEnd() + text.slice(to), source.file);
  return inserted(without, Math.min(from, without.text.length), lines);
}

const isBlock = (node: Node | null): node is Block => isMap(node) && !node.flow && node.items.length > 0;

function tooMany(source: Source, count: number): InventoryError {
  const message = `With ${count} more guest${count === 1 ? '' : 's'}, the file would be larger than the ${largestMib} MiB that are read.`;
  const remedy = 'Add fewer of them: `kvmctl import` takes the domains that are named; raw XML is what is large.';
  return new InventoryError([problemIn(source, [0, 1], { code: 'too-large', path: ['guests'], message, remedy })]);
}

function inBraces(source: Source, span: Span): InventoryError {
  const message = 'Guests that stand in braces cannot be added to.';
  const remedy = 'Write each guest in lines of its own below `guests:`, without braces around them all.';
  return new InventoryError([problemIn(source, span, { code: 'in-braces', path: ['guests'], message, remedy })]);
}

/** What stands before the first key of a map, in its line. */
function indentOf({ text }: Source, { items }: Block): string {
  const start = text.lastIndexOf('\n', (items[0] ? spanOf(items[0].key)[0] : 0) - 1) + 1;
  return /^ */.exec(text.slice(start))?.[0] ?? '';
}

/** Where the text of a node ends; comments behind it are not part of it. */
function endOf(node: Node): number {
  if ((isMap<Node, Node | null>(node) || isSeq<Node>(node)) && !node.flow) {
    const last = node.items.at(-1);
    const inside = last && 'key' in last ? (last.value ?? last.key) : (last as Node | undefined);
    if (inside) return endOf(inside);
  }
  return spanOf(node)[1];
}

/** Puts lines behind the line in which an offset lies, or before it when it begins one. */
function inserted({ text }: Source, offset: number, lines: readonly string[]): string {
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const next = text.indexOf('\n', offset);
  const at = offset > 0 && text[offset - 1] === '\n' ? offset : next === -1 ? text.length : next + 1;
  const before = text.slice(0, at);
  const joint = before === '' || before.endsWith('\n') ? '' : lineBreak;
  return [before, joint, ...lines.map((line) => `${line}${lineBreak}`), text.slice(at)].join('');
}

const linesOf = (guests: ReadonlyMap<string, WrittenGuest>, indent: string): readonly string[] =>
  stringify(Object.fromEntries(guests), { lineWidth: 0 })
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => (line === '' ? '' : `${indent}${line}`));
