/** How a check came out: `bad` keeps guests from running or the host from being safe from them, `doubtful` may. */
export interface Check {
  readonly name: string;
  readonly verdict: 'good' | 'doubtful' | 'bad';
  /** What was found. */
  readonly found: string;
  /** What to do about it; absent when all is well. */
  readonly remedy?: string;
}

export const good = (name: string, found: string): Check => ({ name, verdict: 'good', found });

export const wrong = (
  verdict: 'bad' | 'doubtful',
  name: string,
  [found, remedy]: readonly [string, string],
): Check => ({ name, verdict, found, remedy });
