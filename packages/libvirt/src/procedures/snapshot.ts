import { type FlaggedDomain, nothing, oneString, procedure, writeDomainText, writeString } from '../procedure.ts';
import { type RemoteDomain, readDomain, remoteDomainSize, writeDomain } from '../structures.ts';
import type { XdrReader, XdrWriter } from '../xdr.ts';

/** `remote_nonnull_domain_snapshot`. */
export interface RemoteSnapshot {
  readonly name: string;
  readonly domain: RemoteDomain;
}

const readSnapshot = (input: XdrReader): RemoteSnapshot => ({ name: oneString(input), domain: readDomain(input) });

const writeFlaggedSnapshot = (out: XdrWriter, { name, domain, flags }: RemoteSnapshot & FlaggedDomain): void => {
  writeString(out, name);
  writeDomain(out, domain);
  out.uint(flags);
};

/** Numbers are `enum remote_procedure` of libvirt 9.0's src/remote/remote_protocol.x; they never change once given. */
export const domainSnapshotCreateXml = procedure(185, 'DomainSnapshotCreateXML', writeDomainText, readSnapshot);
export const domainSnapshotGetXmlDesc = procedure(186, 'DomainSnapshotGetXMLDesc', writeFlaggedSnapshot, oneString);
export const domainSnapshotLookupByName = procedure(189, 'DomainSnapshotLookupByName', writeDomainText, readSnapshot);
export const domainRevertToSnapshot = procedure(192, 'DomainRevertToSnapshot', writeFlaggedSnapshot, nothing);
export const domainSnapshotDelete = procedure(193, 'DomainSnapshotDelete', writeFlaggedSnapshot, nothing);

/** REMOTE_DOMAIN_SNAPSHOT_LIST_MAX and REMOTE_DOMAIN_CHECKPOINT_LIST_MAX. */
const listMax = 16_384;

/** A checkpoint has the form of a snapshot: remote_nonnull_domain_checkpoint. */
const listed = (number: number, name: string) =>
  procedure(
    number,
    name,
    (out, { domain, flags }: FlaggedDomain) => {
      writeDomain(out, domain);
      out.int(1);
      out.uint(flags);
    },
    (input) => {
      const found = input.array({ maximum: listMax, itemSize: 4 + remoteDomainSize }, () => readSnapshot(input));
      input.int();
      return found;
    },
  );
export const domainListAllSnapshots = listed(274, 'DomainListAllSnapshots');
export const domainListAllCheckpoints = listed(413, 'DomainListAllCheckpoints');
