const bytesPerUnit: { readonly [unit in string]?: number } = {
  B: 1,
  Blk: 512,
  sec: 512,
  kB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
};

const directions = { r: 'read', w: 'write', d: 'discard', f: 'flush' } as const;
const totals = { read: 'read', wrtn: 'write', dscd: 'discard', 'w+d': 'writeDiscard' } as const;
const nfsKinds = { nor: 'Normal', dir: 'Direct', svr: 'Server' } as const;

type Direction = 'read' | 'write' | 'discard';
type CpuState = 'user' | 'nice' | 'system' | 'iowait' | 'steal' | 'idle';

/** What a column measures; the name ends with the unit. `queueLength` is a number of requests. */
export type IostatMetric =
  | 'transfersPerSecond'
  | 'bytesPerSecond'
  | `${Direction | 'writeDiscard'}BytesPerSecond`
  | `${Direction | 'writeDiscard'}Bytes`
  | `${Direction}sPerSecond`
  | 'flushesPerSecond'
  | 'mergesPerSecond'
  | `${Direction}MergesPerSecond`
  | `${Direction}MergedPercent`
  | 'awaitMs'
  | `${Direction | 'flush'}AwaitMs`
  | 'requestBytes'
  | `${Direction}RequestBytes`
  | 'queueLength'
  | 'serviceTimeMs'
  | 'utilPercent'
  | `${'read' | 'write'}${'Normal' | 'Direct' | 'Server'}BytesPerSecond`
  | 'operationsPerSecond'
  | `${'read' | 'write'}OperationsPerSecond`
  | `${CpuState}Percent`;

/** One column of a table: its printed name, what it measures when that is known, and what its values were multiplied by. */
export interface IostatColumn {
  readonly name: string;
  readonly metric?: IostatMetric;
  readonly factor: number;
}

const cpuStates: readonly CpuState[] = ['user', 'nice', 'system', 'iowait', 'steal', 'idle'];

/** Names that need no rule. JSON leaves out the `%` of `%util`, `%rrqm` and `%user`. */
const fixed = new Map<string, IostatMetric>([
  ['tps', 'transfersPerSecond'],
  ['r/s', 'readsPerSecond'],
  ['w/s', 'writesPerSecond'],
  ['d/s', 'discardsPerSecond'],
  ['f/s', 'flushesPerSecond'],
  ['rqm/s', 'mergesPerSecond'],
  ['rrqm/s', 'readMergesPerSecond'],
  ['wrqm/s', 'writeMergesPerSecond'],
  ['drqm/s', 'discardMergesPerSecond'],
  ['%rrqm', 'readMergedPercent'],
  ['%wrqm', 'writeMergedPercent'],
  ['%drqm', 'discardMergedPercent'],
  ['await', 'awaitMs'],
  ['r_await', 'readAwaitMs'],
  ['w_await', 'writeAwaitMs'],
  ['d_await', 'discardAwaitMs'],
  ['f_await', 'flushAwaitMs'],
  ['aqu-sz', 'queueLength'],
  ['avgqu-sz', 'queueLength'],
  ['svctm', 'serviceTimeMs'],
  ['%util', 'utilPercent'],
  ['ops/s', 'operationsPerSecond'],
  ['rops/s', 'readOperationsPerSecond'],
  ['wops/s', 'writeOperationsPerSecond'],
  ['%sys', 'systemPercent'],
  ...cpuStates.map((state): [string, IostatMetric] => [`%${state}`, `${state}Percent`]),
]);

const isKey = <Keys extends object>(key: string | undefined, keys: Keys): key is Extract<keyof Keys, string> =>
  key !== undefined && Object.hasOwn(keys, key);

