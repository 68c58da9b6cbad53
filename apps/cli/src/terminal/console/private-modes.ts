const [esc, c1Introducer] = ['\x1b', '\x9b'];
/** Private modes are set, reset or brought back: `ESC [ ? 1049 h` (DECSET, DECRST, XTRESTORE). */
const sequence = new RegExp(`(?:${esc}\\[|${c1Introducer})\\?([\\d;:]*)([hlr])`, 'g');

/** Terminals pass by other controls within a sequence. */
const isPartOfSequence = (byte: number): boolean => byte === 0x1b || byte === 0x9b || (byte >= 0x20 && byte < 0x7f);

/** Longer than a sequence is. */
const longest = 64;

/** Follows which of a few private modes a guest has set, through the bytes that it sends. */
export class PrivateModes {
  readonly #followed: ReadonlySet<number>;
  readonly #set = new Set<number>();
  #rest = '';

  constructor(followed: readonly number[]) {
    this.#followed = new Set(followed);
  }

  watch(bytes: Uint8Array): void {
    const text = this.#rest + Buffer.from(bytes.filter(isPartOfSequence)).toString('latin1');
    for (const [, modes = '', final] of text.matchAll(sequence))
      for (const mode of modes.split(/[;:]/).map(Number)) this.#note(mode, final !== 'l');
    this.#rest = text.slice(-longest);
  }

  hasAny(...modes: readonly number[]): boolean {
    return modes.some((mode) => this.#set.has(mode));
  }

  #note(mode: number, on: boolean): void {
    if (on && this.#followed.has(mode)) this.#set.add(mode);
    else this.#set.delete(mode);
  }
}
