import {
  type DomainText,
  type FlaggedDomain,
  nothing,
  oneInt,
  oneString,
  optionalString,
  type Procedure,
  procedure,
  qemuProgram,
  wholeNumber,
  writeDomainText,
  writeFlaggedDomain,
  writeOptionalString,
  writeString,
} from '../procedure.ts';
import { type RemoteDomain, readDomain, writeDomain } from '../structures.ts';
import { writeParameters } from '../typed-parameters.ts';

/** Times, and amounts of data, memory and files: remote_domain_get_job_info_ret. */
const jobNumbers = 11;

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
export const domainSuspend = procedure(34, 'DomainSuspend', writeDomain, nothing);
export const domainResume = procedure(28, 'DomainResume', writeDomain, nothing);
export const domainReset = procedure(245, 'DomainReset', writeFlaggedDomain, nothing);
export const domainSaveFlags = procedure(
  232,
  'DomainSaveFlags',
  (out, { domain, path }: { readonly domain: RemoteDomain; readonly path: string }) => {
    writeDomain(out, domain);
    writeString(out, path);
    writeOptionalString(out, undefined);
    out.uint(0);
  },
  nothing,
);
export const domainManagedSave = procedure(182, 'DomainManagedSave', writeFlaggedDomain, nothing);
export const domainHasManagedSaveImage = procedure(183, 'DomainHasManagedSaveImage', writeFlaggedDomain, oneInt);
/** virDomainJobInfo: of its numbers only the first, the kind of job, is used. */
export const domainGetJobInfo = procedure(163, 'DomainGetJobInfo', writeDomain, (input) => {
  const type = input.int();
  for (let field = 0; field < jobNumbers; field += 1) input.ulong();
  return type;
});
/** At most REMOTE_DOMAIN_MESSAGES_MAX, of at least a length each. */
export const domainGetMessages = procedure(426, 'DomainGetMessages', writeFlaggedDomain, (input) =>
  input.array({ maximum: 2048, itemSize: 4 }, () => oneString(input)),
);
export const domainManagedSaveGetXmlDesc = procedure(388, 'DomainManagedSaveGetXMLDesc', writeFlaggedDomain, oneString);
export const domainManagedSaveRemove = procedure(184, 'DomainManagedSaveRemove', writeFlaggedDomain, nothing);
export const domainSetMemoryFlags = procedure(
  204,
  'DomainSetMemoryFlags',
  (out, { domain, memory, flags }: FlaggedDomain & { readonly memory: number }) => {
    writeDomain(out, domain);
    out.ulong(wholeNumber(memory));
    out.uint(flags);
  },
  nothing,
);
export const domainSetVcpusFlags = procedure(
  199,
  'DomainSetVcpusFlags',
  (out, { domain, count, flags }: FlaggedDomain & { readonly count: number }) => {
    writeDomain(out, domain);
    out.uint(Number(wholeNumber(count)));
    out.uint(flags);
  },
  nothing,
);
export const domainGetVcpusFlags = procedure(200, 'DomainGetVcpusFlags', writeFlaggedDomain, oneInt);
export const domainAttachDeviceFlags = procedure(160, 'DomainAttachDeviceFlags', writeDomainText, nothing);
export const domainDetachDeviceFlags = procedure(161, 'DomainDetachDeviceFlags', writeDomainText, nothing);
export const domainUpdateDeviceFlags = procedure(174, 'DomainUpdateDeviceFlags', writeDomainText, nothing);
export const domainBlockResize = procedure(
  251,
  'DomainBlockResize',
  (out, { domain, text: disk, size, flags }: DomainText & { readonly size: number }) => {
    writeDomain(out, domain);
    writeString(out, disk);
    out.ulong(wholeNumber(size));
    out.uint(flags);
  },
  nothing,
);
export const domainGetBlockJobInfo = procedure(238, 'DomainGetBlockJobInfo', writeDomainText, (input) => ({
  found: input.int() !== 0,
  type: input.int(),
  bandwidth: input.ulong(),
  current: input.ulong(),
  end: input.ulong(),
}));

interface MigrateArguments extends FlaggedDomain {
  readonly destination: string;
  readonly parameters: ReadonlyMap<string, string | bigint>;
}

/** REMOTE_MIGRATE_COOKIE_MAX; peer to peer, both cookies are empty. */
const cookieMax = 4 * 1024 * 1024;

export const domainMigratePerform3Params = procedure(
  305,
  'DomainMigratePerform3Params',
  (out, { domain, destination, parameters, flags }: MigrateArguments) => {
    writeDomain(out, domain);
    writeOptionalString(out, destination);
    writeParameters(out, parameters);
    out.uint(0);
    out.uint(flags);
  },
  (input) => {
    input.message(cookieMax);
  },
);

/** REMOTE_DOMAIN_INTERFACE_MAX, and REMOTE_DOMAIN_IP_ADDR_MAX. */
const interfacesMax = 2048;
/** The fewest bytes of an address, and of an interface: a number each, and lengths of nothing. */
const addressSize = 12;
const interfaceSize = 12;
/** virIPAddrType. */
const families = ['ipv4', 'ipv6'] as const;

export const domainInterfaceAddresses = procedure(
  353,
  'DomainInterfaceAddresses',
  (out, { domain, source }: { readonly domain: RemoteDomain; readonly source: number }) => {
    writeDomain(out, domain);
    out.uint(source);
    out.uint(0);
  },
  (input) =>
    input.array({ maximum: interfacesMax, itemSize: interfaceSize }, () => ({
      name: oneString(input),
      mac: optionalString(input),
      addresses: input.array({ maximum: interfacesMax, itemSize: addressSize }, () => ({
        family: families[input.int()] ?? ('unknown' as const),
        address: oneString(input),
        prefixLength: input.uint(),
      })),
    })),
);

/** Of the QEMU program, src/remote/qemu_protocol.x. */
export const qemuDomainAgentCommand: Procedure<
  { readonly domain: RemoteDomain; readonly command: string; readonly seconds: number },
  string | undefined
> = {
  program: qemuProgram,
  number: 3,
  name: 'QemuDomainAgentCommand',
  write: (out, { domain, command, seconds }) => {
    writeDomain(out, domain);
    writeString(out, command);
    out.int(seconds);
    out.uint(0);
  },
  read: optionalString,
};
