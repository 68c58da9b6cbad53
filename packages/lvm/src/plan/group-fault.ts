import type { LvmErrorCode } from '../errors.ts';
import type { VolumeGroup } from '../storage.ts';

/** Why LVM would change nothing in a group. */
export function groupFault(
  name: string,
  group: VolumeGroup | undefined,
): readonly [code: LvmErrorCode, message: string, remedy: string] | undefined {
  if (group === undefined)
    return ['vg-not-found', 'There is no such volume group.', `Make it on a disk: vgcreate ${name} /dev/DISK.`];
  if (group.exported) return ['exported', 'The volume group is exported.', `Import it: vgimport ${name}.`];
  if (group.missingDisks > 0) {
    const message = `${group.missingDisks} of its physical volumes ${group.missingDisks === 1 ? 'is' : 'are'} missing.`;
    return [
      'pv-missing',
      message,
      `Attach the disk again; if it is lost for good, see vgreduce --removemissing ${name}.`,
    ];
  }
  if (!group.writable)
    return [
      'read-only',
      'The volume group is read-only.',
      'Its metadata say so: see who made them (vgcfgbackup, vgcfgrestore).',
    ];
  return undefined;
}
