export { type ProgramResult, type RunProgram, runHere } from '@kvm/command';
export { type ApplyOptions, applyPolicy } from './apply.ts';
export type { Drift } from './compare-rules.ts';
export { findDrift, missingOfBarrier } from './drift.ts';
export { readForeignDrops } from './foreign-drops.ts';
export { kernelRuleset } from './kernel-ruleset.ts';
export { readCounts, readLive } from './live.ts';
export { confirmPolicy, rollbackPolicy } from './pending.ts';
