export { LvmError, type LvmErrorCode, type LvmErrorDetails, type VolumeProblem } from './errors.ts';
export { extentsFor, stripedExtents } from './extents.ts';
export { explainFailure, type Failure } from './failures.ts';
export { type MirrorStatus, parseMirrorStatus } from './mirror-status.ts';
export {
  type DeviceNameParts,
  deviceName,
  parseDeviceName,
  volumeGroupNameFault,
  volumeNameFault,
  volumePath,
} from './names.ts';
export { isOverflowed, isThin } from './plan/dependants.ts';
export type { DesiredVolume, Layout } from './plan/desired.ts';
export { chooseDisks, diskOf, disksOf, findOwn, type GuestDisk } from './plan/disks-of.ts';
export { groupFault, groupNamed } from './plan/group.ts';
export { type ListedVolume, listVolumes } from './plan/list-volumes.ts';
export type { WantedMove } from './plan/moves.ts';
export { isMoving, layoutOf, Places } from './plan/observed.ts';
export type { Difference, DiskSpace, PoolSpace, VolumePlan } from './plan/plan.ts';
export { type PlanOptions, planVolumes } from './plan/plan-volumes.ts';
export { planRollbacks, type RollbackStep, type WantedRollback } from './plan/rollbacks.ts';
export { type MoveUnderWay, movesUnderWay } from './plan/running-moves.ts';
export type { WantedSnapshot } from './plan/snapshots.ts';
export {
  type CreateStep,
  describeLayout,
  describeStep,
  type GrowStep,
  type RemoveStep,
  type RenameStep,
  type Step,
  type StepEffect,
  type TagStep,
} from './plan/step.ts';
export { reportCommand } from './report/fields.ts';
export { type LogRow, type ReportJson, readReportJson } from './report/json.ts';
export { parseReport } from './report/parse.ts';
export { formatSize, parseSize } from './sizes.ts';
export type { ExtentRange, LogicalVolume, PhysicalVolume, Segment, Storage, VolumeGroup } from './storage.ts';
export {
  copyingTag,
  isMarked,
  type Mark,
  markOf,
  ownerOf,
  ownerTag,
  rollingTag,
  snapshotOwnerOf,
  snapshotTag,
  takingTag,
  unfinishedOwnerOf,
  unfinishedTag,
} from './tags.ts';
