import { jsonColumns } from './columns.ts';
import { IostatError } from './errors.ts';
import { JsonTokens } from './json-tokens.ts';
import { ColumnSet, DeviceSample, type IostatHeader, type IostatReport, IostatSample } from './report.ts';
import type { ReportSink } from './text-parser.ts';

const depthLimit = 32;
const countLimit = 65_536;

type Role = 'report' | 'cpu' | 'device' | 'other';

interface Frame {
  readonly bracket: '{' | '[';
  /** The key under which it stands, for an array's elements the array's. */
  readonly key: string;
  readonly role: Role;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

const headerKeys = new Map<string, 'host' | 'system' | 'kernel' | 'machine' | 'date'>([
  ['nodename', 'host'],
  ['sysname', 'system'],
  ['release', 'kernel'],
  ['machine', 'machine'],
  ['date', 'date'],
]);

/**
 * iostat's `-o JSON`, also re-indented or in one line. A report ends with its brace.
 *
 * ```text
 * {"sysstat": {"hosts": [{"nodename": "vm", "statistics": [{"avg-cpu": {"user": 1.50}, "disk": [{"disk_device": "sda", "tps": 7.41}]}]}]}}
 * ```
 */
export class JsonParser {
  readonly #sink: ReportSink;
  readonly #tokens = new JsonTokens({
    open: (bracket) => this.#open(bracket),
    close: (bracket) => this.#close(bracket),
    string: (text) => this.#string(text),
    number: (value) => this.#number(value),
    fault: (message) => this.#fault(message),
  });
  #frames: Frame[] = [];
  #key: string | undefined;
  #header: IostatHeader = emptyHeader();
  #report: Mutable<IostatReport> & { devices: DeviceSample[] } = emptyReport();
  #name = '';
  #names: string[] = [];
  #values: number[] = [];
  #sets: ColumnSet[] = [];
  /** Skipping to the next report, after an error. */
  #lost = false;
  #cpuSeen = false;

  constructor(sink: ReportSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    this.#tokens.push(chunk);
  }

  end(): void {
    if (!this.#lost) this.#finish(false);
  }

  #open(bracket: '{' | '['): void {
    const parent = this.#frames.at(-1);
    const key = this.#key ?? (parent?.bracket === '[' ? parent.key : '');
    this.#key = undefined;
    if (this.#lost) {
      this.#resume(key, bracket);
      return;
    }
    if (this.#frames.length >= depthLimit) {
      this.#fault(`more than ${depthLimit} levels`);
      return;
    }
    if (bracket === '{' && key === 'hosts') this.#header = emptyHeader();
    this.#begin({ bracket, key, role: bracket === '{' ? roleOf(key) : 'other' });
  }

  #begin(frame: Frame): void {
    this.#frames.push(frame);
    if (frame.role === 'report') this.#report = emptyReport();
    if (frame.role === 'cpu') this.#cpuSeen = true;
    if (frame.role === 'cpu' || frame.role === 'device') {
      this.#name = '';
      this.#names = [];
      this.#values = [];
    }
  }

  /** What reports begin with tells where one begins; with `-d` that is the disks. */
  #resume(key: string, bracket: '{' | '['): void {
    if (key !== (this.#cpuSeen ? 'avg-cpu' : 'disk')) return;
    const { timestamp } = this.#report;
    this.#lost = false;
    this.#begin({ bracket: '{', key: 'statistics', role: 'report' });
    this.#report.timestamp = timestamp;
    this.#begin({ bracket, key, role: bracket === '{' ? roleOf(key) : 'other' });
  }

  #close(bracket: '}' | ']'): void {
    this.#key = undefined;
    if (this.#lost) return;
    const frame = this.#frames.pop();
    // An error in the midst of a document leaves closing brackets whose opening ones were skipped.
    if (frame === undefined) return;
    if ((frame.bracket === '{') !== (bracket === '}')) {
      this.#fault(`${bracket} closes a ${frame.bracket}`);
      return;
    }
    if (frame.role === 'report') this.#finish(true);
    else if (frame.role === 'cpu') this.#report.cpu = new IostatSample(this.#setOfNames(), this.#values);
    else if (frame.role === 'device') this.#addDevice();
  }

  #string(text: string): void {
    const frame = this.#frames.at(-1);
    const key = this.#key;
    if (this.#lost || (key === undefined && frame?.bracket === '{')) {
      if (key === 'timestamp') this.#report.timestamp = text;
      this.#key = text;
      return;
    }
    this.#key = undefined;
    if (key === undefined) return;
    const headerKey = headerKeys.get(key);
    if (headerKey !== undefined) this.#header = { ...this.#header, [headerKey]: text };
    else if (key === 'timestamp') this.#report.timestamp = text;
    else if (frame?.role === 'device' && key === 'disk_device') this.#name = text;
    // Programs that pass iostat's JSON on make its numbers texts.
    else if (/^-?\d+(?:[.,]\d+)?$/.test(text)) this.#value(key, Number(text.replace(',', '.')));
  }

  #number(value: number): void {
    const key = this.#key;
    this.#key = undefined;
    if (this.#lost || key === undefined) return;
    this.#value(key, value);
  }

  #value(key: string, value: number): void {
    const role = this.#frames.at(-1)?.role;
    if (key === 'number-of-cpus') this.#header = { ...this.#header, cpus: value };
    else if (role === 'cpu' || role === 'device') {
      if (this.#names.length >= countLimit) {
        this.#fault(`more than ${countLimit} numbers in one row`);
        return;
      }
      this.#names.push(key);
      this.#values.push(value);
    }
  }

  #addDevice(): void {
    if (this.#report.devices.length >= countLimit) {
      this.#fault(`more than ${countLimit} devices in one report`);
      return;
    }
    if (this.#name.trim() === '') {
      this.#fault('a disk without a disk_device');
      return;
    }
    const set = this.#setOfNames();
    const values = this.#values.map((value, at) => value * (set.columns[at]?.factor ?? 1));
    const group = this.#name.startsWith(' ');
    this.#report.devices.push(new DeviceSample({ name: this.#name.trim(), group }, set, values));
  }

  #setOfNames(): ColumnSet {
    const names = this.#names;
    const known = this.#sets.find(
      ({ columns }) => columns.length === names.length && columns.every(({ name }, at) => name === names[at]),
    );
    if (known !== undefined) return known;
    const set = new ColumnSet(jsonColumns(names));
    if (this.#sets.length < 64) this.#sets.push(set);
    return set;
  }

  #finish(complete: boolean): void {
    const report = this.#report;
    this.#report = emptyReport();
    if (report.cpu === undefined && report.devices.length === 0 && !complete) return;
    report.header = this.#header.system === '' ? undefined : this.#header;
    report.complete = complete;
    this.#sink.report(report);
  }

  #fault(message: string): void {
    this.#frames = [];
    this.#key = undefined;
    this.#report = emptyReport();
    if (this.#lost) return;
    this.#lost = true;
    this.#sink.error(new IostatError('bad-json', message, { line: this.#tokens.line, column: this.#tokens.column }));
  }
}

const emptyHeader = (): IostatHeader => ({ system: '', kernel: '', host: '', date: '' });

const emptyReport = (): Mutable<IostatReport> & { devices: DeviceSample[] } => ({
  header: undefined,
  timestamp: undefined,
  cpu: undefined,
  devices: [],
  filesystems: [],
  complete: false,
});

function roleOf(key: string): Role {
  if (key === 'statistics') return 'report';
  if (key === 'avg-cpu') return 'cpu';
  return key === 'disk' ? 'device' : 'other';
}
