import { LibvirtError } from './error.ts';
import { type RemoteDomain, stringMax, writeDomain } from './structures.ts';
import type { XdrReader, XdrWriter } from './xdr.ts';

/** One remote procedure: its number, its name in error messages, and the form of its arguments and result. */
export interface Procedure<Arguments, Result> {
  readonly program: number;
  readonly number: number;
  readonly name: string;
  readonly write: (out: XdrWriter, args: Arguments) => void;
  readonly read: (input: XdrReader) => Result;
}

/** Version 1 of both: REMOTE_PROGRAM of remote_protocol.x, QEMU_PROGRAM of qemu_protocol.x. */
export const remoteProgram = 0x20008086;
export const qemuProgram = 0x20008087;

export interface FlaggedDomain {
  readonly domain: RemoteDomain;
  readonly flags: number;
}

/** A domain with the text that a call takes beside it: XML, a path, a name. */
export interface DomainText extends FlaggedDomain {
  readonly text: string;
}

export function procedure<Arguments, Result>(
  number: number,
  name: string,
  write: Procedure<Arguments, Result>['write'],
  read: Procedure<Arguments, Result>['read'],
): Procedure<Arguments, Result> {
  return { program: remoteProgram, number, name, write, read };
}

export const nothing = (): void => undefined;
export const oneInt = (input: XdrReader): number => input.int();
export const oneULong = (input: XdrReader): bigint => input.ulong();
export const oneString = (input: XdrReader): string => input.string(stringMax);
export const optionalString = (input: XdrReader): string | undefined => input.optional(() => oneString(input));

export const writeString = (out: XdrWriter, text: string): void => out.string(text, stringMax);
export const writeOptionalString = (out: XdrWriter, text: string | undefined): void =>
  out.optional(text, (present) => writeString(out, present));
export const writeFlaggedDomain = (out: XdrWriter, { domain, flags }: FlaggedDomain): void => {
  writeDomain(out, domain);
  out.uint(flags);
};
export const writeDomainText = (out: XdrWriter, { domain, text, flags }: DomainText): void => {
  writeDomain(out, domain);
  writeString(out, text);
  out.uint(flags);
};

/** A number of things for libvirt, which has no room for others. */
export function wholeNumber(value: number): bigint {
  if (Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  throw new LibvirtError({
    code: 'INVALID_ARGUMENT',
    message: `an amount for libvirt is a whole number, zero or more, not ${value}`,
  });
}
