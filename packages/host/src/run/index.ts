export { type Argv, accessHere, accessNamespaces, type HostAccess } from './access.ts';
export { type Applied, type ApplyOptions, applyPlan, type StepOutcome } from './apply.ts';
export type { Means } from './execute.ts';
export { auditLog, type HostLock, lockHost } from './lock.ts';
export { observe, observeDomains } from './observe.ts';
export { runner } from './program.ts';
