/** Extents that hold so many bytes: LVM rounds up to whole ones. */
export const extentsFor = (bytes: number, extentBytes: number): number => Math.ceil(bytes / extentBytes);

/** Extents of a striped volume: as many on each stripe, LVM rounds up. */
export const stripedExtents = (extents: number, stripes: number): number => Math.ceil(extents / stripes) * stripes;
