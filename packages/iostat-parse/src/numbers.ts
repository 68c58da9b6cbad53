const space = 32;
const zero = 48;
const point = 46 - zero;
const comma = 44 - zero;
/** Division by an exact power of ten is correctly rounded, so this gives what `Number` gives, as long as both are exact. */
const powers = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
const exactLimit = Number.MAX_SAFE_INTEGER / 10 - 1;

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
const percent = 37;

/** Where {@link NumberReader.read} writes, and what each column is multiplied by unless its value has a suffix. */
export interface NumberTarget {
  readonly factors: Float64Array;
  readonly values: number[];
}

/** Reads the numbers of rows: one pass over the bytes, no strings. This is where the parser's time goes. */
export class NumberReader {
  #at = 0;

  /**
   * Reads as many numbers as there are factors, separated by white space; NUL counts as such.
   *
   * @returns the place behind the last of them; -1 when the bytes are anything out of the ordinary.
   */
  read(bytes: Uint8Array, start: number, end: number, { factors, values }: NumberTarget): number {
    this.#at = start;
    for (let field = 0; field < factors.length; field++) {
      const value = this.#number(bytes, end);
      const factor = this.#factor(bytes, end, factors[field] as number);
      if (value < 0 || factor === 0) return -1;
      values[field] = value * factor;
    }
    return this.#at;
  }

  #number(bytes: Uint8Array, end: number): number {
    let at = this.#at;
    while (at < end && (bytes[at] as number) <= space) at++;
    const start = at;
    let mantissa = 0;
    let pointAt = -1;
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - zero;
      if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
      else if ((digit === point || digit === comma) && pointAt === -1) pointAt = at;
      else break;
    }
    this.#at = at;
    const decimals = pointAt === -1 ? 0 : at - pointAt - 1;
    if (at === start || pointAt === start || decimals >= powers.length || mantissa > exactLimit) return -1;
    return decimals === 2 ? mantissa / 100 : mantissa / (powers[decimals] as number);
  }

  /** The suffix's factor, else the column's; 0 when something else stands there. */
  #factor(bytes: Uint8Array, end: number, columnFactor: number): number {
    const byte = this.#at < end ? (bytes[this.#at] as number) : space;
    if (byte <= space) return columnFactor;
    this.#at++;
    if (this.#at < end && (bytes[this.#at] as number) > space) return 0;
    return byte === percent ? columnFactor : (suffixFactors[byte] as number);
  }
}

/** The value of one printed field, for rows that {@link readNumbers} does not take; undefined when it is not a number. */
export function parseNumber(field: string, columnFactor: number): number | undefined {
  const [, digits, suffix = ''] = /^([+-]?(?:\d+[.,]?\d*|[.,]\d+))([sBkMGTP?%]?)$/.exec(field) ?? [];
  if (digits === undefined) return /^[+-]?(nan|inf)%?$/i.test(field) ? Number.NaN : undefined;
  return Number(digits.replace(',', '.')) * (suffixes[suffix] ?? columnFactor);
}
