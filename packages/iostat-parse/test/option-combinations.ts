/** One way to call iostat, and the way to get the same numbers as JSON. */
export interface Combination {
  /** Assignments for env(1). */
  readonly environment: readonly string[];
  readonly options: readonly string[];
  /** The options that decide which numbers there are; the others decide how they look. */
  readonly jsonOptions: readonly string[];
  readonly decimals: number;
  readonly human: boolean;
}

const units = [
  { environment: [], options: [] },
  { environment: [], options: ['-k'] },
  { environment: [], options: ['-m'] },
  { environment: ['POSIXLY_CORRECT=1'], options: [] },
];
const tables = [[], ['-x'], ['-s'], ['-x', '-s']];
const shapes = [[], ['-h'], ['--human'], ['--pretty'], ['--compact'], ['-h', '-t']];
const decimals = [2, 1, 0];
const selections = [
  [],
  ['-N'],
  ['-z'],
  ['-p', 'ALL'],
  ['-p'],
  ['-g', 'ALL'],
  ['-H', '-g', 'all', 'ALL'],
  ['-d'],
  ['-c'],
];
const looks = [
  { environment: ['S_COLORS=always'], options: [] },
  { environment: ['S_TIME_FORMAT=ISO'], options: ['-t'] },
  { environment: [], options: ['-t', '--pretty'] },
];

/** Here iostat 12.6 itself prints zeros for a group, in all tables but the first. */
const misprinted = (options: readonly string[]): boolean =>
  ['--pretty', '-x', '-g'].every((option) => options.includes(option)) && !options.includes('-s');

export const optionCombinations: readonly Combination[] = [
  ...units.flatMap((unit) =>
    tables.flatMap((table) =>
      shapes.flatMap((shape) =>
        decimals.map((count) => ({
          environment: unit.environment,
          options: [...unit.options, ...table, ...shape, `--dec=${count}`],
          jsonOptions: [...unit.options, ...table],
          decimals: count,
          human: shape.includes('-h') || shape.includes('--human'),
        })),
      ),
    ),
  ),
  ...selections.flatMap((selection) =>
    tables.flatMap((table) =>
      looks.map((look) => ({
        environment: look.environment,
        options: [...look.options, ...table, ...selection],
        jsonOptions: [...table, ...selection],
        decimals: 2,
        human: false,
      })),
    ),
  ),
].filter(({ options }) => !misprinted(options));
