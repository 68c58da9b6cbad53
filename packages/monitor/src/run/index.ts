export type { Libvirtd } from './domain-source.ts';
export { Pace } from './pace.ts';
export { Reader } from './reader.ts';
export { liveReadings, replayedReadings } from './readings.ts';
export { type RecordingFile, recordReadings } from './record.ts';
export { type MetricsServer, type MetricsSource, serveMetrics } from './serve-metrics.ts';
