import { randomBytes } from 'node:crypto';
import { unclean } from './clean.ts';

type Colour = (text: string) => string;

/** Colours for text, each as it is on its own and inside another. */
export interface Paint {
  readonly red: Colour;
  readonly green: Colour;
  readonly yellow: Colour;
  readonly magenta: Colour;
  readonly cyan: Colour;
  readonly bold: Colour;
  readonly dim: Colour;
  readonly inverse: Colour;
}

/** What switches each on and off (ECMA-48, SGR). */
const sequences: Record<keyof Paint, readonly [on: string, off: string]> = {
  red: ['31', '39'],
  green: ['32', '39'],
  yellow: ['33', '39'],
  magenta: ['35', '39'],
  cyan: ['36', '39'],
  bold: ['1', '22'],
  dim: ['2', '22'],
  inverse: ['7', '27'],
};

const paintWith = (colour: (sequence: readonly [on: string, off: string]) => Colour): Paint => ({
  red: colour(sequences.red),
  green: colour(sequences.green),
  yellow: colour(sequences.yellow),
  magenta: colour(sequences.magenta),
  cyan: colour(sequences.cyan),
  bold: colour(sequences.bold),
  dim: colour(sequences.dim),
  inverse: colour(sequences.inverse),
});

/** Where colours are not wanted. */
export const plain: Paint = paintWith(() => (text) => text);

/**
 * Colours that can be told from those in foreign text: `ESC`, a word that nobody can guess, and the rest of the sequence.
 * Only {@link Painter.clean} makes sequences of them that a terminal understands.
 */
export class Painter {
  readonly paint: Paint;
  readonly #line: RegExp;
  readonly #document: RegExp;

  constructor() {
    const sign = randomBytes(16).toString('hex');
    const mark = (code: string): string => `\x1b${sign}[${code}m`;
    const ours = `\\x1b${sign}(\\[[0-9]+m)`;
    this.#line = new RegExp(`${ours}|${unclean}`, 'gu');
    const lineEnd = `\\r?(?:\\x1b${sign}\\[[0-9]+m)*\\n`;
    this.#document = new RegExp(`${ours}|(?!\\t|${lineEnd})${unclean}`, 'gu');
    this.paint = paintWith(([on, off]) => (text) => {
      const [begin, end] = [mark(on), mark(off)];
      // The end of a colour inside is not the end of the one around it.
      return begin + text.replaceAll(end, end + begin) + end;
    });
  }

  /** One line: nothing in it but characters and our colours. */
  line(text: string): string {
    return this.#clean(text, this.#line);
  }

  /** As {@link line}, with the line breaks and tabs of a text that has lines of its own. */
  document(text: string): string {
    return this.#clean(text, this.#document);
  }

  #clean(text: string, pattern: RegExp): string {
    return text.replace(pattern, (_found, sequence: string | undefined) =>
      sequence === undefined ? '\uFFFD' : `\x1b${sequence}`,
    );
  }
}
