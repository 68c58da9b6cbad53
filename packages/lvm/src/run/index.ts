export { type ExecuteOptions, executeStep } from './execute-step.ts';
export { type LvmRunner, lvm } from './lvm.ts';
export { type ProgramResult, type RunProgram, runHere } from './program.ts';
export { readStorage } from './read-storage.ts';
