/** Text of which nothing but line breaks and tabs moves the cursor, sets colours or turns the writing direction. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) =>
    character === '\n' || character === '\t' ? character : '\uFFFD',
  );
}

/** JSON for a program that is safe to look at in a terminal, too. */
export function renderJson(value: object): string {
  const json = JSON.stringify(value, undefined, 2).replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => escaped(character.charCodeAt(index))).join(''),
  );
  return `${json}\n`;
}

const escaped = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;
