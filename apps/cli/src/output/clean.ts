/**
 * What a terminal may act on or a reader may be deceived by: controls (C0, DEL, C1), what turns the writing direction or is
 * not seen, and separators of lines and paragraphs (https://www.unicode.org/reports/tr44/#General_Category_Values).
 */
export const unclean = '[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]';

const anyUnclean = new RegExp(unclean, 'gu');

/** The text as one line that only shows characters, whatever was in it; as many UTF-16 units long at most. */
export const oneLine = (text: string): string => text.replace(anyUnclean, '\uFFFD');
