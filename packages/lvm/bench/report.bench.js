// How long LVM's report of 10,000 volumes takes to read, beside JSON.parse alone. Goal: 100 ms.
import { performance } from 'node:perf_hooks';
import { parseReport, planVolumes } from '../dist/index.js';

const count = 10_000;
const extentBytes = 4 * 2 ** 20;
const disks = Array.from({ length: 20 }, (_, index) => `/dev/sd${String.fromCharCode(97 + index)}`);

/** As `lvm fullreport` writes it. */
function reportText() {
  const uuid = (index) => `rGNOKO-FGll-6XOq-wLEv-9CK1-9I5m-${String(index).padStart(6, '0')}`;
  const rows = (cells) => cells.map((cell) => `                  ${cell}`).join(',\n');
  const pv = disks.map(
    (name, index) =>
      `{"pv_name":"${name}", "pv_uuid":"${uuid(index)}", "vg_name":"vg", "dev_size":"4398046511104", "pv_pe_count":"1048575", "pv_pe_alloc_count":"${(count / disks.length) * 10}", "pv_tags":"", "pv_allocatable":"allocatable", "pv_missing":"", "pv_duplicate":""}`,
  );
  const lv = Array.from(
    { length: count },
    (_, index) =>
      `{"lv_uuid":"${uuid(index)}", "lv_name":"guest${index >> 2}.disk${index & 3}", "vg_name":"vg", "lv_size":"41943040", "lv_tags":"kvm:guest${index >> 2}/disk${index & 3}", "lv_layout":"linear", "lv_role":"public", "lv_attr":"-wi-ao----", "lv_active":"active", "lv_device_open":"open", "lv_health_status":"", "origin":"", "pool_lv":"", "data_percent":"", "metadata_percent":"", "copy_percent":"", "move_pv":"", "lv_merging":"", "lv_kernel_major":"253", "lv_kernel_minor":"${index}"}`,
  );
  const seg = Array.from({ length: count }, (_, index) => {
    const first = Math.floor(index / disks.length) * 10;
    return `{"lv_uuid":"${uuid(index)}", "segtype":"linear", "seg_start_pe":"0", "seg_size_pe":"10", "stripes":"1", "stripe_size":"0", "chunk_size":"0", "seg_pe_ranges":"${disks[index % disks.length]}:${first}-${first + 9}"}`;
  });
  const vg = `{"vg_name":"vg", "vg_uuid":"${uuid(0)}", "vg_extent_size":"${extentBytes}", "vg_extent_count":"20971500", "vg_free_count":"20871500", "vg_tags":"", "vg_attr":"wz--n-", "vg_missing_pv_count":"0"}`;
  const sections = { vg: [vg], pv, lv, seg };
  const parts = Object.entries(sections).map(
    ([name, cells]) => `              "${name}": [\n${rows(cells)}\n              ]`,
  );
  return `  {\n      "report": [\n          {\n${parts.join('\n              ,\n')}\n          }\n      ]\n  }\n`;
}

function median(work, runs = 15) {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return { first: times[0], median: times.sort((a, b) => a - b)[Math.floor(runs / 2)] };
}

const text = reportText();
const parse = median(() => parseReport(text));
const json = median(() => JSON.parse(text));
const storage = parseReport(text);
const desired = storage.volumes.map(({ vg, name, bytes, tags }) => ({
  ...{ vg, name, bytes: bytes + extentBytes, owner: tags[0].slice(4), layout: { type: 'linear' } },
}));
const plan = median(() => planVolumes(desired, storage), 5);

const line = (what, { first, median }) =>
  console.log(`${what.padEnd(46)} ${median.toFixed(1).padStart(8)} ms   first ${first.toFixed(1).padStart(8)} ms`);
console.log(`A report of ${count} volumes, ${(text.length / 2 ** 20).toFixed(1)} MiB`);
line('JSON.parse alone', json);
line('parseReport', parse);
console.log(
  `    ${(parse.median / json.median).toFixed(2)}x JSON.parse; goal 100 ms, first time too: ${parse.first <= 100 ? 'met' : 'MISSED'}`,
);
line(`planVolumes, every one of them to grow`, plan);
