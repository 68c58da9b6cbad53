import { describe, expect, test } from 'vitest';
import { LvmError } from '../errors.ts';
import { readReportJson } from './json.ts';
import { parseReport } from './parse.ts';

const report = (sections: string): string =>
  `  {\n      "report": [\n          {\n${sections}\n          }\n      ]\n  }\n`;

/** As LVM 2.03.16 wrote it. */
const striped = report(`              "vg": [
                  {"vg_name":"vg", "vg_uuid":"3ZR4h1", "vg_extent_size":"4194304", "vg_extent_count":"765", "vg_free_count":"759", "vg_tags":"", "vg_attr":"wz--n-", "vg_missing_pv_count":"0"}
              ]
              ,
              "pv": [
                  {"pv_name":"/dev/loop0", "pv_uuid":"a", "vg_name":"vg", "dev_size":"1073741824", "pv_pe_count":"255", "pv_pe_alloc_count":"4", "pv_tags":"ssd,fast", "pv_allocatable":"allocatable", "pv_missing":"", "pv_duplicate":""},
                  {"pv_name":"/dev/loop3", "pv_uuid":"b", "vg_name":"", "dev_size":"1073741824", "pv_pe_count":"0", "pv_pe_alloc_count":"0", "pv_tags":"", "pv_allocatable":"", "pv_missing":"", "pv_duplicate":""}
              ]
              ,
              "lv": [
                  {"lv_uuid":"rGNOKO", "lv_name":"s", "vg_name":"vg", "lv_size":"16777216", "lv_tags":"kvm:65/root", "lv_layout":"striped", "lv_role":"public", "lv_attr":"-wi-ao----", "lv_active":"active", "lv_device_open":"open", "lv_health_status":"", "origin":"", "pool_lv":"", "data_percent":"", "metadata_percent":"", "copy_percent":"", "move_pv":"", "lv_merging":"", "lv_kernel_major":"253", "lv_kernel_minor":"4"}
              ]
              ,
              "seg": [
                  {"lv_uuid":"rGNOKO", "segtype":"striped", "seg_start_pe":"0", "seg_size_pe":"4", "stripes":"2", "stripe_size":"65536", "chunk_size":"0", "seg_pe_ranges":"/dev/loop0:2-3 /dev/loop1:0-1"}
              ]`);

describe('parseReport', () => {
  test('reads groups, disks, volumes and where they lie', () => {
    expect(parseReport(striped)).toEqual({
      groups: [
        {
          ...{ name: 'vg', uuid: '3ZR4h1', extentBytes: 4194304, extents: 765, freeExtents: 759 },
          ...{ tags: [], exported: false, writable: true, missingDisks: 0 },
        },
      ],
      disks: [
        {
          ...{ device: '/dev/loop0', uuid: 'a', vg: 'vg', bytes: 2 ** 30, extents: 255, freeExtents: 251 },
          ...{ tags: ['ssd', 'fast'], allocatable: true, missing: false, duplicate: false },
        },
        {
          ...{ device: '/dev/loop3', uuid: 'b', bytes: 2 ** 30, extents: 0, freeExtents: 0 },
          ...{ tags: [], allocatable: false, missing: false, duplicate: false },
        },
      ],
      volumes: [
        {
          ...{ vg: 'vg', name: 's', uuid: 'rGNOKO', bytes: 2 ** 24, tags: ['kvm:65/root'], internal: false },
          ...{ layout: ['striped'], role: ['public'], attributes: '-wi-ao----', active: true, open: true },
          ...{ writable: true, merging: false, device: '253:4' },
          segments: [
            {
              ...{ type: 'striped', start: 0, extents: 4, stripes: 2, stripeBytes: 65536, chunkBytes: 0 },
              ranges: [
                { on: '/dev/loop0', first: 2, last: 3 },
                { on: '/dev/loop1', first: 0, last: 1 },
              ],
            },
          ],
        },
      ],
    });
  });

  test('takes the second format, whose values have types', () => {
    const { volumes } = parseReport(
      '{"report": [{"lv": [{"lv_uuid": "u", "lv_name": "[p_tdata]", "vg_name": "vg", "lv_size": 8388608, "lv_tags": [], "lv_layout": ["linear"], "lv_role": ["private", "thin"], "data_percent": null, "lv_kernel_major": -1, "lv_active": "active"}], "seg": [{"lv_uuid": "u", "segtype": "linear", "seg_start_pe": 0, "seg_size_pe": 2, "seg_pe_ranges": ["/dev/sda:0-1"]}]}]}',
    );
    expect(volumes).toMatchObject([
      {
        ...{ name: 'p_tdata', internal: true, bytes: 8388608, tags: [], role: ['private', 'thin'], active: true },
        segments: [{ ranges: [{ on: '/dev/sda', first: 0, last: 1 }] }],
      },
    ]);
    expect(volumes[0]).not.toHaveProperty('device');
    expect(volumes[0]).not.toHaveProperty('dataPercent');
  });

  test('holds sizes near the largest of LVM exactly', () => {
    const [volume] = parseReport(
      report('"lv": [{"lv_uuid":"u", "lv_name":"big", "lv_size":"9223372036850581504"}]'),
    ).volumes;
    expect(BigInt(volume?.bytes ?? 0)).toBe(9223372036850581504n);
  });

  test.each([
    ['lv_size', '"15,00"'],
    ['lv_size', '"8.00m"'],
    ['lv_size', '"-1"'],
    ['data_percent', '"12,5"'],
  ])('refuses %s %s, which another language or unit wrote', (field, cell) => {
    const text = report(`"lv": [{"lv_uuid":"u", "lv_name":"a", "${field}":${cell}}]`);
    expect(() => parseReport(text)).toThrow(/LC_ALL=C with --units b/);
  });
});

describe('readReportJson', () => {
  const log = '"log": [\n {"log_seq_num":"1", "log_message":"a \\"},]\\" b"},\n ]';

  test.each([
    ['a comma after the last row', `  {\n "report": [\n ]\n ,\n ${log}\n }\n`],
    ['text before', `  Logical volume vg/x changed.\n{ fsck {"report"\n  {\n "report": [],\n ${log} }\n`],
    ['text after', `  {\n "report": [],\n ${log} }\n  /dev/sda: Moved: 100.00%\n}`],
  ])('reads past %s', (_, text) => {
    expect(readReportJson(text)).toEqual({ report: [], log: [{ log_seq_num: '1', log_message: 'a "},]" b' }] });
  });

  test.each([
    '',
    'null',
    '[]',
    '{"report": 1}',
    '{"report": [{"lv": [1]}]}',
    '  {\n "report": [',
    '  Volume group "x" not found',
  ])('refuses %j', (text) => {
    expect(() => readReportJson(text)).toThrow(expect.objectContaining({ code: 'unreadable-report' }));
  });

  test('keeps what LVM said', () => {
    expect.assertions(2);
    try {
      readReportJson('  Volume group "x" not found\n');
    } catch (error) {
      expect(error).toBeInstanceOf(LvmError);
      expect(error).toHaveProperty('said', ['  Volume group "x" not found', '']);
    }
  });
});
