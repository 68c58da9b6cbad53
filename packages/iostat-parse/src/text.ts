/** The two web classes that are used here: the compiler is given no library that declares them. */
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const pieceLength = 65_536;

export const decodeText = (bytes: Uint8Array): string => decoder.decode(bytes);
export const encodeText = (text: string): Uint8Array => encoder.encode(text);

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;

/** Strings to UTF-8, in pieces, so that a long string costs little memory. A character may be split between two strings. */
export class Utf8Writer {
  #half = '';

  *write(text: string): Iterable<Uint8Array> {
    const whole = this.#half + text;
    this.#half = '';
    let start = 0;
    while (start < whole.length) {
      let end = Math.min(start + pieceLength, whole.length);
      if (isHighSurrogate(whole.charCodeAt(end - 1))) end -= 1;
      if (end === start) {
        this.#half = whole.slice(start, start + 1);
        return;
      }
      yield encodeText(whole.slice(start, end));
      start = end;
    }
  }
}
