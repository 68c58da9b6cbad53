import { escapeByte, lineFeed, space } from './bytes.ts';
import { IostatError, type IostatErrorCode } from './errors.ts';
import { parseHeader, parseTimestamp } from './header.ts';
import { LineSplitter, lineLimit } from './lines.ts';
import { DeviceSample, type IostatHeader, type IostatReport, IostatSample, type RowDevice } from './report.ts';
import { ReportBuilder, TableJoiner } from './report-builder.ts';
import { faultColumn, parseRow, parseValues, sameName } from './row.ts';
import { parseTableHeader, type Table } from './table.ts';
import { decodeText } from './text.ts';

/** Bounds the memory of a report that never ends. No kernel has as many block devices. */
const rowLimit = 65_536;

/** What comes out of a parser: reports as they end, and what was wrong. */
export interface ReportSink {
  report(report: IostatReport): void;
  error(error: IostatError): void;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with the escape character
const colours = /\u001b\[[0-9;]*[A-Za-z]/g;
const plainLine = (bytes: Uint8Array, start: number, end: number): string =>
  decodeText(bytes.subarray(start, end)).replace(colours, '').replaceAll('\0', '').trimEnd();

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte > space || byte === escapeByte) return false;
  }
  return true;
}

/** Whether the line at `start` is `line`. */
function isLine(bytes: Uint8Array, start: number, line: Uint8Array): boolean {
  if (start + line.length >= bytes.length || bytes[start + line.length] !== lineFeed) return false;
  for (let at = 0; at < line.length; at++) if (bytes[start + at] !== line[at]) return false;
  return true;
}

