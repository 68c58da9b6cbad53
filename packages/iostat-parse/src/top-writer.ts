import type { GuestLoad, GuestVolume } from './attribute.ts';

/** The guest that writes most, and the volume on which it does. */
export interface TopWriter {
  readonly guest: string;
  readonly volume: GuestVolume;
  readonly volumeBytesPerSecond: number;
  /** The volume's part of what all guests write, 0 to 1. */
  readonly share: number;
}

const written = ({ sample }: GuestVolume): number => sample.get('writeBytesPerSecond') ?? 0;

/** Undefined when no guest writes. */
export function topWriter(loads: readonly GuestLoad[]): TopWriter | undefined {
  const total = loads.reduce((sum, { writeBytesPerSecond }) => sum + writeBytesPerSecond, 0);
  const [top] = [...loads].sort((a, b) => b.writeBytesPerSecond - a.writeBytesPerSecond);
  const [volume] = [...(top?.volumes ?? [])].sort((a, b) => written(b) - written(a));
  if (top === undefined || volume === undefined || !(total > 0)) return undefined;
  const volumeBytesPerSecond = written(volume);
  return { guest: top.guest, volume, volumeBytesPerSecond, share: volumeBytesPerSecond / total };
}

function renderRate(bytesPerSecond: number): string {
  const megabyte = 1024 ** 2;
  return bytesPerSecond < megabyte
    ? `${(bytesPerSecond / 1024).toFixed(2)} kB/s`
    : `${(bytesPerSecond / megabyte).toFixed(2)} MB/s`;
}

/**
 * ```text
 * db.root writes 29.85 kB/s, 83 % of all guests; queue 3.1, await 42 ms
 * ```
 *
 * Queue and await are there when iostat ran with `-x`.
 */
export function renderTopWriter({ volume, volumeBytesPerSecond, share }: TopWriter): string {
  const { device, sample } = volume;
  const name = device.kind === 'volume' ? device.volume : device.name;
  const queue = sample.get('queueLength');
  const wait = sample.get('writeAwaitMs') ?? sample.get('awaitMs');
  const details = [
    ...(queue === undefined ? [] : [`queue ${queue.toFixed(1)}`]),
    ...(wait === undefined ? [] : [`await ${wait.toFixed(0)} ms`]),
  ];
  const sentence = `${name} writes ${renderRate(volumeBytesPerSecond)}, ${Math.round(share * 100)} % of all guests`;
  return details.length === 0 ? sentence : `${sentence}; ${details.join(', ')}`;
}
