import { nothing, oneInt, oneULong, procedure, writeOptionalString, writeString } from '../procedure.ts';
import { readDomain, remoteDomainSize, writeUuid } from '../structures.ts';
import type { XdrWriter } from '../xdr.ts';

const writeDefinition = (out: XdrWriter, { xml, flags }: { readonly xml: string; readonly flags: number }): void => {
  writeString(out, xml);
  out.uint(flags);
};

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
export const domainDefineXmlFlags = procedure(350, 'DomainDefineXMLFlags', writeDefinition, readDomain);
/** VIR_DRV_FEATURE_PROGRAM_KEEPALIVE: libvirtd sends pings to a client only after it asked for this feature. */
export const featureKeepalive = 10;
export const connectSupportsFeature = procedure(
  60,
  'ConnectSupportsFeature',
  (out, feature: number) => out.int(feature),
  oneInt,
);
export const domainCreateXml = procedure(10, 'DomainCreateXML', writeDefinition, readDomain);
export const domainRestoreFlags = procedure(
  233,
  'DomainRestoreFlags',
  (out, path: string) => {
    writeString(out, path);
    writeOptionalString(out, undefined);
    out.uint(0);
  },
  nothing,
);
