export type { Argv } from '@kvm/command';
export { accessHere, accessNamespaces, type HostAccess } from './access.ts';
export { accessOverSsh, type SshAccess } from './access-ssh.ts';
export { type Applied, type ApplyOptions, applyPlan, type StepOutcome } from './apply.ts';
export { examineHost } from './examine.ts';
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
export type { HostClients } from './host-clients.ts';
export { loadImportable } from './load-importable.ts';
export { auditLog, type HostLock, lockHost } from './lock.ts';
export { type GuestAgents, guestAgents, machineOverSsh, type OpenLibvirt } from './machine-access.ts';
export { observe, observeDomains, observeStorage } from './observe.ts';
export { runner } from './runner.ts';
export { compareTree, type TreeDifference } from './tree/compare-tree.ts';
export { pruneTree, writeTree } from './tree/write-tree.ts';
export { findUplink } from './uplink.ts';
