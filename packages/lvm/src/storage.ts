/** What LVM reports of a machine: plain data, every size in bytes. */
export interface Storage {
  readonly groups: readonly VolumeGroup[];
  /** Those of no group too. */
  readonly disks: readonly PhysicalVolume[];
  /** LVM's internal volumes too. */
  readonly volumes: readonly LogicalVolume[];
}

export interface VolumeGroup {
  readonly name: string;
  readonly uuid: string;
  readonly extentBytes: number;
  readonly extents: number;
  readonly freeExtents: number;
  readonly tags: readonly string[];
  readonly exported: boolean;
  /** False when its metadata may not be changed. */
  readonly writable: boolean;
  /** Physical volumes that are not there. */
  readonly missingDisks: number;
}

/** A physical volume: a disk or partition that LVM cuts into extents. */
export interface PhysicalVolume {
  /** `/dev/sda2`; `[unknown]` when it is missing. */
  readonly device: string;
  readonly uuid: string;
  /** Absent when it belongs to no group. */
  readonly vg?: string;
  /** Of the device; 0 when it is missing. */
  readonly bytes: number;
  readonly extents: number;
  readonly freeExtents: number;
  readonly tags: readonly string[];
  /** False when LVM may put nothing new on it: `pvchange -xn`. */
  readonly allocatable: boolean;
  readonly missing: boolean;
  /** Another device with the same UUID is used instead of it. */
  readonly duplicate: boolean;
}

export interface LogicalVolume {
  readonly vg: string;
  readonly name: string;
  readonly uuid: string;
  readonly bytes: number;
  readonly tags: readonly string[];
  /** LVM's own, such as a leg of a mirror. */
  readonly internal: boolean;
  /** lvs(8) `lv_layout`: `['linear']`, `['raid', 'raid1']`, `['thin', 'sparse']`. */
  readonly layout: readonly string[];
  /** lvs(8) `lv_role`: `['public']`, `['private', 'raid', 'image']`, `['public', 'snapshot', 'thicksnapshot']`. */
  readonly role: readonly string[];
  readonly segments: readonly Segment[];
  /** lvs(8) `lv_attr`, ten characters. */
  readonly attributes: string;
  readonly active: boolean;
  /** Somebody has its device open. */
  readonly open: boolean;
  readonly writable: boolean;
  /** Of the volume, pool or snapshot: lvs(8) `lv_health_status`, `partial` for instance; absent when it is well. */
  readonly health?: string;
  /** What it is a snapshot or thin clone of. */
  readonly origin?: string;
  /** Its thin pool. */
  readonly pool?: string;
  /** How full: a pool, a thin volume, or a snapshot's store. Known while active. */
  readonly dataPercent?: number;
  /** How full a pool's metadata is. */
  readonly metadataPercent?: number;
  /** How much of a mirror, raid or move is copied. */
  readonly copiedPercent?: number;
  /** The disk that a move empties; of LVM's internal `pvmoveN` only. */
  readonly movesFrom?: string;
  /** When it was made, ISO 8601 in UTC; absent when LVM does not say so in its usual way. */
  readonly createdAt?: string;
  /** A snapshot that is being merged into its origin. */
  readonly merging: boolean;
  /** Block device number while active, `253:4`. */
  readonly device?: string;
}

/** Consecutive extents of a volume that lie alike. */
export interface Segment {
  /** lvs(8) `segtype`: `linear`, `striped`, `raid1`, `thin`, `thin-pool` ... */
  readonly type: string;
  /** First extent of the volume that it holds. */
  readonly start: number;
  readonly extents: number;
  /** Stripes of a striped segment, legs of a mirror. */
  readonly stripes: number;
  /** 0 when it is not striped. */
  readonly stripeBytes: number;
  /** Where it lies, one range a stripe or leg. */
  readonly ranges: readonly ExtentRange[];
  /** For thin pools and snapshots: the bytes that are allocated or copied at once. */
  readonly chunkBytes: number;
}

/** Extents of a physical volume, or of an internal volume that is a part of this one. */
export interface ExtentRange {
  /** `/dev/sda2`, or a volume's name without its group. */
  readonly on: string;
  readonly first: number;
  readonly last: number;
}
