import type { Combination } from './option-combinations.ts';

/** Copies the counters of devices and, one folder deeper, of their partitions, to where they stand still. */
const freeze = `
for name in stat uptime diskstats; do cat /proc/$name >$name; done
mkdir block
for file in /sys/block/*/stat /sys/block/*/*/stat; do
  [ -e "$file" ] || continue
  copy=block/\${file#/sys/block/}
  mkdir -p "\${copy%/stat}"
  cat "$file" >"$copy"
done
`;

/**
 * A shell script that runs iostat with every combination, as `<number>.txt` and as `<number>.json` in its folder, on
 * counters that stand still. It wants a mount namespace of its own.
 */
export const iostatRuns = (combinations: readonly Combination[]): string =>
  [
    'set -eu',
    freeze,
    ...['stat', 'uptime', 'diskstats'].map((name) => `mount --bind ${name} /proc/${name}`),
    'mount --bind block /sys/block',
    ...combinations.flatMap(({ environment, options, jsonOptions }, at) => [
      `env LC_ALL=C ${environment.join(' ')} iostat ${options.join(' ')} >${at}.txt`,
      `env LC_ALL=C ${environment.join(' ')} iostat ${jsonOptions.join(' ')} -o JSON >${at}.json`,
    ]),
  ].join('\n');
