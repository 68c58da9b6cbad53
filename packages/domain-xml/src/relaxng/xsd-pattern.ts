/** Classes that XML Schema's expressions have and JavaScript's have not. */
const letters = new Map([
  ['i', '\\p{L}_:'],
  ['c', '\\p{L}\\p{N}\\p{M}_:.\\-\\u{B7}'],
  ['d', '\\p{Nd}'],
  ['w', '\\p{L}\\p{M}\\p{N}\\p{S}'],
  ['s', ' \\t\\n\\r'],
  ['n', '\\n'],
  ['r', '\\r'],
  ['t', '\\t'],
]);

/**
 * A regular expression of XML Schema as JavaScript's: it matches the whole text, and `^` and `$` are but characters.
 *
 * @throws SyntaxError when it is none.
 */
export function patternExpression(pattern: string): RegExp {
  const source = pattern.replace(/\[(\^?)((?:\\.|[^\\\]])*)\]|\\.|[.^$]/gsu, (piece, not?: string, members?: string) =>
    members === undefined ? outsideClass(piece) : `[${not}${members.replace(/\\.|./gsu, insideClass)}]`,
  );
  return new RegExp(`^(?:${source})$`, 'u');
}

function outsideClass(piece: string): string {
  if (piece === '.') return '[^\\n\\r]';
  const [letter = '', escaped] = piece;
  if (escaped === undefined) return literal(letter);
  const set = letters.get(escaped);
  if (set !== undefined) return `[${set}]`;
  const complement = letters.get(escaped.toLowerCase());
  if (complement !== undefined) return `[^${complement}]`;
  return escaped === 'p' || escaped === 'P' ? piece : literal(escaped);
}

function insideClass(piece: string, at: number, members: string): string {
  const escaped = piece.slice(1);
  if (piece.startsWith('\\') && escaped !== '') return letters.get(escaped) ?? literal(escaped);
  return piece === '-' && at > 0 && at < members.length - 1 ? piece : literal(piece);
}

const literal = (character: string): string =>
  /[A-Za-z0-9]/.test(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
