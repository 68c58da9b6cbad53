import type { IostatColumn, IostatMetric } from './columns.ts';

/** The columns of a table, shared by all its rows. */
export class ColumnSet {
  readonly columns: readonly IostatColumn[];
  readonly places: ReadonlyMap<IostatMetric, number>;

  constructor(columns: readonly IostatColumn[]) {
    this.columns = columns;
    const places = new Map<IostatMetric, number>();
    columns.forEach(({ metric }, at) => {
      if (metric !== undefined && !places.has(metric)) places.set(metric, at);
    });
    this.places = places;
  }
}

/** One row of numbers, kept beside its columns: a row costs an array, and names are looked up only when asked for. */
export class IostatSample {
  readonly #set: ColumnSet;
  /** In the order of `columns`, in bytes, requests, milliseconds and percent. */
  readonly values: readonly number[];

  constructor(set: ColumnSet, values: readonly number[]) {
    this.#set = set;
    this.values = values;
  }

  get columns(): readonly IostatColumn[] {
    return this.#set.columns;
  }

  /** The value of a metric; undefined when iostat did not print it. */
  get(metric: IostatMetric): number | undefined {
    const at = this.#set.places.get(metric);
    return at === undefined ? undefined : this.values[at];
  }

  /** All values by metric; a column that is not known stands under its printed name. */
  metrics(): { [name: string]: number } {
    return Object.fromEntries(
      this.columns.map(({ name, metric }, at): [string, number] => [metric ?? name, this.values[at] ?? Number.NaN]),
    );
  }

  toJSON(): object {
    return this.metrics();
  }
}

/** What a row is of. */
export interface RowDevice {
  readonly name: string;
  readonly group: boolean;
}

/** A device's row, a group's (`-g`), or an NFS file system's. */
export class DeviceSample extends IostatSample implements RowDevice {
  /** As printed: `sda`, `vg-db.root`, `cciss/c0d0`, `server:/export`. */
  readonly name: string;
  /** The sum of a group's devices, which have rows of their own unless `-H` was given. */
  readonly group: boolean;

  constructor({ name, group }: RowDevice, set: ColumnSet, values: readonly number[]) {
    super(set, values);
    this.name = name;
    this.group = group;
  }

  override toJSON(): object {
    return { name: this.name, group: this.group, ...this.metrics() };
  }
}

/** iostat's first line. The machine is not printed before sysstat 7, nor the number of CPUs before 9. */
export interface IostatHeader {
  readonly system: string;
  readonly kernel: string;
  readonly host: string;
  /** As printed: its order depends on iostat's locale, which the output does not name. ISO with `S_TIME_FORMAT=ISO`. */
  readonly date: string;
  readonly machine?: string;
  readonly cpus?: number;
}

/** What iostat prints at one moment. */
export interface IostatReport {
  readonly header: IostatHeader | undefined;
  /** As printed by `-t`, without a word before it (`Time:`). */
  readonly timestamp: string | undefined;
  readonly cpu: IostatSample | undefined;
  readonly devices: readonly DeviceSample[];
  /** NFS: `iostat -n` until sysstat 9, `nfsiostat` until 11. */
  readonly filesystems: readonly DeviceSample[];
  /** Whether the report's end (an empty line, in JSON a brace) was seen. If not, rows may lack and the last may be cut. */
  readonly complete: boolean;
}
