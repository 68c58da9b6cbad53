import { LvmError, type LvmErrorCode } from '../errors.ts';
import { missingDiskRemedy } from '../failures.ts';
import type { Storage, VolumeGroup } from '../storage.ts';

type Fault = readonly [code: LvmErrorCode, message: string, remedy: string];

/**
 * The group of a name. LVM allows two of one name, when disks of another machine are attached; what is meant by the name is
 * then not known.
 *
 * @throws LvmError `vg-not-found`, `ambiguous-group`
 */
export function groupNamed({ groups }: Pick<Storage, 'groups'>, name: string): VolumeGroup {
  const found = groups.filter((group) => group.name === name);
  const [group] = found;
  if (group !== undefined && found.length === 1) return group;
  if (group !== undefined) {
    const [, message, remedy] = ambiguous(found);
    throw new LvmError('ambiguous-group', message, { remedy });
  }
  throw new LvmError('vg-not-found', `There is no volume group ${name}.`, {
    remedy: 'See which there are: vgs. A filter in lvm.conf may hide its disks.',
  });
}

function ambiguous(groups: readonly VolumeGroup[]): Fault {
  const [name, uuids] = [groups[0]?.name, groups.map(({ uuid }) => uuid)];
  return [
    'ambiguous-group',
    `There are ${groups.length} volume groups ${name}, with the UUIDs ${uuids.join(' and ')}.`,
    'Give the one that is not meant another name: vgrename UUID NEW-NAME. Nothing is changed until then.',
  ];
}

/** Why LVM, or we, would change nothing in the group of a name; undefined when nothing keeps from it. */
export function groupFault({ groups }: Pick<Storage, 'groups'>, name: string): Fault | undefined {
  const found = groups.filter((group) => group.name === name);
  const [group] = found;
  if (group === undefined)
    return ['vg-not-found', 'There is no such volume group.', `Make it on a disk: vgcreate ${name} /dev/DISK.`];
  if (found.length > 1) return ambiguous(found);
  if (group.exported) return ['exported', 'The volume group is exported.', `Import it: vgimport ${name}.`];
  if (group.missingDisks > 0) {
    const message = `${group.missingDisks} of its physical volumes ${group.missingDisks === 1 ? 'is' : 'are'} missing.`;
    return ['pv-missing', message, missingDiskRemedy(name)];
  }
  if (!group.writable)
    return [
      'read-only',
      'The volume group is read-only.',
      'Its metadata say so: see who made them (vgcfgbackup, vgcfgrestore).',
    ];
  return undefined;
}
