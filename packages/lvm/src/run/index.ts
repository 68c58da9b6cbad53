export {
  type ProgramOutput,
  type ProgramResult,
  type RunProgram,
  runHere,
  type StreamProgram,
  streamHere,
} from '@kvm/command';
export { backUpVolume, type StreamOptions, streamBackup } from './backup.ts';
export { type Clone, cloneVolumes } from './clone.ts';
export type { CopyOptions } from './copy.ts';
export { type Evacuation, type EvacuationPlan, evacuateDisk, planEvacuation, replaceDisk } from './evacuate.ts';
export { type ExecuteOptions, executeStep } from './execute-step.ts';
export type { VolumeName } from './find.ts';
export { type LvmRunner, lvm } from './lvm.ts';
export { abortMoves, moveResolved, moveVolume, resolveMoves } from './move.ts';
export { readStorage } from './read-storage.ts';
export { type Doomed, removeVolume } from './remove.ts';
export { restoreFromStream, restoreVolume } from './restore.ts';
export { rollBack, takeSnapshots } from './snapshot.ts';
export type { ReadOptions } from './temporary-snapshot.ts';
export type { NewVolume } from './unfinished.ts';
export type { MoveProgress, WatchOptions } from './watch-move.ts';
