import { space } from './bytes.ts';
import { parseNumber } from './numbers.ts';
import type { RowDevice } from './report.ts';
import type { Table } from './table.ts';

/** A row of a table; the values of a row that is only a name stand on the next line. */
export interface Row extends RowDevice {
  readonly values?: readonly number[];
}

/** The numbers of a row that has no name; undefined when they do not fit the columns. */
export function parseValues(text: string, table: Table): number[] | undefined {
  const fields = text.trim().split(/\s+/);
  if (fields.length !== table.factors.length) return undefined;
  const values = fields.map((field, at) => parseNumber(field, table.factors[at] ?? 1));
  return values.every((value) => value !== undefined) ? values : undefined;
}

const isSpace = (text: string, at: number): boolean => text.charCodeAt(at) <= space;

/** The place behind the first `count` fields. */
function behindFields(text: string, count: number): number {
  let at = 0;
  for (let field = 0; field < count; field++) {
    while (at < text.length && isSpace(text, at)) at++;
    while (at < text.length && !isSpace(text, at)) at++;
  }
  return at;
}

/** The place before the last `count` fields. */
function beforeFields(text: string, count: number): number {
  let at = text.length;
  for (let field = 0; field < count; field++) {
    while (at > 0 && isSpace(text, at - 1)) at--;
    while (at > 0 && !isSpace(text, at - 1)) at--;
  }
  return at;
}

function parseRowNamedLast(line: string, table: Table): Row | undefined {
  const cut = behindFields(line, table.factors.length);
  const values = parseValues(line.slice(0, cut), table);
  const name = line.slice(cut + 1);
  return values === undefined || name === '' ? undefined : { name: name.trim(), group: isSpace(name, 0), values };
}

/** Any row, without haste: names with spaces, signs, `nan`. Undefined when the line is no row of this table. */
export function parseRow(line: string, table: Table): Row | undefined {
  const text = line.trimEnd();
  if (table.namePlace === 'last') return parseRowNamedLast(text, table);
  const group = isSpace(text, 0);
  const cut = beforeFields(text, table.factors.length);
  const name = text.slice(0, cut).trim();
  if (name === '') return /\s/.test(text.trim()) ? undefined : { name: text.trim(), group };
  const values = parseValues(text.slice(cut), table);
  return values === undefined ? undefined : { name, group, values };
}

/** Whether these bytes are `name`; only asked of ASCII names, others are decoded again. */
export function sameName(bytes: Uint8Array, start: number, end: number, name: string | undefined): boolean {
  if (name === undefined || name.length !== end - start) return false;
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    if (code !== bytes[start + at] || code > 127) return false;
  }
  return true;
}

/** The place, counted from 1, of the first field that is not the number it should be; behind the line when one lacks. */
export function faultColumn(line: string, table: Table): number {
  let field = table.kind !== 'cpu' && table.namePlace === 'first' && !isSpace(line, 0) ? -1 : 0;
  for (const { 0: text, index } of line.matchAll(/\S+/g)) {
    if (field >= table.factors.length || (field >= 0 && parseNumber(text, 1) === undefined)) return index + 1;
    field++;
  }
  return line.length + 1;
}