function bytesColumn(name: string): { metric: IostatMetric; factor: number } | undefined {
  const [, unit = '', total, rate] = /^(Blk|[kMGT]?B)_(read|wrtn|dscd|w\+d)(\/s)?$/.exec(name) ?? [];
  if (isKey(total, totals)) {
    return { metric: `${totals[total]}Bytes${rate === undefined ? '' : 'PerSecond'}`, factor: bytesPerUnit[unit] ?? 1 };
  }
  const [, way, rateUnit, kind] = /^([rwd]?)(Blk|sec|[kMGT]?B)(?:_(nor|dir|svr))?\/s$/.exec(name) ?? [];
  if (rateUnit === undefined) return undefined;
  const factor = bytesPerUnit[rateUnit] ?? 1;
  if (way === '') return { metric: 'bytesPerSecond', factor };
  if (!isKey(way, directions) || way === 'f') return undefined;
  if (!isKey(kind, nfsKinds)) return { metric: `${directions[way]}BytesPerSecond`, factor };
  return way === 'd' ? undefined : { metric: `${directions[way]}${nfsKinds[kind]}BytesPerSecond`, factor };
}

function requestSizeColumn(name: string): { metric: IostatMetric; factor: number } | undefined {
  if (name === 'avgrq-sz') return { metric: 'requestBytes', factor: 512 };
  const [, way] = /^([rwd]?)areq-sz$/.exec(name) ?? [];
  if (way === '') return { metric: 'requestBytes', factor: 1024 };
  return isKey(way, directions) && way !== 'f' ? { metric: `${directions[way]}RequestBytes`, factor: 1024 } : undefined;
}

/** The column of a printed name; one that is not known keeps its name and its numbers. */
function columnOf(name: string): IostatColumn {
  const metric = fixed.get(name) ?? fixed.get(`%${name}`);
  if (metric !== undefined) return { name, metric, factor: 1 };
  return { name, ...(bytesColumn(name) ?? requestSizeColumn(name) ?? { factor: 1 }) };
}

function translatedFactor(name: string): number {
  if (/^k/i.test(name)) return bytesPerUnit.kB ?? 1;
  return /^M/i.test(name) ? (bytesPerUnit.MB ?? 1) : (bytesPerUnit.Blk ?? 1);
}

/**
 * The columns of a device table. Where a translation left only `tps` known (`tps Blq_lus/s Blq_écrits/s ...`), the others
 * are known by their order, which iostat never changed.
 */
export function deviceColumns(names: readonly string[]): IostatColumn[] {
  const columns = names.map(columnOf);
  const translated = columns[0]?.metric === 'transfersPerSecond' && columns.slice(1).every(({ metric }) => !metric);
  if (!translated || names.length !== 5) return columns;
  const metrics = ['readBytesPerSecond', 'writeBytesPerSecond', 'readBytes', 'writeBytes'] as const;
  return columns.map((column, at) => {
    const metric = metrics[at - 1];
    return metric === undefined ? column : { name: column.name, metric, factor: translatedFactor(column.name) };
  });
}

/** The columns of JSON, which until sysstat 11.5 had `kB_read_per_sec`, and for a rate the name without `/s`. */
export function jsonColumns(names: readonly string[]): IostatColumn[] {
  const onlyRates = names.includes('rrqm') && !names.includes('rrqm/s');
  return names.map((name) => {
    const column = columnOf(name);
    if (column.metric !== undefined && !(onlyRates && /^[rw]rqm$/.test(name))) return column;
    return { ...columnOf(name.replace(/(_per_sec)?$/, '/s')), name };
  });
}

/** The columns of the CPU line, also of a translated one: the order is user, nice, system, iowait, steal (since 7), idle. */
export function cpuColumns(names: readonly string[]): IostatColumn[] {
  const columns = names.map(columnOf);
  const order = names.length === 6 ? cpuStates : names.length === 5 ? cpuStates.filter((s) => s !== 'steal') : [];
  return columns.map((column, at) => {
    const state = order[at];
    return state === undefined || column.metric !== undefined ? column : { ...column, metric: `${state}Percent` };
  });
}
