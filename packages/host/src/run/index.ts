export type { Argv } from '@kvm/command';
export { accessHere, accessNamespaces, type HostAccess } from './access/access.ts';
export { accessOverSsh, type SshAccess } from './access/access-ssh.ts';
export type { HostClients } from './access/host-clients.ts';
export { auditLog, type HostLock, lockHost } from './access/lock.ts';
export { type GuestAgents, guestAgents, machineOverSsh, type OpenLibvirt } from './access/machine-access.ts';
export { runner } from './access/runner.ts';
export { type Applied, type ApplyOptions, applyPlan, type StepOutcome } from './apply/apply.ts';
export { findDomain } from './guests/find-domain.ts';
export { loadStats, type UsedByDomain } from './guests/guest-stats.ts';
export { type ListedGuest, listGuests } from './guests/list-guests.ts';
export {
  type AskOptions,
  killGuest,
  type PowerOutcome,
  rebootGuest,
  type StopOptions,
  startGuest,
  stopGuest,
} from './guests/power.ts';
export { assertVolumesUnused, growDiskInGuest } from './guests/volumes.ts';
export { examineHost } from './observe/examine.ts';
export { loadImportable } from './observe/load-importable.ts';
export { observe, observeDomains, observeStorage, volumePaths } from './observe/observe.ts';
export { withPlaces } from './observe/observe-places.ts';
export { findUplink } from './observe/uplink.ts';
export { compareTree, type TreeDifference } from './tree/compare-tree.ts';
export { pruneTree, writeTree } from './tree/write-tree.ts';
