import { type RemoteDomain, readDomain, remoteDomainSize, stringMax, writeDomain, writeUuid } from './structures.ts';
import type { XdrReader, XdrWriter } from './xdr.ts';

/** One remote procedure: its number, its name in error messages, and the form of its arguments and result. */
export interface Procedure<Arguments, Result> {
  readonly number: number;
  readonly name: string;
  readonly write: (out: XdrWriter, args: Arguments) => void;
  readonly read: (input: XdrReader) => Result;
}

/** REMOTE_PROGRAM and REMOTE_PROTOCOL_VERSION. */
export const remoteProgram = { program: 0x20008086, version: 1 } as const;

interface FlaggedDomain {
  readonly domain: RemoteDomain;
  readonly flags: number;
}

const nothing = (): void => undefined;
const oneInt = (input: XdrReader): number => input.int();
const oneULong = (input: XdrReader): bigint => input.ulong();
const oneString = (input: XdrReader): string => input.string(stringMax);
const writeString = (out: XdrWriter, text: string): void => out.string(text, stringMax);
const writeFlaggedDomain = (out: XdrWriter, { domain, flags }: FlaggedDomain): void => {
  writeDomain(out, domain);
  out.uint(flags);
};

function procedure<Arguments, Result>(
  number: number,
  name: string,
  write: Procedure<Arguments, Result>['write'],
  read: Procedure<Arguments, Result>['read'],
): Procedure<Arguments, Result> {
  return { number, name, write, read };
}

/** Numbers are `enum remote_procedure` of libvirt 9.0's src/remote/remote_protocol.x; they never change once given. */
export const connectOpen = procedure(
  1,
  'ConnectOpen',
  (out, uri: string) => {
    out.optional(uri, (text) => writeString(out, text));
    out.uint(0);
  },
  nothing,
);
export const connectClose = procedure(2, 'ConnectClose', nothing, nothing);
export const connectGetVersion = procedure(4, 'ConnectGetVersion', nothing, oneULong);
export const connectGetLibVersion = procedure(157, 'ConnectGetLibVersion', nothing, oneULong);
/** Results are `enum remote_auth_type`; at most REMOTE_AUTH_TYPE_LIST_MAX. */
export const authList = procedure(66, 'AuthList', nothing, (input) =>
  input.array({ maximum: 20, itemSize: 4 }, () => input.int()),
);
export const authPolkit = procedure(70, 'AuthPolkit', nothing, oneInt);

/** At most REMOTE_DOMAIN_LIST_MAX domains; the count libvirt sends beside the list is the list's own. */
export const connectListAllDomains = procedure(
  273,
  'ConnectListAllDomains',
  (out, flags: number) => {
    out.int(1);
    out.uint(flags);
  },
  (input) => {
    const domains = input.array({ maximum: 16_384, itemSize: remoteDomainSize }, () => readDomain(input));
    input.uint();
    return domains;
  },
);

export const domainLookupByName = procedure(23, 'DomainLookupByName', writeString, readDomain);
export const domainLookupByUuid = procedure(24, 'DomainLookupByUUID', writeUuid, readDomain);
export const domainDefineXmlFlags = procedure(
  350,
  'DomainDefineXMLFlags',
  (out, { xml, flags }: { readonly xml: string; readonly flags: number }) => {
    writeString(out, xml);
    out.uint(flags);
  },
  readDomain,
);
export const domainUndefineFlags = procedure(231, 'DomainUndefineFlags', writeFlaggedDomain, nothing);
export const domainCreateWithFlags = procedure(196, 'DomainCreateWithFlags', writeFlaggedDomain, readDomain);
export const domainShutdown = procedure(33, 'DomainShutdown', writeDomain, nothing);
export const domainReboot = procedure(27, 'DomainReboot', writeFlaggedDomain, nothing);
export const domainDestroy = procedure(12, 'DomainDestroy', writeDomain, nothing);
export const domainGetXmlDesc = procedure(14, 'DomainGetXMLDesc', writeFlaggedDomain, oneString);
/** The result's second number, the reason, is not used yet. */
export const domainGetState = procedure(212, 'DomainGetState', writeFlaggedDomain, (input) => {
  const state = input.int();
  input.int();
  return state;
});
export const domainGetAutostart = procedure(15, 'DomainGetAutostart', writeDomain, oneInt);
export const domainSetAutostart = procedure(
  29,
  'DomainSetAutostart',
  (out, { domain, on }: { readonly domain: RemoteDomain; readonly on: boolean }) => {
    writeDomain(out, domain);
    out.int(on ? 1 : 0);
  },
  nothing,
);
