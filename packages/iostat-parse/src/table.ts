import { cpuColumns, deviceColumns } from './columns.ts';
import { NumberReader } from './numbers.ts';
import { ColumnSet, type RowDevice } from './report.ts';
import { encodeText } from './text.ts';

/** Where a row has its device: at its start (`Device`, `Device:`), or at its end (`-h` and `--pretty` since sysstat 11.7). */
type NamePlace = 'first' | 'last';

export interface Table {
  readonly kind: 'cpu' | 'devices' | 'filesystems';
  readonly headerText: string;
  readonly headerBytes: Uint8Array;
  readonly namePlace: NamePlace;
  readonly set: ColumnSet;
  readonly factors: Float64Array;
  /** As many fractions as there are columns: in a copy of these, V8 keeps the numbers of a row unboxed from the start. */
  readonly doubles: readonly number[];
  readonly numbers: NumberReader;
  /** What the rows of the report before were of: devices repeat, and comparing bytes is cheaper than decoding them. */
  readonly devices: RowDevice[];
}

function table(kind: Table['kind'], headerText: string, namePlace: NamePlace, names: readonly string[]): Table {
  const set = new ColumnSet(kind === 'cpu' ? cpuColumns(names) : deviceColumns(names));
  const factors = Float64Array.from(set.columns, ({ factor }) => factor);
  const doubles = set.columns.map(() => 0.5);
  const headerBytes = encodeText(headerText);
  const numbers = new NumberReader(factors);
  return { kind, headerText, headerBytes, namePlace, set, factors, doubles, numbers, devices: [] };
}

/** Every device table of every version has a rate, and no digit in its first line; dates and numbers have digits. */
const isDeviceHeader = (line: string, words: readonly string[]): boolean =>
  words.length > 1 &&
  !/\d/.test(line) &&
  words.some((word) => word === 'tps' || word.endsWith('/s') || word === '%util');

/**
 * A table's first line; undefined when the line is none. The first word (`Device`, `avg-cpu:`) is not compared with
 * anything: older versions translate it.
 */
export function parseTableHeader(line: string): Table | undefined {
  const words = line.trim().split(/\s+/);
  const [first = '', ...rest] = words;
  if (first.endsWith(':') && rest.length > 1 && rest.every((word) => /^%\D+$/.test(word))) {
    return table('cpu', line, 'first', rest);
  }
  if (!isDeviceHeader(line, words)) return undefined;
  if (/^\s/.test(line)) return table('devices', line, 'last', words.slice(0, -1));
  const kind =
    first.startsWith('Filesystem') || rest.some((word) => word.endsWith('_nor/s')) ? 'filesystems' : 'devices';
  return table(kind, line, 'first', rest);
}
