/** What is asked of each kind of row; lvmreport(7) tells what a field means. */
const fields = {
  vg: [
    'vg_name',
    'vg_uuid',
    'vg_extent_size',
    'vg_extent_count',
    'vg_free_count',
    'vg_tags',
    'vg_attr',
    'vg_missing_pv_count',
  ],
  pv: [
    'pv_name',
    'pv_uuid',
    'vg_name',
    'dev_size',
    'pv_pe_count',
    'pv_pe_alloc_count',
    'pv_tags',
    'pv_allocatable',
    'pv_missing',
    'pv_duplicate',
  ],
  lv: [
    ...['lv_uuid', 'lv_name', 'vg_name', 'lv_size', 'lv_tags', 'lv_layout', 'lv_role', 'lv_attr', 'lv_active'],
    ...['lv_device_open', 'lv_health_status', 'origin', 'pool_lv', 'data_percent', 'metadata_percent', 'copy_percent'],
    ...['move_pv', 'lv_merging', 'lv_kernel_major', 'lv_kernel_minor', 'lv_time'],
  ],
  seg: ['lv_uuid', 'segtype', 'seg_start_pe', 'seg_size_pe', 'stripes', 'stripe_size', 'chunk_size', 'seg_pe_ranges'],
} as const;

export type Section = keyof typeof fields;
export type Field = (typeof fields)[Section][number];

/** Text in LVM's first JSON format; in its second, numbers, null and lists too. */
type Cell = string | number | null | readonly string[];

export type Row = { readonly [F in Field]?: Cell };

/**
 * The command whose report {@link parseReport} reads whole: one process, so that its parts are of one moment. Runs under
 * `LC_ALL=C`, since a language may write numbers with a comma.
 */
export const reportCommand: readonly [string, ...string[]] = [
  'lvm',
  'fullreport',
  ...['--all', '--units', 'b', '--nosuffix', '--reportformat', 'json'],
  ...Object.entries(fields).flatMap(([section, names]) => ['--configreport', section, '-o', names.join(',')]),
  ...['--configreport', 'pvseg', '-o', 'pvseg_start'],
];
