/** `1 guest`, `5 guests` */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];

/** `512 MiB`: a size in the largest unit that leaves it whole. */
export function formatSize(bytes: number): string {
  let power = 0;
  while (bytes > 0 && bytes % 1024 ** (power + 1) === 0 && power < units.length - 1) power += 1;
  return `${bytes / 1024 ** power} ${units[power]}`;
}

/** `1.2 GiB`: a size rounded to what a person reads at a glance. */
export function formatRounded(bytes: number): string {
  let power = 0;
  while (bytes / 1024 ** power >= 1000 && power < units.length - 1) power += 1;
  const amount = bytes / 1024 ** power;
  return `${power === 0 || amount >= 99.95 ? Math.round(amount) : amount.toFixed(1)} ${units[power]}`;
}

/** `a, b, c and 44 more` */
export function listNames(names: readonly string[], most = 5): string {
  const more = names.length - most;
  // To say that there is one more takes as much as its name.
  return more > 1 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}
