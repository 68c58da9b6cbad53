/** What a device's name says it is. */
export type BlockDevice =
  | { readonly kind: 'disk'; readonly name: string }
  | { readonly kind: 'partition'; readonly name: string; readonly disk: string }
  | { readonly kind: 'raid'; readonly name: string }
  | { readonly kind: 'volume'; readonly volumeGroup: string; readonly volume: string; readonly layer?: string };

/** LVM keeps these endings for the volumes that it makes below another one (lvm(8), "Reserved names"). */
const subvolume =
  /_(?:[rm]image_\d+|rmeta_\d+|mlog|[tc](?:data|meta)|corig|cvol|[vw]corig|vdata|vorigin|vpool\d*|i(?:meta|orig)|pmspare)$/;

function splitLayer(volume: string): { volume: string; layer?: string } {
  const at = volume.search(subvolume);
  return at <= 0 ? { volume } : { volume: volume.slice(0, at), layer: volume.slice(at + 1) };
}

/**
 * Splits a device-mapper name as LVM makes it: a hyphen between the parts, and hyphens within a part doubled.
 *
 * ```text
 * vg-public.root        vg, public.root
 * my--vg-db--1.root     my-vg, db-1.root
 * vg-db.root-real       vg, db.root, layer real
 * ```
 */
function parseMapperName(name: string): BlockDevice {
  const parts = splitAtSingleHyphens(name);
  const [volumeGroup = '', volume = '', layer] = parts;
  if (parts.length > 3 || parts.includes('') || volume === '') return { kind: 'disk', name };
  return layer === undefined
    ? { kind: 'volume', volumeGroup, ...splitLayer(volume) }
    : { kind: 'volume', volumeGroup, volume, layer };
}

/** From the left: two hyphens are one of the name's own, a single one separates. No part begins with a hyphen. */
const splitAtSingleHyphens = (name: string): string[] =>
  name
    .replaceAll('--', '\0')
    .split('-')
    .map((part) => part.replaceAll('\0', '-'));

const partitionPatterns = [
  /^((?:nvme\d+(?:c\d+)?n\d+|mmcblk\d+|md_?[\w.-]*\d|loop\d+|nbd\d+|zram\d+|(?:cciss|ida|rd)\/c\d+d\d+))p\d+$/,
  /^((?:s|h|v|xv)d[a-z]+)\d+$/,
];

/**
 * What a name of iostat's is: `sda1`, `md2`, `vg-public.root` (`-N`), `dm-3`, `mapper/vg-public.root`, `/dev/vg/public.root`.
 *
 * @param mapperNames what stands in `/sys/block/dm-N/dm/name`, by `dm-N`, for output of iostat without `-N`
 */
export function parseDeviceName(printed: string, mapperNames?: ReadonlyMap<string, string>): BlockDevice {
  const name = printed.replace(/^\/dev\//, '');
  const mapperName = mapperNames?.get(name);
  if (mapperName !== undefined) return parseMapperName(mapperName);
  if (name.startsWith('mapper/')) return parseMapperName(name.slice('mapper/'.length));
  for (const pattern of partitionPatterns) {
    const disk = pattern.exec(name)?.[1];
    if (disk !== undefined) return { kind: 'partition', name, disk };
  }
  if (/^md[\d_/]/.test(name)) return { kind: 'raid', name };
  if (printed.startsWith('/dev/') && /^[^/]+\/[^/]+$/.test(name) && !/^(?:cciss|ida|rd|disk)\//.test(name)) {
    const [volumeGroup = '', volume = ''] = name.split('/');
    return { kind: 'volume', volumeGroup, ...splitLayer(volume) };
  }
  return /^dm-\d+$/.test(name) || name.includes('/') ? { kind: 'disk', name } : parseMapperName(name);
}
