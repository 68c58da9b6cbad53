import type { ExtentRange, LogicalVolume, PhysicalVolume, Segment, Storage, VolumeGroup } from '../storage.ts';
import { isSet, listOf, percentOf, textOf, wholeOf } from './cells.ts';
import type { Row, Section } from './fields.ts';
import { readReportJson } from './json.ts';

/**
 * Reads LVM's reports: one of {@link reportCommand}, or several of `vgs`, `pvs`, `lvs` and `lvs --segments` with the same
 * fields. Read from LVM 2.03.16; other versions have been read about, not tried.
 *
 * @throws LvmError `unreadable-report`
 */
export function parseReport(...texts: readonly string[]): Storage {
  const reports = texts.flatMap((text) => readReportJson(text).report);
  const rows = (section: Section): readonly Row[] => reports.flatMap((report) => report[section] ?? []);
  const segments = new Map<string, Segment[]>();
  for (const row of rows('seg')) {
    const uuid = textOf(row, 'lv_uuid');
    const known = segments.get(uuid);
    if (known) known.push(segmentOf(row));
    else segments.set(uuid, [segmentOf(row)]);
  }
  return {
    groups: rows('vg').map(groupOf),
    disks: rows('pv').map(diskOf),
    volumes: rows('lv').map((row) => volumeOf(row, segments.get(textOf(row, 'lv_uuid')) ?? [])),
  };
}

function groupOf(row: Row): VolumeGroup {
  // vgs(8), vg_attr: w or r for its permissions, z or - for resizable, x when exported.
  const attributes = textOf(row, 'vg_attr');
  return {
    name: textOf(row, 'vg_name'),
    uuid: textOf(row, 'vg_uuid'),
    extentBytes: wholeOf(row, 'vg_extent_size'),
    extents: wholeOf(row, 'vg_extent_count'),
    freeExtents: wholeOf(row, 'vg_free_count'),
    tags: listOf(row, 'vg_tags'),
    exported: attributes[2] === 'x',
    writable: attributes[0] !== 'r',
    missingDisks: wholeOf(row, 'vg_missing_pv_count'),
  };
}

function diskOf(row: Row): PhysicalVolume {
  const vg = textOf(row, 'vg_name');
  const extents = wholeOf(row, 'pv_pe_count');
  return {
    device: textOf(row, 'pv_name'),
    uuid: textOf(row, 'pv_uuid'),
    ...(vg !== '' && { vg }),
    bytes: wholeOf(row, 'dev_size'),
    extents,
    freeExtents: extents - wholeOf(row, 'pv_pe_alloc_count'),
    tags: listOf(row, 'pv_tags'),
    allocatable: isSet(row, 'pv_allocatable'),
    missing: isSet(row, 'pv_missing'),
    duplicate: isSet(row, 'pv_duplicate'),
  };
}

/** Writable while it is made: what only some volumes have is added afterwards. */
type Known = { -readonly [K in keyof LogicalVolume]: LogicalVolume[K] };

function volumeOf(row: Row, segments: readonly Segment[]): LogicalVolume {
  const name = textOf(row, 'lv_name');
  // lvs(8), lv_attr: the second letter is r or R when it cannot be written.
  const attributes = textOf(row, 'lv_attr');
  const volume: Known = {
    vg: textOf(row, 'vg_name'),
    name: withoutBrackets(name),
    uuid: textOf(row, 'lv_uuid'),
    bytes: wholeOf(row, 'lv_size'),
    tags: listOf(row, 'lv_tags'),
    internal: name.startsWith('['),
    layout: listOf(row, 'lv_layout'),
    role: listOf(row, 'lv_role'),
    segments,
    attributes,
    active: isSet(row, 'lv_active'),
    open: isSet(row, 'lv_device_open'),
    writable: attributes[1]?.toLowerCase() !== 'r',
    merging: isSet(row, 'lv_merging'),
  };
  addTexts(volume, row);
  const [data, metadata, copied] = [
    percentOf(row, 'data_percent'),
    percentOf(row, 'metadata_percent'),
    percentOf(row, 'copy_percent'),
  ];
  if (data !== undefined) volume.dataPercent = data;
  if (metadata !== undefined) volume.metadataPercent = metadata;
  if (copied !== undefined) volume.copiedPercent = copied;
  return volume;
}

function addTexts(volume: Known, row: Row): void {
  const major = textOf(row, 'lv_kernel_major');
  if (major !== '' && major !== '-1') volume.device = `${major}:${textOf(row, 'lv_kernel_minor')}`;
  const health = textOf(row, 'lv_health_status');
  if (health !== '') volume.health = health;
  const origin = textOf(row, 'origin');
  if (origin !== '') volume.origin = withoutBrackets(origin);
  const pool = textOf(row, 'pool_lv');
  if (pool !== '') volume.pool = withoutBrackets(pool);
  // lvm.conf's report/time_format, by default `2026-11-30 15:06:38 +0000`.
  const [, day, time, zone] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([+-]\d{4})$/.exec(textOf(row, 'lv_time')) ?? [];
  if (day !== undefined) volume.createdAt = new Date(`${day}T${time}${zone}`).toISOString();
  const moved = textOf(row, 'move_pv');
  if (moved !== '') volume.movesFrom = moved;
}

const withoutBrackets = (name: string): string => (name.startsWith('[') ? name.slice(1, -1) : name);

function segmentOf(row: Row): Segment {
  return {
    type: textOf(row, 'segtype'),
    start: wholeOf(row, 'seg_start_pe'),
    extents: wholeOf(row, 'seg_size_pe'),
    stripes: wholeOf(row, 'stripes'),
    stripeBytes: wholeOf(row, 'stripe_size'),
    ranges: rangesOf(row),
    chunkBytes: wholeOf(row, 'chunk_size'),
  };
}

/** `/dev/sda:0-99 /dev/sdb:0-99`; a missing disk is `[unknown]`, which keeps its brackets as in the report of disks. */
function rangesOf(row: Row): readonly ExtentRange[] {
  const ranges: ExtentRange[] = [];
  for (const word of listOf(row, 'seg_pe_ranges', ' ')) {
    const colon = word.lastIndexOf(':');
    const hyphen = word.indexOf('-', colon);
    if (colon < 1 || hyphen < 0) continue;
    const on = word.slice(0, colon);
    ranges.push({
      on: on === '[unknown]' ? on : withoutBrackets(on),
      first: Number(word.slice(colon + 1, hyphen)),
      last: Number(word.slice(hyphen + 1)),
    });
  }
  return ranges;
}
