import type { Socket } from 'node:net';
import {
  type Answer,
  type Call,
  domain,
  errorReply,
  type FakeDaemon,
  message,
  reply,
  startFakeDaemon,
  u32,
  xdr,
} from '@kvm/ci/fake-daemon';

/** Of `enum remote_procedure`. */
const procedures = {
  state: 212,
  autostart: 15,
  addresses: 353,
  feature: 60,
  register: 316,
  deregister: 317,
  screenshot: 211,
  console: 201,
} as const;
const qemuProgram = 0x20008087;
const stream = 3;

/** That of all domains here. */
export const fakeUuid = '00112233-4455-6677-8899-aabbccddeeff';

export interface HostileWords {
  /** What domains are named, and all else that libvirtd names. */
  readonly word: string;
  /** What libvirtd answers instead of doing something, with the word in it. */
  readonly refuses?: boolean;
  /** What a guest's console and screen show. */
  readonly bytes?: Uint8Array;
  /** The guest's console does not end with its bytes. */
  readonly staysOn?: boolean;
  /** What a program in a guest prints. */
  readonly output?: string;
}

/** XML 1.0 knows no other characters. */
const xmlText = (word: string): string =>
  word
    .replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"'\r]/g, (character) => `&#${character.codePointAt(0)};`);

const parameter = (name: string, value: string | number): Buffer =>
  typeof value === 'string'
    ? Buffer.concat([xdr(name), u32(7), xdr(value)])
    : Buffer.concat([xdr(name), u32(4, 0, value)]);

/** A libvirtd all of whose words are somebody's who wants to do something to the terminal. */
export async function startHostileLibvirtd(words: HostileWords): Promise<FakeDaemon & { readonly uri: string }> {
  const daemon = await startFakeDaemon(answerWith(words));
  return { ...daemon, uri: `qemu+unix:///system?socket=${encodeURIComponent(daemon.socket)}` };
}

function answerWith({
  word,
  refuses = false,
  bytes = Buffer.from(word),
  staysOn = false,
  output = word,
}: HostileWords): Answer {
  const named = domain(word, 1);
  const text = xmlText(word);
  const xml = `<domain type='kvm'><name>${text}</name><uuid>${fakeUuid}</uuid><title>${text}</title><os><type>hvm</type>
    <cmdline>${text}</cmdline></os><devices><disk type='file'><source file='${text}'/><target dev='${text}'/></disk>
    <interface type='bridge'><source bridge='${text}'/></interface></devices></domain>`;
  const parameters = [
    Buffer.concat([xdr('state.state'), u32(1, 1)]),
    ...['net', 'block'].flatMap((kind) => [
      Buffer.concat([xdr(`${kind}.count`), u32(2, 1)]),
      parameter(`${kind}.0.name`, word),
      parameter(`${kind}.0.path`, word),
    ]),
    parameter(word, word),
  ];
  const answers = new Map<number, Buffer>([
    [10, named],
    [4, u32(0, 7_002_000)],
    [7, xdr('<capabilities/>')],
    [12, Buffer.alloc(0)],
    [14, xdr(xml)],
    [procedures.autostart, u32(0)],
    [23, named],
    [24, named],
    [27, Buffer.alloc(0)],
    [33, Buffer.alloc(0)],
    [procedures.feature, u32(1)],
    [59, xdr(word)],
    [157, u32(0, 9_000_000)],
    [183, u32(0)],
    [196, named],
    [procedures.state, u32(1, 0)],
    [238, u32(0, 0, 0, 0, 0, 0, 0, 0)],
    [273, Buffer.concat([u32(1), named, u32(1)])],
    [procedures.register, u32(7)],
    [procedures.deregister, Buffer.alloc(0)],
    // Snapshots and checkpoints, each with a name.
    ...[274, 413].map((list) => [list, Buffer.concat([u32(1), xdr(word), named, u32(1)])] as const),
    [281, u32(0, 0)],
    [283, u32(0, 0)],
    [344, Buffer.concat([u32(1), named, u32(parameters.length), ...parameters])],
    [procedures.addresses, Buffer.concat([u32(1), xdr(word), u32(1), xdr(word), u32(1, 0), xdr(word), u32(24)])],
  ]);
  const lookups = new Set([23, 24, 273, procedures.feature, procedures.register, procedures.deregister]);
  return (call, peer) => {
    if (call.type === stream) return confirmEnd(call, peer);
    if (call.program === qemuProgram) return answerAgent(call, peer, output);
    if (refuses && !lookups.has(call.procedure)) {
      // VIR_ERR_OPERATION_FAILED
      peer.write(errorReply(call, { code: 9, text: xdr(word) }));
      return;
    }
    if (call.procedure === procedures.screenshot) return sendBytes(call, peer, bytes, { answer: [u32(1), xdr(word)] });
    if (call.procedure === procedures.console) return sendBytes(call, peer, bytes, { staysOn });
    peer.write(reply(call, answers.get(call.procedure) ?? Buffer.alloc(0)));
    if (call.procedure === procedures.register) sendEvents(call, peer, word);
  };
}

/** A stream's bytes, and its end. */
function sendBytes(
  { procedure, serial }: Call,
  peer: Socket,
  bytes: Uint8Array,
  { answer = [], staysOn = false }: { readonly answer?: readonly Buffer[]; readonly staysOn?: boolean },
): void {
  const packet = (...body: Buffer[]): Buffer => message({ procedure, serial, type: stream, status: 2 }, ...body);
  const parts = [message({ procedure, serial }, ...answer), packet(Buffer.from(bytes)), ...(staysOn ? [] : [packet()])];
  peer.write(Buffer.concat(parts));
}

function confirmEnd({ procedure, serial, status }: Call, peer: Socket): void {
  if (status !== 2) peer.write(message({ procedure, serial, type: stream, status: 0 }));
}

/** One event of each kind that names something. */
function sendEvents({ body }: Call, peer: Socket, word: string): void {
  const named = domain(word, 1);
  const events = new Map<number, readonly [procedure: number, ...rest: Buffer[]]>([
    [0, [318, u32(2, 0)]],
    [1, [319]],
    [
      5,
      [
        323,
        u32(0),
        u32(0),
        xdr(word),
        xdr(word),
        u32(0),
        xdr(word),
        xdr(word),
        xdr(word),
        u32(1),
        xdr(word),
        xdr(word),
      ],
    ],
    [15, [333, xdr(word)]],
    [16, [339, xdr(word), u32(2, 3)]],
    [18, [348, u32(1, 2)]],
  ]);
  const [procedure, ...rest] = events.get(body.readInt32BE()) ?? [];
  if (procedure !== undefined) peer.write(message({ procedure, type: 2, serial: 0 }, u32(7), named, ...rest));
}

/** QEMU's agent: whatever program is run prints the same. */
function answerAgent({ program, procedure, serial, body }: Call, peer: Socket, output: string): void {
  const data = Buffer.from(output).toString('base64');
  const value = body.includes('guest-exec-status')
    ? { exited: true, exitcode: 0, 'out-data': data, 'err-data': data }
    : { pid: 1 };
  peer.write(message({ program, procedure, serial }, u32(1), xdr(JSON.stringify({ return: value }))));
}
