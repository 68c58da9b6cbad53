const LONGEST_QUOTE = 60;
/** Characters a terminal acts on rather than shows: controls, line separators, changes of writing direction. */
const UNSHOWABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

const codeOf = (character: string): string => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;

/** Text of at most so many characters, with a mark where some are left out. */
export const cut = (text: string, longest: number): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text;

/** Text in double quotes, cut when long, with nothing in it that a terminal would act on. */
export function quote(text: string): string {
  return JSON.stringify(cut(text, LONGEST_QUOTE)).replace(UNSHOWABLE, codeOf);
}

/** Text of the same width with nothing in it that a terminal would act on; tabs stay. */
export function masked(text: string): string {
  return text.replace(UNSHOWABLE, (character) => (character === '\t' ? '\t' : '\uFFFD'.repeat(character.length)));
}

/** A value of the file, short, as a message that begins with it names it. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'An empty list' : 'A list';
  if (typeof value === 'object') return 'A map';
  return typeof value === 'string' ? quote(value) : String(value);
}
