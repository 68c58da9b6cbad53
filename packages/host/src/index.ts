export type { Check } from './check.ts';
export { type Desired, type DesiredGuest, type DesiredServices, deriveDesired } from './desired.ts';
export { diskPath, screenAddress } from './domain.ts';
export { type Drift, type DriftPlace, driftOf } from './drift.ts';
export { HostError, type HostErrorCode } from './errors.ts';
export type { Exposure } from './exposures.ts';
export { type GuestFacts, guestFacts } from './guest-facts.ts';
export type { HostFacts, Known } from './host-facts.ts';
export { lookAt } from './host-files.ts';
export { guestUuid } from './identity.ts';
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
export { type Plan, planHost } from './plan/plan.ts';
export { planDestroy } from './plan/plan-destroy.ts';
export type {
  GuestProbe,
  PlanOptions,
  Step,
  StepAction,
  StepChange,
  StepEffect,
  Waiting,
} from './plan/step.ts';
export { volumeUses } from './plan/volume-uses.ts';
export { judgeHost } from './preflight.ts';
export { namedMachines } from './shared.ts';
export { type StartStage, startStages } from './start-order.ts';
export { renderTree } from './tree.ts';
export { guestVolumes, volumeOwner } from './volumes.ts';
