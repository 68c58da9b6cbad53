import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const extentBytes = 4 * 2 ** 20;
/** Of each volume. */
const extents = 128;
const uuid = (index) => `rGNOKO-FGll-6XOq-wLEv-9CK1-9I5m-${String(index).padStart(6, '0')}`;

/**
 * Makes a program `lvm` that reports a group `vg` on one disk, in which each guest has three volumes, and does nothing else.
 *
 * @returns the words to put before a command that is to find it in the place of this machine's
 */
export function withFakeLvm(folder, guests) {
  const volumes = guests.flatMap((guest) => ['root', 'var', 'swap'].map((disk) => ({ guest, disk })));
  const allocated = volumes.length * extents;
  const vg = {
    ...{ vg_name: 'vg', vg_uuid: uuid(0), vg_extent_size: extentBytes, vg_extent_count: 2 * allocated },
    ...{ vg_free_count: allocated, vg_tags: '', vg_attr: 'wz--n-', vg_missing_pv_count: 0 },
  };
  const pv = {
    ...{ pv_name: '/dev/sda', pv_uuid: uuid(0), vg_name: 'vg', dev_size: 2 * allocated * extentBytes, pv_tags: '' },
    ...{ pv_pe_count: 2 * allocated, pv_pe_alloc_count: allocated, pv_allocatable: 'allocatable' },
    ...{ pv_missing: '', pv_duplicate: '' },
  };
  const lv = volumes.map(({ guest, disk }, index) => ({
    ...{ lv_uuid: uuid(index), lv_name: `${guest}.${disk}`, vg_name: 'vg', lv_size: extents * extentBytes },
    ...{ lv_tags: `kvm:${guest}/${disk}`, lv_layout: 'linear', lv_role: 'public', lv_attr: '-wi-a-----' },
    ...{ lv_active: 'active', lv_device_open: '', lv_health_status: '', origin: '', pool_lv: '', data_percent: '' },
    ...{ metadata_percent: '', copy_percent: '', move_pv: '', lv_merging: '', lv_kernel_major: 253 },
    lv_kernel_minor: index,
  }));
  const seg = volumes.map((_, index) => ({
    ...{ lv_uuid: uuid(index), segtype: 'linear', seg_start_pe: 0, seg_size_pe: extents, stripes: 1, stripe_size: 0 },
    ...{ chunk_size: 0, seg_pe_ranges: `/dev/sda:${index * extents}-${(index + 1) * extents - 1}` },
  }));
  const report = JSON.stringify({ report: [{ vg: [vg], pv: [pv], lv, seg }] }, (_, value) =>
    typeof value === 'number' ? String(value) : value,
  );
  mkdirSync(folder);
  writeFileSync(join(folder, 'report.json'), report);
  writeFileSync(join(folder, 'lvm'), `#!/bin/sh\nexec cat '${join(folder, 'report.json')}'\n`);
  chmodSync(join(folder, 'lvm'), 0o755);
  const script = 'mount --bind "$0" "$(realpath "$(command -v lvm)")"; exec "$@"';
  return ['unshare', '--mount', 'sh', '-ec', script, join(folder, 'lvm')];
}
