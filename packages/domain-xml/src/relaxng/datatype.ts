import { patternExpression } from './xsd-pattern.ts';

/** A datatype of XML Schema with its parameters. */
export interface Datatype {
  /** `unsignedInt` */
  readonly name: string;
  /** For a message: `a whole number from 0 to 255`, `text like [0-9]{1,2}`. */
  readonly described: string;
  readonly allows: (value: string) => boolean;
}

/** A parameter of a datatype: `pattern`, `minInclusive` ... */
export interface DatatypeParameter {
  readonly name: string;
  readonly value: string;
}

/**
 * The whole numbers, with least and greatest. As libxml2 does, signs are not taken in unsigned ones, and more than 24
 * digits are not taken at all.
 */
const integers = new Map<string, readonly [least: bigint | undefined, greatest: bigint | undefined]>([
  ['integer', [undefined, undefined]],
  ['positiveInteger', [1n, undefined]],
  ['nonNegativeInteger', [0n, undefined]],
  ['negativeInteger', [undefined, -1n]],
  ['nonPositiveInteger', [undefined, 0n]],
  ['long', [-(2n ** 63n), 2n ** 63n - 1n]],
  ['int', [-(2n ** 31n), 2n ** 31n - 1n]],
  ['short', [-(2n ** 15n), 2n ** 15n - 1n]],
  ['byte', [-128n, 127n]],
  ['unsignedLong', [0n, 2n ** 64n - 1n]],
  ['unsignedInt', [0n, 2n ** 32n - 1n]],
  ['unsignedShort', [0n, 65535n]],
  ['unsignedByte', [0n, 255n]],
]);

const space = '[ \\t\\r\\n]*';
const signed = /^[ \t\r\n]*[+-]?0*[0-9]{1,24}[ \t\r\n]*$/;
const unsigned = /^[ \t\r\n]*0*[0-9]{1,24}[ \t\r\n]*$/;
const decimalNumber = '[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)';
const nameStart =
  'A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}\\u{200D}' +
  '\\u{2070}-\\u{218F}\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}';
const namePart = `${nameStart}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}\\u{2040}`;

/** What the other datatypes allow, and how a message names it. */
const expressions = new Map<string, readonly [expression: RegExp, described: string]>(
  (
    [
      ['string', '[^]*', 'text'],
      ['token', '[^]*', 'text'],
      ['normalizedString', '[^]*', 'text'],
      ['NCName', `[${nameStart}][${namePart}]*`, 'a name'],
      ['Name', `[:${nameStart}][:${namePart}]*`, 'a name'],
      ['NMTOKEN', `[:${namePart}]+`, 'a name'],
      [
        'anyURI',
        '(?:[A-Za-z][A-Za-z0-9+.\\-]*:|(?![0-9:]*:))(?:[^%#\\x00-\\x1F]|%[0-9A-Fa-f]{2})*(?:#[^#]*)?',
        'a URI',
      ],
      ['boolean', 'true|false|1|0', 'true or false'],
      ['decimal', decimalNumber, 'a number'],
      ['double', `${decimalNumber}(?:[eE][+-]?[0-9]+)?|-?INF|NaN`, 'a number'],
      ['float', `${decimalNumber}(?:[eE][+-]?[0-9]+)?|-?INF|NaN`, 'a number'],
    ] as const
  ).map(([name, expression, described]) => [
    name,
    [new RegExp(`^${space}(?:${expression})${space}$`, 'u'), described] as const,
  ]),
);

const dateTime =
  /^[ \t\r\n]*(-?(?!0000)(?:[1-9][0-9]{4,}|[0-9]{4}))-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?[ \t\r\n]*$/;

function isDateTime(value: string): boolean {
  const [, year = '', month = '', day = ''] = dateTime.exec(value) ?? [];
  if (year === '') return false;
  const cycle = Number(BigInt(year) % 400n);
  const leap = cycle % 4 === 0 && (cycle % 100 !== 0 || cycle === 0);
  const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return Number(day) <= (lengths[Number(month) - 1] ?? 0);
}

/** Numbers with a fraction: the same limits, compared as the double that libxml2 makes of them. */
const reals = new Set(['decimal', 'double', 'float']);

/** What the parameters of a datatype ask for. */
interface Facets {
  readonly patterns: readonly RegExp[];
  readonly least: bigint | undefined;
  readonly greatest: bigint | undefined;
  readonly shortest: number;
  readonly longest: number;
}

const wholeNumber = /^-?[0-9]+$/;

