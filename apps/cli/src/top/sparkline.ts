const blocks = '▁▂▃▄▅▆▇█';
const plain = '_.:-=+*#';

/**
 * The newest values as a line of bars, each relative to the largest that is shown; nothing at all is a space.
 *
 * ```text
 * sparkline([0, 1, 2, 8], 6)    "   ▁▂█"
 * ```
 *
 * @param ascii for terminals that know no more
 */
export function sparkline(values: readonly number[], width: number, ascii = false): string {
  const shown = width > 0 ? values.slice(-width) : [];
  const largest = Math.max(...shown, 0);
  const bars = ascii ? plain : blocks;
  const bar = (value: number): string =>
    value > 0 ? (bars[Math.ceil((value / largest) * bars.length) - 1] ?? ' ') : ' ';
  return shown.map(bar).join('').padStart(width);
}
