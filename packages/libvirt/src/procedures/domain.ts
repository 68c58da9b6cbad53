import { nothing, oneInt, oneString, procedure, writeFlaggedDomain } from '../procedure.ts';
import { type RemoteDomain, readDomain, writeDomain } from '../structures.ts';

/** Numbers are `enum remote_procedure` of libvirt 9.0's src/remote/remote_protocol.x; they never change once given. */
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
