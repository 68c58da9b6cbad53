/** How a volume is laid out. */
export type Layout =
  | { readonly type: 'linear' }
  | { readonly type: 'striped'; readonly stripes: number }
  /** Every extent on so many disks. */
  | { readonly type: 'raid1'; readonly legs: number }
  /** Takes its extents from a pool as they are written. */
  | { readonly type: 'thin'; readonly pool: string }
  | { readonly type: 'thin-pool' };

/** A logical volume as it is to be. */
export interface DesiredVolume {
  readonly vg: string;
  readonly name: string;
  /** At least so many: LVM rounds up to whole extents. */
  readonly bytes: number;
  /** What it is for; the same when it is renamed: `65/root`, disk `root` of the guest with VMID 65. See {@link ownerTag}. */
  readonly owner: string;
  readonly layout: Layout;
  /**
   * Physical volumes that new extents may lie on, the first ones preferred: `/dev/sdb`, or `@ssd` for those with that tag.
   * Absent: any of the group.
   */
  readonly on?: readonly string[];
  /** What it is filled from when it is made: a raw image or a tarball, a path on the host. */
  readonly from?: string;
}
