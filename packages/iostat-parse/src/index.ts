export {
  type AttributionOptions,
  attributeToGuests,
  type GuestLoad,
  type GuestVolume,
  guestOfVolume,
} from './attribute.ts';
export type { IostatColumn, IostatMetric } from './columns.ts';
export { csvRenderer } from './csv.ts';
export { type BlockDevice, parseDeviceName } from './device-name.ts';
export { diskRates } from './disk-rates.ts';
export { type DiskCounters, parseDiskstats } from './diskstats.ts';
export { IostatError, type IostatErrorCode } from './errors.ts';
export { type IostatTransformer, iostatTransformer, parseIostat, parseIostatStream } from './parse.ts';
export { type IostatChunk, type IostatOptions, IostatParser } from './parser.ts';
export type { DeviceSample, IostatHeader, IostatReport, IostatSample } from './report.ts';
export { renderTopWriter, type TopWriter, topWriter } from './top-writer.ts';
