export { type ProgramResult, type RunProgram, runHere } from '@kvm/command';
export { type CheckResult, checkFiles } from './check.ts';
export { compareSetup, type FileDifference, type SetupDifference } from './compare-setup.ts';
export { type ProbeOutcome, runProbes } from './probe.ts';
export { putSetup } from './put-setup.ts';
export { readCertificate } from './read-certificate.ts';
export { type Rotation, type RotationStep, readRotation, rotate } from './rotate.ts';
export { makePrivateFolder, openSecretFolder } from './secret-folder.ts';
export { makeSecrets, type SecretOptions, withSecrets } from './secrets.ts';
