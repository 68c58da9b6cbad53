import { LvmError } from '../errors.ts';
import type { Field, Row } from './fields.ts';

/** Text of a cell; empty when LVM left it empty or was not asked. */
export function textOf(row: Row, field: Field): string {
  const cell = row[field];
  if (typeof cell === 'string') return cell;
  return cell === undefined || cell === null ? '' : String(cell);
}

const NONE: readonly string[] = [];

export function listOf(row: Row, field: Field, separator = ','): readonly string[] {
  const cell = row[field];
  if (typeof cell === 'object' && cell !== null) return cell;
  const text = textOf(row, field);
  if (text === '') return NONE;
  return text.includes(separator) ? text.split(separator) : [text];
}

/**
 * A whole number: of extents, or of bytes (`--units b`). LVM's sizes are multiples of 512, which a number holds exactly up
 * to 2^62.
 *
 * @throws LvmError `unreadable-report`
 */
export function wholeOf(row: Row, field: Field): number {
  const text = textOf(row, field);
  if (text === '') return 0;
  if (!/^\d+B?$/.test(text)) throw badCell(field, text, 'a whole number of bytes or extents');
  return Number.parseInt(text, 10);
}

/** A percentage; undefined where it does not apply, or cannot be known. */
export function percentOf(row: Row, field: Field): number | undefined {
  const text = textOf(row, field);
  if (text === '' || text === '-1' || text === '-1.00') return undefined;
  if (!/^\d+(\.\d+)?$/.test(text)) throw badCell(field, text, 'a percentage');
  return Number(text);
}

/** Fields that are yes or no are a word, `unknown`, or empty; with `report/binary_values_as_numeric`, and in the second format, a number. */
export function isSet(row: Row, field: Field): boolean {
  const text = textOf(row, field);
  return text !== '' && text !== '0' && text !== '-1' && text !== 'unknown';
}

function badCell(field: Field, text: string, wanted: string): LvmError {
  const remedy = 'Ask for the report under LC_ALL=C with --units b --nosuffix.';
  return new LvmError('unreadable-report', `${field} is ${JSON.stringify(text)}, which is not ${wanted}.`, { remedy });
}
