import type { Layout } from './plan/desired.ts';

/** NAME_LEN of LVM's sources and DM_NAME_LEN of <linux/dm-ioctl.h>, both without the NUL. */
const LONGEST = 127;
/** LVM's limit of both names together: it counts NAME_LEN with both, a slash and more (vg_validate in its metadata.c). */
const LONGEST_BOTH = 124;
/** What LVM appends to names of the internal volumes that some layouts have. */
const LONGEST_SUFFIX = { linear: '', striped: '', thin: '', raid1: '_rimage_0', 'thin-pool': '_tdata' };

/** lvm(8), "Valid names": what LVM keeps for itself, at the beginning of a name or anywhere in it. */
const RESERVED_BEGINNINGS = ['pvmove', 'snapshot'];
const RESERVED_PARTS = [
  ...['_cdata', '_cmeta', '_corig', '_cpool', '_cvol', '_wcorig'],
  ...['_imeta', '_iorig', '_mimage', '_mlog', '_pmspare', '_rimage', '_rmeta'],
  ...['_tdata', '_tmeta', '_vdata', '_vorigin'],
];

/**
 * Why LVM refuses a name for a volume group.
 *
 * @returns a clause that follows the name, `begins with a hyphen`; undefined when LVM takes it
 */
export function volumeGroupNameFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.startsWith('-')) return 'begins with a hyphen';
  if (name === '.' || name === '..') return 'is a folder';
  const foreign = /[^a-zA-Z0-9._+-]/u.exec(name)?.[0];
  if (foreign !== undefined) return `has ${JSON.stringify(foreign)}; letters, digits and . _ + - are allowed`;
  if (name.length > LONGEST) return `has ${name.length} characters; ${LONGEST} are allowed`;
  return undefined;
}

/**
 * Why LVM refuses a name for a logical volume of a group.
 *
 * @returns a clause that follows the name, `begins with "snapshot", which LVM keeps for itself`; undefined when LVM takes it
 */
export function volumeNameFault(vg: string, name: string, layout: Layout['type'] = 'linear'): string | undefined {
  const fault = volumeGroupNameFault(name);
  if (fault !== undefined) return fault;
  const beginning = RESERVED_BEGINNINGS.find((reserved) => name.startsWith(reserved));
  if (beginning !== undefined) return `begins with "${beginning}", which LVM keeps for itself`;
  const part = RESERVED_PARTS.find((reserved) => name.includes(reserved));
  if (part !== undefined) return `has "${part}" in it, which LVM keeps for itself`;
  const longest = name + LONGEST_SUFFIX[layout];
  const both = vg.length + longest.length;
  if (both > LONGEST_BOTH) return `makes ${both} characters with its group's name; LVM takes ${LONGEST_BOTH}`;
  const device = deviceName(vg, longest).length;
  if (device > LONGEST) return `makes a device name of ${device} characters, hyphens twice; ${LONGEST} are allowed`;
  return undefined;
}

const doubled = (name: string): string => name.replaceAll('-', '--');

/** The device-mapper name of a logical volume, in which hyphens of names are doubled: `vg--a-my--lv`. */
export const deviceName = (vg: string, volume: string): string => `${doubled(vg)}-${doubled(volume)}`;

/** The device of a logical volume, as a person writes it: `/dev/vg/public.root`. */
export const volumePath = (vg: string, volume: string): string => `/dev/${vg}/${volume}`;

/** A device-mapper name taken apart. */
export interface DeviceNameParts {
  readonly vg: string;
  readonly volume: string;
  /** LVM's own layer on top of a volume: `real` of an origin, `cow` of a snapshot, `tpool` of a thin pool. */
  readonly layer?: string;
}

/**
 * Takes a device-mapper name apart: `vg--a-my--lv` is the volume `my-lv` of the group `vg-a`.
 *
 * @returns undefined when it cannot be a logical volume's
 */
export function parseDeviceName(device: string): DeviceNameParts | undefined {
  const parts = (device.match(/(?:[^-]|--)+|-/g) ?? []).filter((part) => part !== '-');
  const [vg, volume, layer, ...rest] = parts.map((part) => part.replaceAll('--', '-'));
  if (vg === undefined || volume === undefined || rest.length > 0) return undefined;
  return layer === undefined ? { vg, volume } : { vg, volume, layer };
}
