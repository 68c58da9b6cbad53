import { LibvirtError, protocolError } from './error.ts';
import { type XdrReader, XdrWriter } from './xdr.ts';

/** VIR_NET_MESSAGE_MAX plus the length field, which it does not count (virnetprotocol.x). */
export const messageMax = 32 * 1024 * 1024 + 4;

const lengthSize = 4;
const headerSize = 24;

/** virNetMessageType, without those that pass file descriptors, which this client never asks for. */
export const messageType = { call: 0, reply: 1, message: 2, stream: 3, streamHole: 6 } as const;

/** virNetMessageStatus. */
export const messageStatus = { ok: 0, error: 1, continue: 2 } as const;

/** virNetMessageHeader. */
export interface MessageHeader {
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  readonly type: number;
  readonly serial: number;
  readonly status: number;
}

export function encodeMessage(header: MessageHeader, writeBody: (out: XdrWriter) => void): Buffer {
  const out = new XdrWriter();
  out.uint(0);
  out.uint(header.program);
  out.uint(header.version);
  out.int(header.procedure);
  out.int(header.type);
  out.uint(header.serial);
  out.int(header.status);
  writeBody(out);
  const bytes = out.bytes();
  if (bytes.length > messageMax) {
    throw new LibvirtError({
      code: 'INVALID_ARGUMENT',
      message: `a call of ${bytes.length} bytes is too long for libvirt, which takes ${messageMax} at most`,
    });
  }
  bytes.writeUInt32BE(bytes.length);
  return bytes;
}

export function decodeHeader(input: XdrReader): MessageHeader {
  return {
    program: input.uint(),
    version: input.uint(),
    procedure: input.int(),
    type: input.int(),
    serial: input.uint(),
    status: input.int(),
  };
}

/** Cuts a stream of bytes into messages, however the bytes are split into chunks. */
export class MessageSplitter {
  #store = Buffer.alloc(0);
  #size = 0;

  /**
   * @returns the messages that `chunk` completes, each without its length field
   * @throws LibvirtError PROTOCOL at a length no message can have, before anything is kept for it
   */
  *push(chunk: Buffer): Generator<Buffer, void, undefined> {
    let input = this.#append(chunk);
    for (let length = claimedLength(input); length <= input.length; length = claimedLength(input)) {
      yield input.subarray(lengthSize, length);
      input = input.subarray(length);
    }
    if (input.length !== this.#size) this.#keep(input);
  }

  #append(chunk: Buffer): Buffer {
    if (this.#size === 0) return chunk;
    const size = this.#size + chunk.length;
    if (size > this.#store.length) {
      const grown = Buffer.allocUnsafe(2 * size);
      this.#store.copy(grown, 0, 0, this.#size);
      this.#store = grown;
    }
    chunk.copy(this.#store, this.#size);
    this.#size = size;
    return this.#store.subarray(0, size);
  }

  /** Copies, so that messages handed out are not overwritten by what comes next. */
  #keep(rest: Buffer): void {
    this.#store = Buffer.from(rest);
    this.#size = rest.length;
  }
}

/** The length of the message at the start of `input`; Infinity when too little of it is there to know. */
function claimedLength(input: Buffer): number {
  if (input.length < lengthSize) return Number.POSITIVE_INFINITY;
  const length = input.readUInt32BE();
  if (length < lengthSize + headerSize || length > messageMax) {
    throw protocolError(`a message claims ${length} bytes, outside ${lengthSize + headerSize} to ${messageMax}`);
  }
  return length;
}
