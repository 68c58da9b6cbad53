import type { Caller, CallOptions } from './caller.ts';
import {
  domainRevertToSnapshot,
  domainSnapshotDelete,
  domainSnapshotGetXmlDesc,
  type RemoteSnapshot,
} from './procedures/snapshot.ts';

export interface DeleteSnapshotOptions extends CallOptions {
  /** Also the snapshots made after it. */
  readonly children?: boolean;
}

/** A domain's state at one time. */
export interface Snapshot {
  readonly name: string;
  xml(options?: CallOptions): Promise<string>;
  /** Puts the domain back into this state (virDomainRevertToSnapshot). */
  revert(options?: CallOptions): Promise<void>;
  delete(options?: DeleteSnapshotOptions): Promise<void>;
}

/** VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN. */
const deleteChildren = 1;

export function snapshotOf(client: Caller, remote: RemoteSnapshot): Snapshot {
  const { name } = remote;
  const subject = `${remote.domain.name}@${name}`;
  const args = (flags: number) => ({ ...remote, flags });
  return {
    name,
    xml: (options) => client.call(domainSnapshotGetXmlDesc, args(0), { ...options, subject }),
    revert: (options) => client.call(domainRevertToSnapshot, args(0), { ...options, subject }),
    delete: ({ children, ...options } = {}) =>
      client.call(domainSnapshotDelete, args(children ? deleteChildren : 0), { ...options, subject }),
  };
}
