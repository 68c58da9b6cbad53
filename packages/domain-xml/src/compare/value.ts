import { pathPattern } from './path-pattern.ts';
import type { Tree } from './tree.ts';

const powers = new Map([
  ['k', 1],
  ['m', 2],
  ['g', 3],
  ['t', 4],
  ['p', 5],
  ['e', 6],
]);

/**
 * An amount in bytes. Units are libvirt's: `KiB` (also `K`) is 1024 bytes, `KB` 1000, `b` and `bytes` one; `fallback` is
 * the unit when none is given.
 */
export function bytesOf(amount: string, unit: string | undefined, fallback: string): bigint | undefined {
  if (!/^[0-9]{1,24}$/.test(amount)) return undefined;
  const [, letter = '', rest = ''] = /^([kmgtpe])?(ib|b|bytes?)?$/i.exec(unit ?? fallback) ?? [];
  const power = powers.get(letter.toLowerCase()) ?? 0;
  return BigInt(amount) * (rest.toLowerCase() === 'b' ? 1000n : 1024n) ** BigInt(power);
}

/** Elements whose text the guest or a person reads as it stands: the serial number 007 is not 7. */
const words = new Set([
  'serial',
  'wwn',
  'vendor',
  'product',
  'entry',
  'name',
  'title',
  'description',
  'cmdline',
  'arg',
]);

/** libvirt writes UUIDs in lower case among them. */
const sameWords = (one: string, other: string): boolean =>
  one.trim() === other.trim() || (one.includes('-') && sameValue(one, other));

/** Amounts that say no unit are in KiB, but for these: src/conf/domain_conf.c. */
const inMiB = pathPattern('features.smm.tseg.# features.tcg.tb-cache.# devices.shmem.size.#');
const inBytes = pathPattern('devices.disk.**.max_size.# devices.filesystem.space_*_limit.#');

/** Whether two elements at a place (`memory.#`) have the same text, be it in other units. */
export function sameContent(path: string, one: Tree, other: Tree): boolean {
  if (one.ordered !== other.ordered) return false;
  if (words.has(one.name)) return sameWords(one.text, other.text);
  if (!one.attributes.has('unit') && !other.attributes.has('unit')) return sameValue(one.text, other.text);
  const unit = inBytes(path) ? 'bytes' : inMiB(path) ? 'MiB' : 'KiB';
  const [a, b] = [one, other].map(({ text, attributes }) => bytesOf(text, attributes.get('unit'), unit));
  if (a === undefined || b === undefined) return sameValue(one.text, other.text);
  return a === b || (unit === 'KiB' && inKiB(a) === inKiB(b));
}

/** Bytes as the whole KiB in which libvirt keeps sizes of memory: src/conf/domain_conf.c, virDomainParseMemory, rounds up. */
export const inKiB = (bytes: bigint): bigint => (bytes + 1023n) / 1024n;

/** Whether two values say the same: numbers in any base and with leading zeros, MAC addresses and UUIDs in any case. */
export function sameValue(one: string, other: string): boolean {
  return one === other || canonicalValue(one) === canonicalValue(other);
}

/** The one spelling of a value that is the same for all that say the same. */
export function canonicalValue(value: string): string {
  const text = value.trim();
  if (/^(?:0x[0-9a-f]{1,16}|[0-9]{1,20})$/i.test(text)) return String(BigInt(text));
  if (/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i.test(text)) return text.toLowerCase();
  if (/^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text)) return text.toLowerCase().replaceAll('-', '');
  return text;
}
