/** JSON for a program that is safe to look at in a terminal, too. */
export const renderJson = (value: object): string => `${escapeControls(JSON.stringify(value, undefined, 2))}\n`;

/** As {@link renderJson}, in one line: for what has no end. */
export const renderJsonLine = (value: object): string => `${escapeControls(JSON.stringify(value))}\n`;

const escapeControls = (json: string): string =>
  json.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => escaped(character.charCodeAt(index))).join(''),
  );

const escaped = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;
