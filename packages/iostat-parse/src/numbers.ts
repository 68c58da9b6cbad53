import { escapeByte, lineFeed, space } from './bytes.ts';

const zero = 48;
const point = 46;
const comma = 44;
const percent = 37;
/** Division by an exact power of ten is correctly rounded, so this gives what `Number` gives, as long as both are exact. */
const powers = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
const exactLimit = Number.MAX_SAFE_INTEGER / 10 - 1;
/** So many digits fit into 31 bits, with which V8 counts fastest. */
const shortDigits = 9;

/** The units that `--human` and `-h` print behind a number, in bytes (sysstat's common.c); `?` is what lies behind peta. */
const suffixes: { readonly [suffix in string]?: number } = {
  s: 512,
  B: 1,
  k: 1024,
  M: 1024 ** 2,
  G: 1024 ** 3,
  T: 1024 ** 4,
  P: 1024 ** 5,
  '?': 1024 ** 6,
};
const suffixFactors = new Float64Array(256);
for (const [suffix, factor] of Object.entries(suffixes)) suffixFactors[suffix.charCodeAt(0)] = factor ?? 0;

/** White space between numbers; NUL counts as such. */
const isGap = (byte: number): boolean => byte <= space && byte !== lineFeed && byte !== escapeByte;

/** Reads the numbers of a table's rows: one pass over the bytes, no strings. This is where the parser's time goes. */
export class NumberReader {
  readonly #factors: Float64Array;
  #at = 0;

  /** @param factors what each column is multiplied by unless its value has a suffix */
  constructor(factors: Float64Array) {
    this.#factors = factors;
  }

  /**
   * Reads as many numbers as there are columns, separated by white space.
   *
   * @param bytes with a line feed at `start` or behind it
   * @param values is filled with them
   * @returns the place of the line feed; -1 when the line is anything out of the ordinary
   */
  read(bytes: Uint8Array, start: number, values: number[]): number {
    const factors = this.#factors;
    this.#at = start;
    for (let field = 0; field < factors.length; field++) {
      const value = this.#number(bytes);
      const factor = this.#factor(bytes, factors[field] as number);
      if (value < 0 || factor === 0) return -1;
      values[field] = value * factor;
    }
    this.#skipGap(bytes);
    return bytes[this.#at] === lineFeed ? this.#at : -1;
  }

  #number(bytes: Uint8Array): number {
    this.#skipGap(bytes);
    const first = this.#at;
    let mantissa = this.#digits(bytes, 0);
    if (this.#at === first) return -1;
    let decimals = 0;
    if (bytes[this.#at] === point || bytes[this.#at] === comma) {
      const firstDecimal = ++this.#at;
      mantissa = this.#digits(bytes, mantissa);
      decimals = this.#at - firstDecimal;
    }
    if (this.#at - first > shortDigits) return longNumber(bytes, first, this.#at);
    return decimals === 2 ? mantissa / 100 : mantissa / (powers[decimals] as number);
  }

  #skipGap(bytes: Uint8Array): void {
    let at = this.#at;
    while (isGap(bytes[at] as number)) at++;
    this.#at = at;
  }

  /** `mantissa` with the digits here behind its own, as long as that fits into 31 bits. */
  #digits(bytes: Uint8Array, mantissa: number): number {
    let at = this.#at;
    let digit = (bytes[at] as number) - zero;
    let value = mantissa;
    while (digit >= 0 && digit <= 9) {
      value = (value * 10 + digit) | 0;
      digit = (bytes[++at] as number) - zero;
    }
    this.#at = at;
    return value;
  }

  /** The suffix's factor, else the column's; 0 when something else stands there. */
  #factor(bytes: Uint8Array, columnFactor: number): number {
    const suffix = bytes[this.#at] as number;
    if (suffix <= space) return columnFactor;
    this.#at++;
    if ((bytes[this.#at] as number) > space) return 0;
    return suffix === percent ? columnFactor : (suffixFactors[suffix] as number);
  }
}

/** The value of digits, perhaps with a point among them; -1 when it has more of them than are exact. */
function longNumber(bytes: Uint8Array, first: number, end: number): number {
  let mantissa = 0;
  let decimals = 0;
  for (let at = first; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === point || byte === comma) decimals = end - at - 1;
    else mantissa = mantissa * 10 + byte - zero;
  }
  return decimals < powers.length && mantissa <= exactLimit ? mantissa / (powers[decimals] as number) : -1;
}

/** The value of one printed field, for rows that {@link NumberReader} does not take; undefined when it is not a number. */
export function parseNumber(field: string, columnFactor: number): number | undefined {
  const [, digits, suffix = ''] = /^([+-]?(?:\d+[.,]?\d*|[.,]\d+))([sBkMGTP?%]?)$/.exec(field) ?? [];
  if (digits === undefined) return /^[+-]?(nan|inf)%?$/i.test(field) ? Number.NaN : undefined;
  return Number(digits.replace(',', '.')) * (suffixes[suffix] ?? columnFactor);
}
