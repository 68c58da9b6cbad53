import type { Finding } from '../problem.ts';
import { describe } from '../quote.ts';

/** A unit's name and how many base units (bytes, seconds) it holds. */
type Unit = readonly [name: string, factor: number];

/** What one key of the file may measure. Bounds are in base units. */
export interface Measure {
  /** What is measured, as a message names it: `a disk size`. */
  readonly what: string;
  readonly units: readonly Unit[];
  readonly minimum: number;
  readonly maximum: number;
  /** Values must be whole multiples of this many base units. */
  readonly step: number;
  /** Above this, a number without unit was probably meant in a smaller unit. */
  readonly plausible: number;
}

const SIZE_UNITS: readonly Unit[] = [
  ['KiB', 2 ** 10],
  ['MiB', 2 ** 20],
  ['GiB', 2 ** 30],
  ['TiB', 2 ** 40],
];

/** Linux with its initial file system does not come up in less than 16 MiB; above 16 TiB is a slip. */
export const MEMORY: Measure = {
  what: 'a memory size',
  units: SIZE_UNITS,
  minimum: 16 * 2 ** 20,
  maximum: 16 * 2 ** 40,
  step: 1024,
  plausible: 64 * 2 ** 30,
};

/** LVM's default extent is 4 MiB (lvm.conf, physical extents); 1024 TiB is ext4's limit with room to spare. */
export const DISK: Measure = {
  what: 'a disk size',
  units: SIZE_UNITS,
  minimum: 4 * 2 ** 20,
  maximum: 1024 * 2 ** 40,
  step: 1024,
  plausible: 500 * 2 ** 30,
};

export const DELAY: Measure = {
  what: 'a delay',
  units: [
    ['s', 1],
    ['min', 60],
    ['h', 3600],
  ],
  minimum: 0,
  maximum: 3600,
  step: 1,
  plausible: 600,
};

const QUANTITY = /^(\d{1,15}(?:\.\d{1,6})?) ?([a-zA-Z]{1,20})$/;

/** The JSON Schema pattern of what {@link parseQuantity} takes. */
export const quantityPattern = ({ units }: Measure): string =>
  `^\\d{1,15}(\\.\\d{1,6})? ?(${units.map(([name]) => name).join('|')})$`;

/** A measured amount, with the biggest unit that divides it: `524288 KiB` is `512 MiB`. */
function formatQuantity(amount: number, { units }: Measure): string {
  const [name, factor] = units.findLast(([, each]) => amount % each === 0 && amount >= each) ?? units[0] ?? ['', 1];
  return `${amount / factor} ${name}`;
}

const finding = (code: string, message: string, remedy: string): Finding => ({ code, message, remedy });

/** What a number without a unit was probably meant to be. */
function likelyQuantity(number: number, { units, minimum, plausible }: Measure): string {
  const likely = units.filter(([, factor]) => number * factor >= minimum && number * factor < plausible);
  const [name] = likely.findLast(([unit]) => unit !== 'TiB') ?? units[1] ?? [''];
  return `${number} ${name}`;
}

/** The unit that one like `M`, `mb` or `sec` stands for. */
function likelyUnit(unit: string, { units }: Measure): string {
  const first = unit.slice(0, 1).toLowerCase();
  return (units.find(([name]) => name.slice(0, 1).toLowerCase() === first) ?? units[1] ?? [''])[0];
}

/**
 * Reads a size or a time, such as `1.5 GiB`, `512MiB` or `10 s`.
 *
 * @returns the amount in base units (bytes, seconds), or what is wrong with the value.
 */
export function parseQuantity(value: unknown, measure: Measure): number | Finding {
  const { what, units } = measure;
  const names = units.map(([name]) => name).join(', ');
  const example = formatQuantity(Math.max(measure.minimum, 1), measure);
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && number > 0 && number <= Number.MAX_SAFE_INTEGER) {
    return finding(
      'missing-unit',
      `${number} has no unit.`,
      `Write ${likelyQuantity(number, measure)} if that was meant.`,
    );
  }
  const match = typeof value === 'string' ? QUANTITY.exec(value) : null;
  if (match === null) {
    const remedy = `Write a number and one of ${names}, such as ${example}.`;
    if (value === null) return finding('no-value', `There is no value; ${what} with its unit is wanted.`, remedy);
    return finding('bad-quantity', `${describe(value)} is not ${what} with its unit.`, remedy);
  }
  const [, count = '', unit = ''] = match;
  const factor = units.find(([name]) => name === unit)?.[1];
  if (factor === undefined) {
    const message = `${describe(value)}: ${unit} is not one of the units ${names}.`;
    return finding('unknown-unit', message, `Write ${count} ${likelyUnit(unit, measure)} if that was meant.`);
  }
  const amount = Number(count) * factor;
  if (amount < measure.minimum || amount > measure.maximum) {
    const bounds = `${formatQuantity(measure.minimum, measure)} to ${formatQuantity(measure.maximum, measure)}`;
    const why = amount < measure.minimum ? 'too small' : 'too large';
    return finding(
      'out-of-range',
      `${describe(value)} is ${why}: ${what} is ${bounds}.`,
      `Write a value from ${bounds}.`,
    );
  }
  if (amount % measure.step !== 0) {
    const rounded = formatQuantity(Math.round(amount / measure.step) * measure.step, measure);
    const message = `${describe(value)} is not a whole number of ${units[0]?.[0]}.`;
    return finding('bad-quantity', message, `Round it, to ${rounded} for instance.`);
  }
  return amount;
}
