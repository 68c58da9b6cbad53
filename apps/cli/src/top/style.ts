import type { Paint } from '../output/paint.ts';

/** What the terminal can show. */
export interface Style {
  readonly paint: Paint;
  /** Only ASCII: the locale is not UTF-8. */
  readonly ascii: boolean;
}

/** Whether a locale says that the terminal knows but ASCII (locale(7): LC_ALL, LC_CTYPE, LANG, the first that is set). */
export function isAsciiLocale(env: Readonly<Partial<Record<string, string>>>): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  return !/utf-?8/i.test(locale);
}
