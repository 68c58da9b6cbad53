import { LvmError } from './errors.ts';

const UNITS = ['K', 'M', 'G', 'T', 'P'];

/**
 * Reads a size as people type it: `8GiB`, `500M`, `1.5 T`, `4096B`. Units are powers of 1024, as those of `lvcreate -L`.
 *
 * @returns bytes
 * @throws LvmError `invalid-size`
 */
export function parseSize(text: string): number {
  const [, number = '', unit = '', rest = ''] =
    /^\s*(\d{1,15}(?:\.\d{1,6})?)\s*([kmgtpb]?)(ib|b)?\s*$/i.exec(text) ?? [];
  if (number === '') throw invalid(text, 'is not a size');
  if (unit === '' || (unit.toLowerCase() === 'b' && rest !== '')) throw invalid(text, 'has no unit');
  if (/^b$/i.test(rest)) throw invalid(text, `may mean powers of 1000 or of 1024`);
  const bytes = Number(number) * 1024 ** (UNITS.indexOf(unit.toUpperCase()) + 1);
  if (!Number.isSafeInteger(bytes)) throw invalid(text, 'is not a whole number of bytes');
  return bytes;
}

const invalid = (text: string, fault: string): LvmError =>
  new LvmError('invalid-size', `${JSON.stringify(text)} ${fault}.`, { remedy: 'Write 8GiB or 500M for instance.' });

/** `8 GiB`, `1.25 GiB`: in the largest unit in which three decimals tell it exactly. */
export function formatSize(bytes: number): string {
  for (let power = UNITS.length; power > 0; power--) {
    const amount = bytes / 1024 ** power;
    if (amount >= 1 && Number(amount.toFixed(3)) === amount) return `${amount} ${UNITS[power - 1]}iB`;
  }
  return `${bytes} bytes`;
}