/** @returns undefined when the parameter is not known, or its value makes no sense. */
function narrowed(facets: Facets, { name, value }: DatatypeParameter): Facets | undefined {
  if (name === 'pattern') return { ...facets, patterns: [...facets.patterns, patternExpression(value)] };
  if (!wholeNumber.test(value)) return undefined;
  switch (name) {
    case 'minInclusive':
      return { ...facets, least: greater(facets.least, BigInt(value)) };
    case 'minExclusive':
      return { ...facets, least: greater(facets.least, BigInt(value) + 1n) };
    case 'maxInclusive':
      return { ...facets, greatest: lesser(facets.greatest, BigInt(value)) };
    case 'maxExclusive':
      return { ...facets, greatest: lesser(facets.greatest, BigInt(value) - 1n) };
    case 'minLength':
      return { ...facets, shortest: Number(value) };
    case 'maxLength':
      return { ...facets, longest: Number(value) };
    case 'length':
      return { ...facets, shortest: Number(value), longest: Number(value) };
    default:
      return undefined;
  }
}

/**
 * A datatype by the name that a schema gives it.
 *
 * @returns undefined when the type or a parameter is not known.
 */
export function datatype(name: string, parameters: readonly DatatypeParameter[]): Datatype | undefined {
  if (reals.has(name) && parameters.some((parameter) => parameter.name.endsWith('Exclusive'))) return undefined;
  const [least, greatest] = integers.get(name) ?? [];
  let facets: Facets | undefined = { patterns: [], least, greatest, shortest: 0, longest: Number.POSITIVE_INFINITY };
  for (const parameter of parameters) {
    facets = narrowed(facets, parameter);
    if (facets === undefined) return undefined;
  }
  const basic = basicType(name, facets);
  if (basic === undefined) return undefined;
  const likes = parameters.filter((parameter) => parameter.name === 'pattern').map(({ value }) => value);
  const { patterns, shortest, longest } = facets;
  return {
    name,
    described: likes.length === 0 ? basic.described : `${basic.described} like ${likes.join(' and ')}`,
    allows: (value) =>
      patterns.every((pattern) => pattern.test(value)) &&
      value.length >= shortest &&
      value.length <= longest &&
      basic.allows(value),
  };
}

function basicType(name: string, { least, greatest }: Facets): Basic | undefined {
  if (integers.has(name)) return integer(name, least, greatest);
  if (reals.has(name)) return real(fromExpression(expressions.get(name)), least, greatest);
  if (least !== undefined || greatest !== undefined) return undefined;
  if (name === 'dateTime') return { described: 'a date and time like 2009-07-18T14:00:00', allows: isDateTime };
  return fromExpression(expressions.get(name));
}

const greater = (a: bigint | undefined, b: bigint): bigint => (a === undefined || b > a ? b : a);
const lesser = (a: bigint | undefined, b: bigint): bigint => (a === undefined || b < a ? b : a);

type Basic = Omit<Datatype, 'name'>;

function fromExpression(entry: readonly [RegExp, string] | undefined): Basic | undefined {
  if (entry === undefined) return undefined;
  const [expression, described] = entry;
  return { described, allows: described === 'text' ? () => true : (value) => expression.test(value) };
}

const limits = (least: bigint | undefined, greatest: bigint | undefined): string => {
  const from = least === undefined ? '' : ` from ${least}`;
  const to = greatest === undefined ? '' : `${least === undefined ? ' up' : ''} to ${greatest}`;
  return `${from}${to}${greatest === undefined && least !== undefined ? ' on' : ''}`;
};

function real(basic: Basic | undefined, least: bigint | undefined, greatest: bigint | undefined): Basic | undefined {
  if (basic === undefined || (least === undefined && greatest === undefined)) return basic;
  return {
    described: `${basic.described}${limits(least, greatest)}`,
    allows: (value) => {
      const number = Number(value.trim().replace('INF', 'Infinity'));
      const isInside = (least === undefined || number >= least) && (greatest === undefined || number <= greatest);
      return basic.allows(value) && isInside;
    },
  };
}

function integer(name: string, least: bigint | undefined, greatest: bigint | undefined): Basic {
  const digits = name.startsWith('unsigned') ? unsigned : signed;
  return {
    described: `a whole number${limits(least, greatest)}`,
    allows: (value) => {
      if (!digits.test(value)) return false;
      const number = BigInt(value.trim().replace(/^\+/, ''));
      return (least === undefined || number >= least) && (greatest === undefined || number <= greatest);
    },
  };
}
