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
export type { DesiredVolume, Layout } from './plan/desired.ts';
export { isMoving, layoutOf, Places } from './plan/observed.ts';
export type { Difference, DiskSpace, PoolSpace, VolumePlan } from './plan/plan.ts';
export { type PlanOptions, planVolumes } from './plan/plan-volumes.ts';
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
export { ownerOf, ownerTag, snapshotOwnerOf, snapshotTag, unfinishedOwnerOf, unfinishedTag } from './tags.ts';
