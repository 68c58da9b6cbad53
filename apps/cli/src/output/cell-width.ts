import { eastAsianWidth } from 'get-east-asian-width';

const mark = /\p{M}/u;

/** How many cells of a terminal one character takes: none for what is put onto another, two for East Asian ones and pictures. */
export const characterWidth = (character: string): number =>
  mark.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0);

/** How many cells of a terminal a text takes. */
export const cellWidth = (text: string): number =>
  [...text].reduce((sum, character) => sum + characterWidth(character), 0);
