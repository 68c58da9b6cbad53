import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PrivateLvm } from './private-lvm.ts';

/** A volume as LVM's metadata have it, which without device-mapper no command makes. */
interface ForgedVolume {
  readonly name: string;
  readonly tag?: string;
  /** Its one segment, beside what all have. */
  readonly segment: string;
  readonly internal?: true;
}

let made = 0;
/** Like a UUID of LVM's. */
function nextId(): string {
  const digits = String(++made).padStart(32, '0');
  return digits.replace(/^(.{6})(.{4})(.{4})(.{4})(.{4})(.{4})(.{6})$/, '$1-$2-$3-$4-$5-$6-$7');
}

const text = ({ name, tag, segment, internal }: ForgedVolume): string => `
  "${name}" {
    id = "${nextId()}"
    status = ["READ", "WRITE"${internal ? '' : ', "VISIBLE"'}]
    flags = []
    ${tag === undefined ? '' : `tags = ["${tag}"]`}
    segment_count = 1
    segment1 {
      start_extent = 0
      extent_count = 10
      ${segment}
    }
  }`;

/** Extents of the first disk, from one on. */
const linear = (first: number): string => `type = "striped"\nstripe_count = 1\nstripes = ["pv0", ${first}]`;

/** A pool `pool`; its extents begin at 500 of the first disk. */
export const thinPool: readonly ForgedVolume[] = [
  { name: 'pool_tdata', segment: linear(500), internal: true },
  { name: 'pool_tmeta', segment: linear(510), internal: true },
  {
    name: 'pool',
    segment:
      'type = "thin-pool"\nmetadata = "pool_tmeta"\npool = "pool_tdata"\ntransaction_id = 0\nchunk_size = 128\ndiscards = "passdown"\nzero_new_blocks = 1',
  },
];

/** A thin volume in the pool. @param origin as the metadata name it: `origin = "a.root"`, or `external_origin` */
export const thinVolume = (name: string, tag?: string, origin = ''): ForgedVolume => ({
  ...{ name, ...(tag !== undefined && { tag }) },
  segment: `type = "thin"\nthin_pool = "pool"\ntransaction_id = 0\ndevice_id = ${++made}\n${origin}`,
});

/** A snapshot with a store of its own. @param first extent of the first disk, from 520 on */
export const thickSnapshot = (
  name: string,
  origin: string,
  { tag, first }: { tag?: string; first: number },
): ForgedVolume[] => [
  { name, ...(tag !== undefined && { tag }), segment: linear(first) },
  {
    name: `snapshot${++made}`,
    segment: `type = "snapshot"\nchunk_size = 8\norigin = "${origin}"\ncow_store = "${name}"`,
    internal: true,
  },
];

/**
 * Adds volumes to the group `vg` by its metadata. LVM reads, shows and judges them as those that it has made itself.
 *
 * @param readOnly volumes that are external origins, which LVM wants so
 */
export async function addRelations(
  lvm: PrivateLvm,
  volumes: readonly ForgedVolume[],
  readOnly: readonly string[] = [],
): Promise<void> {
  const file = join(lvm.folder, 'metadata');
  await lvm.must('vgcfgbackup', '--file', file, 'vg');
  let metadata = await readFile(file, 'utf8');
  for (const name of readOnly)
    metadata = metadata.replace(new RegExp(`("?${name}"? \\{[^}]*?status = )\\[[^\\]]*\\]`), '$1["READ", "VISIBLE"]');
  const added = volumes.map(text).join('\n');
  if (!metadata.includes('logical_volumes {')) throw new Error('the group has no volume yet');
  await writeFile(file, metadata.replace('logical_volumes {', `logical_volumes {\n${added}`));
  await lvm.must('vgcfgrestore', '--force', '--file', file, 'vg');
}
