import { decodeText } from './text.ts';

const tokenLimit = 4096;

/** Takes JSON's tokens. Commas and colons are not reported: iostat's JSON has commas too many and too few. */
export interface JsonSink {
  open(bracket: '{' | '['): void;
  close(bracket: '}' | ']'): void;
  string(text: string): void;
  number(value: number): void;
  /** Bytes that are no token of JSON. */
  fault(message: string): void;
}

/** JSON's tokens out of any chunks. What it lets pass is for the sake of old versions; what it refuses goes to `fault`. */
export class JsonTokens {
  readonly #sink: JsonSink;
  readonly #token = new Uint8Array(tokenLimit);
  #length = 0;
  #state: 'between' | 'string' | 'escape' | 'word' = 'between';
  line = 1;
  column = 0;

  constructor(sink: JsonSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    for (const byte of chunk) {
      this.column++;
      if (this.#state === 'between') this.#between(byte);
      else if (this.#state === 'word') this.#inWord(byte);
      else this.#inString(byte);
      if (byte === 10) {
        this.line++;
        this.column = 0;
      }
    }
  }

  #between(byte: number): void {
    const char = String.fromCharCode(byte);
    if (byte <= 32 || char === ',' || char === ':') return;
    if (char === '{' || char === '[') this.#sink.open(char);
    else if (char === '}' || char === ']') this.#sink.close(char);
    else if (char === '"') this.#state = 'string';
    else if (/[-+.\w]/.test(char)) {
      this.#state = 'word';
      this.#keep(byte);
    } else this.#sink.fault(`${JSON.stringify(char)} is no JSON`);
  }

  /** Numbers, `true`, `nan`. A comma goes on with a number when a digit follows: old versions print `16,87`. */
  #inWord(byte: number): void {
    const char = String.fromCharCode(byte);
    const afterComma = this.#token[this.#length - 1] === 44;
    if (/\d/.test(char) || (!afterComma && /[-+.,\w]/.test(char))) {
      this.#keep(byte);
      return;
    }
    const word = decodeText(this.#token.subarray(0, afterComma ? this.#length - 1 : this.#length));
    this.#reset();
    const value = /^-?(nan|inf|null)$/i.test(word) ? Number.NaN : Number(word.replace(',', '.'));
    if (Number.isNaN(value) && !/nan|inf|null/i.test(word)) this.#sink.fault(`${JSON.stringify(word)} is no number`);
    else this.#sink.number(value);
    this.#between(byte);
  }

  #inString(byte: number): void {
    if (byte === 10) {
      this.#reset();
      this.#sink.fault('a string goes on behind the end of its line');
      return;
    }
    if (this.#state === 'escape') this.#state = 'string';
    else if (byte === 92) this.#state = 'escape';
    else if (byte === 34) {
      const text = decodeText(this.#token.subarray(0, this.#length));
      this.#reset();
      this.#sink.string(text.includes('\\') ? unescaped(text) : text);
      return;
    }
    this.#keep(byte);
  }

  #keep(byte: number): void {
    if (this.#length < tokenLimit) this.#token[this.#length++] = byte;
    else {
      this.#reset();
      this.#sink.fault(`a token of more than ${tokenLimit} bytes`);
    }
  }

  #reset(): void {
    this.#state = 'between';
    this.#length = 0;
  }
}

const escapes: { readonly [letter in string]?: string } = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const unescaped = (text: string): string =>
  text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, hex: string | undefined, letter: string | undefined) =>
    hex === undefined ? (escapes[letter ?? ''] ?? letter ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
