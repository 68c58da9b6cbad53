/**
 * LVM tag of a volume that an operating system is being put onto, beside the one that says whose the volume is. It names the
 * installation by LVM's UUID of the root volume: as long as that bears it, nothing on any volume with it is of worth; on other
 * volumes alone it was left behind, and says nothing.
 */
export const installingTag = (rootUuid: string): string => `kvm.installing:${rootUuid}`;
