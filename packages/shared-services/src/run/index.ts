export { type ProgramResult, type RunProgram, runHere } from '@kvm/command';
export { passwordFits } from './bind-passwords.ts';
export type { HandMade, Unseen } from './by-hand.ts';
export { type CheckResult, checkFiles } from './check.ts';
export {
  compareSetup,
  type FileDifference,
  isDue,
  type LeftFile,
  type Leftovers,
  type SetupDifference,
  type StateChange,
} from './compare-setup.ts';
export { removeEarlier, withTreeList } from './earlier-tree.ts';
export {
  type Inspected,
  type InspectedMachine,
  type Inspection,
  inspectMachines,
  serversFirst,
} from './inspect-machines.ts';
export { loadMachineFiles } from './load-machine-files.ts';
export { type ProbeOutcome, runProbes } from './probe.ts';
export { type PutOutcome, putSetup } from './put-setup.ts';
export { readCertificate } from './read-certificate.ts';
export { type RollOutOptions, type RollOutOutcome, rollOut } from './roll-out.ts';
export { machinesRolledOut, recordRollOut } from './roll-outs.ts';
export { type RotateOptions, type Rotation, type RotationStep, readRotation, rotate } from './rotate.ts';
export { makePrivateFolder, openSecretFolder } from './secret-folder.ts';
export { makeSecrets, type SecretOptions, secretWarnings, withSecrets } from './secrets.ts';
