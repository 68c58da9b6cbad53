export { type Argv, accessHere, accessNamespaces, type HostAccess } from './access.ts';
export { accessOverSsh, type SshAccess } from './access-ssh.ts';
export { type Applied, type ApplyOptions, applyPlan, type StepOutcome } from './apply.ts';
export { examineHost } from './examine.ts';
export type { Means } from './execute.ts';
export { auditLog, type HostLock, lockHost } from './lock.ts';
export { observe, observeDomains, observeStorage } from './observe.ts';
export { runner } from './program.ts';
export { findUplink, type Uplink } from './uplink.ts';
