import type { DeviceSample, IostatColumn, IostatReport, IostatSample } from '@kvm/iostat-parse';
import type { Combination } from './option-combinations.ts';

/** `-s` prints writes and discards in one number. */
function expectedValue(json: IostatSample, metric: string): number | undefined {
  const metrics = json.metrics();
  if (!metric.startsWith('writeDiscard')) return metrics[metric];
  const kind = metric.slice('writeDiscard'.length);
  return (metrics[`write${kind}`] ?? Number.NaN) + (metrics[`discard${kind}`] ?? Number.NaN);
}

/** What one step of the last printed digit is worth. Behind a suffix (`1.5M`) there is one decimal. */
function textStep(value: number, factor: number, { decimals, human }: Combination): number {
  if (!human || factor === 1) return factor * 10 ** -(human ? Math.min(decimals, 1) : decimals);
  return Math.max(1024, 1024 ** Math.floor(Math.log2(Math.max(value, 1)) / 10)) * 10 ** -Math.min(decimals, 1);
}

/** JSON has two decimals, but totals are whole numbers, cut and not rounded. */
const jsonStep = (metric: string, factor: number): number => (metric.endsWith('Bytes') ? factor : factor * 0.02);

function compareColumn(column: IostatColumn, value: number, json: IostatSample, combination: Combination): string[] {
  const { name, metric, factor } = column;
  if (metric === undefined) return [`${name} is not known`];
  const expected = expectedValue(json, metric);
  if (expected === undefined) return [`${name} lacks in JSON`];
  const exact = !combination.human && combination.decimals === 2 && !metric.startsWith('writeDiscard');
  const allowed = exact ? 0 : textStep(value, factor, combination) / 2 + jsonStep(metric, factor);
  return Math.abs(value - expected) <= allowed ? [] : [`${name}: ${value} in text, ${expected} in JSON`];
}

const compare = (text: IostatSample, json: IostatSample, combination: Combination): string[] =>
  text.columns.flatMap((column, at) => compareColumn(column, text.values[at] ?? Number.NaN, json, combination));

const key = ({ name, group }: DeviceSample): string => `${group ? 'group' : 'device'} ${name}`;

/** How a report's text differs from its JSON, for a combination's precision; nothing where both say the same. */
export function compareReports(text: IostatReport, json: IostatReport, combination: Combination): string[] {
  const faults: string[] = [];
  if (text.devices.map(key).join() !== json.devices.map(key).join()) {
    faults.push(`devices ${text.devices.map(key)} in text, ${json.devices.map(key)} in JSON`);
  }
  text.devices.forEach((device, at) => {
    const other = json.devices[at];
    if (other !== undefined)
      faults.push(...compare(device, other, combination).map((fault) => `${device.name} ${fault}`));
  });
  if ((text.cpu === undefined) !== (json.cpu === undefined)) faults.push('only one has a CPU');
  if (text.cpu !== undefined && json.cpu !== undefined) faults.push(...compare(text.cpu, json.cpu, combination));
  return faults;
}
