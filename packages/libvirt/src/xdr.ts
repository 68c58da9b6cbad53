import { isAscii } from 'node:buffer';
import { LibvirtError, protocolError } from './error.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Up to so many bytes a loop here is faster than calls into Node. */
const shortString = 64;

/** Bytes of zeros that bring `length` to a multiple of four. */
const padding = (length: number): number => (4 - (length % 4)) % 4;

/** Writes values as XDR (RFC 4506): big-endian, everything padded to four bytes. */
export class XdrWriter {
  #buffer = Buffer.allocUnsafe(256);
  #length = 0;

  #room(size: number): number {
    const start = this.#length;
    this.#length += size;
    if (this.#length > this.#buffer.length) {
      const grown = Buffer.allocUnsafe(2 * this.#length);
      this.#buffer.copy(grown, 0, 0, start);
      this.#buffer = grown;
    }
    return start;
  }

  int(value: number): void {
    const at = this.#room(4);
    this.#buffer.writeInt32BE(value, at);
  }

  uint(value: number): void {
    const at = this.#room(4);
    this.#buffer.writeUInt32BE(value, at);
  }

  /** An unsigned hyper. */
  ulong(value: bigint): void {
    const at = this.#room(8);
    this.#buffer.writeBigUInt64BE(value, at);
  }

  /** Bytes that are no XDR: a stream's. */
  raw(bytes: Uint8Array): void {
    const at = this.#room(bytes.length);
    this.#buffer.set(bytes, at);
  }

  /** Opaque data whose length both sides know. */
  fixed(bytes: Uint8Array): void {
    const at = this.#room(bytes.length + padding(bytes.length));
    this.#buffer.set(bytes, at);
    this.#buffer.fill(0, at + bytes.length, this.#length);
  }

  /**
   * @throws LibvirtError INVALID_ARGUMENT when libvirt would not see the same text: a NUL ends a string in C, and half
   * of a surrogate pair has no UTF-8.
   */
  string(text: string, maximum: number): void {
    if (/\0|\p{Surrogate}/u.test(text)) {
      throw new LibvirtError({
        code: 'INVALID_ARGUMENT',
        message: `a string for libvirt must be text without NUL: ${JSON.stringify(text.slice(0, 80))}`,
      });
    }
    const bytes = Buffer.from(text);
    if (bytes.length > maximum) {
      throw new LibvirtError({
        code: 'INVALID_ARGUMENT',
        message: `a string of ${bytes.length} bytes is too long for libvirt, which takes ${maximum} at most`,
      });
    }
    this.uint(bytes.length);
    this.fixed(bytes);
  }

  optional<T>(value: T | undefined, write: (value: T) => void): void {
    this.uint(value === undefined ? 0 : 1);
    if (value !== undefined) write(value);
  }

  /** What was written so far. */
  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }
}

/**
 * Reads XDR that nobody vouches for. Every read checks its length against the bytes that are there before it takes
 * memory, and throws a LibvirtError PROTOCOL when they do not fit.
 */
export class XdrReader {
  readonly #buffer: Buffer;
  readonly #view: DataView;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
    this.#view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  }

  get remaining(): number {
    return this.#buffer.length - this.#at;
  }

  #take(size: number): number {
    if (size > this.remaining) throw protocolError(`a message ends ${size - this.remaining} bytes too early`);
    const start = this.#at;
    this.#at += size;
    return start;
  }

  int(): number {
    return this.#view.getInt32(this.#take(4));
  }

  uint(): number {
    return this.#view.getUint32(this.#take(4));
  }

  /** An unsigned hyper. */
  ulong(): bigint {
    return this.#view.getBigUint64(this.#take(8));
  }

  /** A hyper. */
  long(): bigint {
    return this.#view.getBigInt64(this.#take(8));
  }

  double(): number {
    return this.#view.getFloat64(this.#take(8));
  }

  /** Everything left, which is no XDR: a stream's bytes. */
  rest(): Buffer {
    const start = this.#take(this.remaining);
    return this.#buffer.subarray(start);
  }

  fixed(length: number): Buffer {
    const start = this.#take(length + padding(length));
    return this.#buffer.subarray(start, start + length);
  }

  #length(maximum: number): number {
    const length = this.uint();
    if (length > maximum) throw protocolError(`a string claims ${length} bytes, more than the ${maximum} allowed`);
    return length;
  }

  string(maximum: number): string {
    const length = this.#length(maximum);
    const start = this.#take(length + padding(length));
    const end = start + length;
    if (length <= shortString && this.#isPlain(start, end)) return this.#buffer.toString('latin1', start, end);
    const bytes = this.#buffer.subarray(start, end);
    if (bytes.includes(0)) throw protocolError('a string contains a NUL');
    if (isAscii(bytes)) return bytes.toString('latin1'); // five times faster, and nearly every string
    try {
      return utf8.decode(bytes);
    } catch (cause) {
      throw new LibvirtError({ code: 'PROTOCOL', message: 'a string is not UTF-8', cause });
    }
  }

  /** Text for people: a message may quote a program's raw output, so what is not UTF-8 becomes U+FFFD. */
  message(maximum: number): string {
    return this.fixed(this.#length(maximum)).toString();
  }

  /** Whether these bytes are ASCII without NUL. */
  #isPlain(start: number, end: number): boolean {
    for (let at = start; at < end; at++) {
      const byte = this.#buffer[at] as number;
      if (byte === 0 || byte > 127) return false;
    }
    return true;
  }

  optional<T>(read: () => T): T | undefined {
    const present = this.uint();
    if (present > 1) throw protocolError(`an optional value is marked ${present} instead of 0 or 1`);
    return present === 1 ? read() : undefined;
  }

  /**
   * @param limits at most how many items, and the fewest bytes an item can have, so that a false count is seen before
   * anything is read
   */
  array<T>(limits: { readonly maximum: number; readonly itemSize: number }, read: () => T): T[] {
    const count = this.uint();
    if (count > limits.maximum || count * limits.itemSize > this.remaining) {
      throw protocolError(`a list claims ${count} items, more than fit into its message`);
    }
    const items: T[] = [];
    for (let item = 0; item < count; item++) items.push(read());
    return items;
  }

  /** @throws LibvirtError PROTOCOL when something is left over. */
  end(): void {
    if (this.remaining > 0) throw protocolError(`a message has ${this.remaining} bytes too many`);
  }
}
