import type { Step } from './step.ts';

/** What has to be done, and what it leaves. */
export interface VolumePlan {
  /** In the order to do them; empty when all is as desired. */
  readonly steps: readonly Step[];
  /** Of every physical volume of the groups concerned. */
  readonly disks: readonly DiskSpace[];
  /** Of every thin pool of the groups concerned. */
  readonly pools: readonly PoolSpace[];
  /** What lies elsewhere or otherwise than desired; left as it is. */
  readonly differences: readonly Difference[];
  /** Volumes that are ours and that nobody wants any more, as `vg/name`; left as they are. */
  readonly leftOver: readonly string[];
}

/** Free extents of a physical volume before and after a plan. */
export interface DiskSpace {
  readonly vg: string;
  readonly device: string;
  readonly extentBytes: number;
  readonly extents: number;
  readonly freeBefore: number;
  readonly freeAfter: number;
}

/** What a thin pool has promised, before and after a plan. */
export interface PoolSpace {
  readonly vg: string;
  readonly name: string;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Sizes of its volumes, snapshots too; more than its own size is over-commitment. */
  readonly promisedBefore: number;
  readonly promisedAfter: number;
}

export interface Difference {
  readonly vg: string;
  readonly volume: string;
  readonly what: 'layout' | 'place';
  readonly is: string;
  readonly wanted: string;
}
