import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A call, or another message, as it came over the socket. */
export interface Call {
  readonly program: number;
  readonly procedure: number;
  readonly type: number;
  readonly serial: number;
  readonly status: number;
  readonly body: Buffer;
}

/** A server that speaks only when a test says what. */
export interface FakeDaemon extends AsyncDisposable {
  readonly socket: string;
  /** What was received and not answered by the opening, in order. */
  readonly calls: readonly Call[];
}

/** Answers a call, or does something worse. */
export type Answer = (call: Call, peer: Socket) => void;

export const u32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, 4 * index);
  return bytes;
};

/** A string in XDR. */
export const xdr = (text: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(text);
  return Buffer.concat([u32(bytes.length), bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
};

/** A domain as libvirtd describes it. */
export const domain = (name: string, id = -1): Buffer =>
  Buffer.concat([xdr(name), Buffer.from('00112233445566778899aabbccddeeff', 'hex'), u32(id)]);

/** A message; what is left out makes it a successful reply of the remote program. */
export const message = (
  header: { program?: number; procedure: number; type?: number; serial: number; status?: number },
  ...body: Buffer[]
): Buffer => {
  const { program = 0x20008086, procedure, type = 1, serial, status = 0 } = header;
  const rest = Buffer.concat([u32(program, 1, procedure, type, serial, status), ...body]);
  return Buffer.concat([u32(rest.length + 4), rest]);
};

export const reply = ({ procedure, serial }: Call, ...body: Buffer[]): Buffer =>
  message({ procedure, serial }, ...body);

/** An error reply with the fields that libvirt fills. */
export const errorReply = (
  { procedure, serial }: Pick<Call, 'procedure' | 'serial'>,
  { code = 42, domain = 10, text = xdr('no such thing'), level = 2 } = {},
): Buffer => message({ procedure, serial, status: 1 }, u32(code, domain, 1), text, u32(level, 0, 0, 0, 0, 0, 0, 0));

/** AuthList is answered with "none", ConnectOpen and ConnectClose with success. */
const opening = new Map([
  [66, u32(1, 0)],
  [1, Buffer.alloc(0)],
  [2, Buffer.alloc(0)],
]);

/** Listens on a socket of its own; `answer` gets every call but those that open and close a connection. */
export async function startFakeDaemon(answer: Answer, alsoOpening = false): Promise<FakeDaemon> {
  const folder = await mkdtemp(join(tmpdir(), 'fake-libvirtd-'));
  const socket = join(folder, 'libvirt-sock');
  const calls: Call[] = [];
  const peers = new Set<Socket>();
  const server = createServer((peer) => {
    peers.add(peer);
    let input = Buffer.alloc(0);
    peer.on('error', () => peer.destroy());
    peer.on('data', (chunk: Buffer) => {
      input = Buffer.concat([input, chunk]);
      while (input.length >= 4 && input.length >= input.readUInt32BE()) {
        const whole = input.subarray(0, input.readUInt32BE());
        input = input.subarray(whole.length);
        const call = {
          program: whole.readUInt32BE(4),
          procedure: whole.readUInt32BE(12),
          type: whole.readUInt32BE(16),
          serial: whole.readUInt32BE(20),
          status: whole.readUInt32BE(24),
          body: whole.subarray(28),
        };
        const opened = alsoOpening || call.type !== 0 ? undefined : opening.get(call.procedure);
        if (opened) peer.write(reply(call, opened));
        else {
          calls.push(call);
          answer(call, peer);
        }
      }
    });
  });
  server.listen(socket);
  await once(server, 'listening');
  return {
    socket,
    calls,
    [Symbol.asyncDispose]: async () => {
      for (const peer of peers) peer.destroy();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}
