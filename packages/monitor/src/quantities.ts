const kilobyte = 1024;

/** `29.85 kB/s`, as iostat counts: a kB has 1024 bytes. */
export function formatRate(bytesPerSecond: number): string {
  const megabyte = kilobyte ** 2;
  return bytesPerSecond < megabyte
    ? `${(bytesPerSecond / kilobyte).toFixed(2)} kB/s`
    : `${(bytesPerSecond / megabyte).toFixed(2)} MB/s`;
}

const suffixes = ['', 'K', 'M', 'G', 'T', 'P'];

/** At most five characters: `0`, `900`, `0.98K`, `29.9K`, `812M`. */
export function formatShort(bytes: number): string {
  let power = 0;
  let value = bytes;
  while (value >= 999.5 && power < suffixes.length - 1) {
    value /= kilobyte;
    power += 1;
  }
  const decimals = power === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(decimals)}${suffixes[power]}`;
}
