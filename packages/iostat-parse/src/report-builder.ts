import { ColumnSet, DeviceSample, type IostatHeader, type IostatReport, type IostatSample } from './report.ts';
import type { Table } from './table.ts';

interface Section {
  readonly table: Table;
  readonly rows: DeviceSample[];
}

/** Joins the tables that `--pretty` and `-h` print one after another: one row a device, with the columns of all of them. */
export class TableJoiner {
  readonly #sets = new Map<string, ColumnSet>();

  join(sections: readonly Section[]): readonly DeviceSample[] {
    const [only] = sections;
    if (only === undefined || sections.length === 1) return only?.rows ?? [];
    const parts = new Map<string, { row: DeviceSample; table: Table }[]>();
    for (const { table, rows } of sections) {
      const seen = new Map<string, number>();
      for (const row of rows) {
        const name = `${row.group} ${row.name}`;
        const occurrence = seen.get(name) ?? 0;
        seen.set(name, occurrence + 1);
        const key = `${occurrence} ${name}`;
        const device = parts.get(key);
        if (device === undefined) parts.set(key, [{ row, table }]);
        else device.push({ row, table });
      }
    }
    return [...parts.values()].flatMap((device) => this.#joinRows(device));
  }

  #joinRows(device: readonly { row: DeviceSample; table: Table }[]): DeviceSample[] {
    const values = device.flatMap(({ row }) => row.values);
    return device.slice(0, 1).map(({ row }) => new DeviceSample(row, this.#setOf(device), values));
  }

  #setOf(device: readonly { table: Table }[]): ColumnSet {
    const key = device.map(({ table }) => table.headerText).join('\n');
    const set = this.#sets.get(key) ?? new ColumnSet(device.flatMap(({ table }) => table.set.columns));
    if (this.#sets.size < 64) this.#sets.set(key, set);
    return set;
  }
}

/** A report while its lines come in. */
export class ReportBuilder {
  timestamp: string | undefined;
  cpu: IostatSample | undefined;
  /** In the order of their appearance. */
  readonly sections: Section[] = [];
  /** The table that came last, the CPU's included. */
  last: Table | undefined;
  rowCount = 0;

  get empty(): boolean {
    return this.cpu === undefined && this.sections.length === 0;
  }

  /** Every report has the same keys: V8 keeps a new hidden class of each object that is spread together, until all is full. */
  build(header: IostatHeader | undefined, joiner: TableJoiner, complete: boolean): IostatReport {
    return {
      header,
      timestamp: this.timestamp,
      cpu: this.cpu,
      devices: joiner.join(this.sections.filter(({ table }) => table.kind === 'devices')),
      filesystems: joiner.join(this.sections.filter(({ table }) => table.kind === 'filesystems')),
      complete,
    };
  }
}
