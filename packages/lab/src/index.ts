export type { Accelerator } from './accelerator.ts';
export { LabError, type LabErrorCode } from './errors.ts';
export { type Lab, type LabUpOptions, labDown, labExec, labUp, openLab } from './lab.ts';
export type { LabMachine, LabPlan } from './plan.ts';
export { labTest, type Reach, type Trial } from './reach.ts';
export type { CommandResult } from './sandbox.ts';
export { checkMachine, missingPackages } from './this-machine.ts';