/** iostat's text, line by line. A report ends where the next one begins, or at once when it ends as the one before did. */
export class TextParser {
  readonly #sink: ReportSink;
  readonly #lines = new LineSplitter({
    line: (bytes, start) => this.#line(bytes, start),
    overlong: () => {
      this.#lineNumber++;
      this.#overlong();
    },
  });
  readonly #joiner = new TableJoiner();
  /** Tables by their first line, so that each is understood once. */
  readonly #tables = new Map<string, Table>();
  #header: IostatHeader | undefined;
  #current = new ReportBuilder();
  /** The table whose rows are being read. */
  #table: Table | undefined;
  #rows: DeviceSample[] = [];
  /** A name that stands alone on its line (`-h` until sysstat 11.6); its numbers follow. */
  #pending: RowDevice | undefined;
  /** The tables that began and ended the report before. */
  #opening: Table | undefined;
  #closing: Table | undefined;
  /** Skipping to the next report, after an error. */
  #lost = false;
  #lineNumber = 0;
  /** Something of iostat's was seen: from then on a last line that makes no sense is one that was cut off. */
  #begun = false;
  #unterminated = false;

  constructor(sink: ReportSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  end(): void {
    this.#unterminated = true;
    this.#lines.end();
    const { last } = this.#current;
    this.#finish(this.#table === undefined && (this.#closing === undefined || this.#closing === last));
  }

  #line(bytes: Uint8Array, start: number): number {
    this.#lineNumber++;
    const quickEnd =
      this.#table === undefined ? this.#knownTable(bytes, start) : this.#plainRow(this.#table, bytes, start);
    if (quickEnd !== -1) return quickEnd;
    const end = bytes.indexOf(lineFeed, start);
    if (end - start > lineLimit) this.#overlong();
    else if (isBlank(bytes, start, end)) this.#endTable();
    else this.#slowLine(plainLine(bytes, start, end));
    return end;
  }

  /**
   * A table that was there before, as nearly all are.
   *
   * @returns the place of the line feed behind its first line, else -1
   */
  #knownTable(bytes: Uint8Array, start: number): number {
    for (const table of this.#tables.values()) {
      if (!isLine(bytes, start, table.headerBytes)) continue;
      this.#beginTable(table);
      return start + table.headerBytes.length;
    }
    return -1;
  }

  /**
   * The rows that nearly all lines are: a name, but for the CPU, then numbers. Everything else is left to the slow way.
   *
   * @returns the place of the line feed behind the row, else -1
   */
  #plainRow(table: Table, bytes: Uint8Array, start: number): number {
    if (table.kind === 'cpu') return this.#plainCpuRow(table, bytes, start);
    if (table.namePlace === 'last' || this.#pending !== undefined) return -1;
    let nameEnd = start;
    while ((bytes[nameEnd] as number) > space) nameEnd++;
    if (nameEnd === start || bytes[nameEnd] !== space) return -1;
    const values = table.doubles.slice();
    const end = table.numbers.read(bytes, nameEnd, values);
    if (end === -1 || end - start > lineLimit) return -1;
    const place = this.#rows.length;
    let device = table.devices[place];
    if (device === undefined || !sameName(bytes, start, nameEnd, device.name)) {
      device = { name: decodeText(bytes.subarray(start, nameEnd)), group: false };
      table.devices[place] = device;
    }
    this.#addRow(new DeviceSample(device, table.set, values));
    return end;
  }

  #plainCpuRow(table: Table, bytes: Uint8Array, start: number): number {
    if (this.#current.cpu !== undefined) return -1;
    const values = table.doubles.slice();
    const end = table.numbers.read(bytes, start, values);
    if (end === -1 || end - start > lineLimit) return -1;
    this.#addCpu(table, values);
    return end;
  }

  #slowLine(line: string): void {
    if (line === '') {
      this.#endTable();
      return;
    }
    if (this.#table !== undefined && this.#slowRow(this.#table, line)) return;
    if (this.#beginning(line)) return;
    if (this.#lost || this.#isShellPrompt(line) || (this.#unterminated && this.#begun)) return;
    if (this.#table === undefined) this.#fail('unknown-line', `iostat prints no line like ${quote(line)}`);
    else {
      const message = `${quote(line)} is no row of ${this.#table.factors.length} numbers, as the table's first line asks`;
      this.#fail('bad-row', message, faultColumn(line, this.#table));
    }
  }

  #slowRow(table: Table, line: string): boolean {
    if (table.kind === 'cpu') {
      const values = this.#current.cpu === undefined ? parseValues(line, table) : undefined;
      if (values !== undefined) this.#addCpu(table, values);
      return values !== undefined;
    }
    if (this.#pending !== undefined) {
      const values = parseValues(line, table);
      if (values === undefined) return false;
      this.#addRow(new DeviceSample(this.#pending, table.set, values));
      this.#pending = undefined;
      return true;
    }
    const row = parseRow(line, table);
    if (row === undefined) return false;
    if (row.values === undefined) this.#pending = row;
    else this.#addRow(new DeviceSample(row, table.set, row.values));
    return true;
  }

  #addCpu(table: Table, values: readonly number[]): void {
    this.#current.cpu = new IostatSample(table.set, values);
    this.#current.last = table;
  }

  #addRow(row: DeviceSample): void {
    if (this.#current.rowCount++ < rowLimit) this.#rows.push(row);
    else this.#fail('too-long', `more than ${rowLimit} rows in one report`);
  }

  /** A line that begins something: a run of iostat, a report, a table. */
  #beginning(line: string): boolean {
    const table = this.#tables.get(line) ?? parseTableHeader(line);
    if (table !== undefined) return this.#beginTable(table);
    const header = parseHeader(line);
    if (header !== undefined) {
      this.#finish(this.#table === undefined);
      this.#header = header;
      this.#begun = true;
      this.#opening = undefined;
      this.#closing = undefined;
      this.#lost = false;
      return true;
    }
    const timestamp = parseTimestamp(line);
    if (timestamp === undefined) return false;
    this.#finish(this.#table === undefined);
    this.#lost = false;
    this.#current.timestamp = timestamp;
    return true;
  }

  #beginTable(table: Table): boolean {
    const opens = this.#opening === undefined || this.#opening === table;
    if (this.#lost && !opens) return true;
    this.#lost = false;
    if (this.#tables.size < 64) this.#tables.set(table.headerText, table);
    const repeated = this.#current.sections.some((section) => section.table === table);
    if (repeated || (table.kind === 'cpu' && !this.#current.empty)) this.#finish(this.#table === undefined);
    this.#opening ??= table;
    this.#table = table;
    if (table.kind === 'cpu') return true;
    this.#rows = [];
    this.#current.sections.push({ table, rows: this.#rows });
    this.#current.last = table;
    return true;
  }

  #endTable(): void {
    const table = this.#table;
    this.#table = undefined;
    const cut = this.#pending !== undefined || (table?.kind === 'cpu' && this.#current.cpu === undefined);
    if (cut) this.#fail('bad-row', 'a row ends before its numbers');
    else if (this.#closing !== undefined && this.#current.last === this.#closing) this.#finish(true);
  }

  #finish(complete: boolean): void {
    const current = this.#current;
    if (!current.empty) {
      this.#closing = current.last;
      this.#begun = true;
      this.#sink.report(current.build(this.#header, this.#joiner, complete && this.#pending === undefined));
    }
    this.#forget();
  }

  #forget(): void {
    this.#current = new ReportBuilder();
    this.#table = undefined;
    this.#pending = undefined;
    this.#rows = [];
  }

  #overlong(): void {
    this.#fail('too-long', `a line of more than ${lineLimit} bytes`);
  }

  #fail(code: IostatErrorCode, message: string, column = 1): void {
    this.#forget();
    if (this.#lost) return;
    this.#lost = true;
    this.#sink.error(new IostatError(code, message, { line: this.#lineNumber, column }));
  }

  /** A pasted session begins with the command: `# iostat -kN 3`. */
  #isShellPrompt(line: string): boolean {
    return this.#table === undefined && /^\S{0,80}[#$] /.test(line);
  }
}

const quote = (line: string): string => JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
