export { type Desired, type DesiredGuest, type DesiredServices, deriveDesired } from './desired/desired.ts';
export { diskPath, screenAddress } from './desired/domain.ts';
export type { Exposure } from './desired/exposures.ts';
export { type GuestFacts, guestFacts } from './desired/guest-facts.ts';
export { lookAt } from './desired/host-files.ts';
export { guestUuid } from './desired/identity.ts';
export { namedMachines } from './desired/shared.ts';
export { type StartStage, startStages } from './desired/start-order.ts';
export { guestVolumes, volumeOwner } from './desired/volumes.ts';
export type { Check } from './doctor/check.ts';
export type { HostFacts, Known } from './doctor/host-facts.ts';
export { judgeHost } from './doctor/preflight.ts';
export { type Drift, type DriftPlace, driftOf } from './drift/drift.ts';
export { HostError, type HostErrorCode } from './errors.ts';
export { chooseDomains } from './import/choose-domains.ts';
export { type ImportableDomain, type Imported, importDomains } from './import/import-domains.ts';
export { newInventory } from './import/new-inventory.ts';
export { domainVmid, metadataNamespace } from './marker.ts';
export type {
  Looked,
  Observed,
  ObservedDomain,
  ObservedFile,
  ObservedFirewall,
  ObservedRoute,
  ObservedTap,
  ObservedUnit,
  Uplink,
} from './observed.ts';
export { assertScope, stepKinds } from './plan/narrow-plan.ts';
export { planHost } from './plan/plan.ts';
export { planDestroy } from './plan/plan-destroy.ts';
export {
  comparePlans,
  isSavedPlan,
  type PlanDifference,
  parseSavedPlan,
  renderSavedPlan,
  type SavedPlan,
  savePlan,
} from './plan/saved-plan.ts';
export type {
  Cause,
  GuestProbe,
  LeftOut,
  Plan,
  PlanOptions,
  Step,
  StepAction,
  StepChange,
  StepEffect,
  Waiting,
} from './plan/step.ts';
export { volumeUses } from './plan/volume-uses.ts';
export { renderTree } from './tree/tree.ts';
