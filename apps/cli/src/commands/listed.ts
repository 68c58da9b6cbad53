/** The value of an option that is a list with commas in it, given once or more often. */
export const listed = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...value.split(','),
];
