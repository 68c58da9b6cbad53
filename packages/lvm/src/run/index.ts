export { type ProgramResult, type RunProgram, runHere } from './program.ts';
