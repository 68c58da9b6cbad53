export { type ApplyOptions, applyPolicy, confirmPolicy, rollbackPolicy } from './apply.ts';
export { type Drift, findDrift } from './drift.ts';
export { readCounts, readLive } from './live.ts';
export { persistPolicy } from './persist.ts';
export { type ProgramResult, type RunProgram, runHere } from './program.ts';
