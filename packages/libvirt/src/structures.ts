import { type ErrorReply, LibvirtError } from './error.ts';
import type { XdrReader, XdrWriter } from './xdr.ts';

/** REMOTE_STRING_MAX (remote_protocol.x) and VIR_NET_MESSAGE_STRING_MAX (virnetprotocol.x). */
export const stringMax = 4 * 1024 * 1024;

/** `remote_nonnull_domain`; `id` is -1 for a domain that does not run. */
export interface RemoteDomain {
  readonly name: string;
  readonly uuid: string;
  readonly id: number;
}

/** The fewest bytes of a `remote_nonnull_domain`: an empty name's length, the UUID, the id. */
export const remoteDomainSize = 4 + 16 + 4;

export function writeUuid(out: XdrWriter, uuid: string): void {
  const digits = uuid.replaceAll('-', '');
  if (!/^[\da-f]{32}$/i.test(digits)) {
    throw new LibvirtError({
      code: 'INVALID_ARGUMENT',
      message: `a UUID is 32 hexadecimal digits, with or without dashes, not ${JSON.stringify(uuid.slice(0, 80))}`,
    });
  }
  out.fixed(Buffer.from(digits, 'hex'));
}

export function readUuid(input: XdrReader): string {
  const digits = input.fixed(16).toString('hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
}

export function writeDomain(out: XdrWriter, domain: RemoteDomain): void {
  out.string(domain.name, stringMax);
  writeUuid(out, domain.uuid);
  out.int(domain.id);
}

export function readDomain(input: XdrReader): RemoteDomain {
  return { name: input.string(stringMax), uuid: readUuid(input), id: input.int() };
}

/** `virNetMessageError`. What is not returned is "unused" in libvirt, or a part of the message once more. */
export function readErrorReply(input: XdrReader): ErrorReply {
  const text = () => input.optional(() => input.message(stringMax));
  const reply = { code: input.int(), domain: input.int(), message: text(), level: input.int() };
  input.optional(() => readDomain(input));
  text();
  text();
  text();
  input.int();
  input.int();
  input.optional(() => ({ network: input.string(stringMax), uuid: readUuid(input) }));
  return reply;
}
