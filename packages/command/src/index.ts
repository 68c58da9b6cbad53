export { programEnvironment, systemPath, withFixedEnvironment } from './environment.ts';
export { type MustRun, mustRunOr } from './must-run.ts';
export type {
  Argv,
  OpenRunner,
  ProgramOutput,
  ProgramResult,
  RunOptions,
  RunProgram,
  StreamProgram,
} from './program.ts';
export { shellCommand, shellQuote } from './quote.ts';
export { runHere, runThrough, streamHere, withLimit } from './run-here.ts';
export { type SharedSsh, sshForward, sshMaster, sshSafety, sshThrough } from './ssh.ts';
export { type StartOptions, startProgram } from './start-program.ts';
