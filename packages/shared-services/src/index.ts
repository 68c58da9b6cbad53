export { assertDeclaration, checkDeclaration } from './check-declaration.ts';
export { chooseSetups, type SetupChoice } from './choose-setups.ts';
export {
  type AuthService,
  type Client,
  type DnsService,
  type Export,
  type FilesService,
  type Implementation,
  implementations,
  type LogsService,
  type Machine,
  type MailService,
  type ServiceName,
  type SharedServices,
  type System,
  serviceNames,
  type TimeService,
  type TimeUpstream,
} from './declaration.ts';
export { nameServers } from './dns/name-servers.ts';
export { type DnsRecord, dnsRecords } from './dns/records.ts';
export { ServicesError, type ServicesErrorCode, type ServicesProblem, type ServicesProblemCode } from './errors.ts';
export { fillSecrets } from './fill-secrets.ts';
export { type FirewallRow, firewallRows } from './firewall-rows.ts';
export {
  commandsOf,
  enabledBy,
  type Handler,
  type MachineSetup,
  restartedBy,
  type ServiceFile,
} from './machine-setup.ts';
export { renderAnsible } from './output/ansible.ts';
export { renderCloudInit } from './output/cloud-init.ts';
export { renderMachineTree, type TreeFile } from './output/tree.ts';
export { guestProbes } from './probes/guest-probes.ts';
export { judgeProbe, type Probe, type ProbeFinding, type ProbeResult } from './probes/probe.ts';
export { renderServices } from './render.ts';
export type {
  CertificateFacts,
  FindingCode,
  MachineFiles,
  ServicesFinding,
} from './verify/finding.ts';
export { verifyServices } from './verify/verify.ts';
