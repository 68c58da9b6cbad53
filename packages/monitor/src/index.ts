export type { GuestUse, HostActivity, HostUse } from './activity.ts';
export { type Bottleneck, findBottleneck } from './bottleneck.ts';
export type { DiskUse } from './disk-use.ts';
export { MonitorError, type MonitorErrorCode } from './errors.ts';
export { History } from './history.ts';
export { type ListenAddress, parseListenAddress } from './listen-address.ts';
export { type Measure, type MeasureName, measureNames, measures } from './measures.ts';
export { renderMetrics } from './metrics.ts';
export { parseCpuCount, parseCpuTicks, parseMemory } from './proc.ts';
export { formatRate, formatShort } from './quantities.ts';
export type {
  DomainDisk,
  DomainReading,
  GuestState,
  HostReading,
  InterfaceReading,
  Reading,
  Roster,
  RosterGuest,
} from './reading.ts';
export { parseRecording, type Recording, renderRecordingHeader, renderRecordingReading } from './recording.ts';
export { compareReadings, type Sample } from './sample.ts';
export { samplesOf } from './samples.ts';
export { volumeLabel } from './volume-label.ts';
