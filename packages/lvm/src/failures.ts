import { LvmError, type LvmErrorCode } from './errors.ts';

/** What a program of LVM's has ended with. */
export interface Failure {
  /** lvm(8): 2 no such command, 3 bad arguments, 5 whatever else; 127 when there is no such program. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Rule {
  readonly code: LvmErrorCode;
  /** Of one line of what LVM said. */
  readonly says: RegExp;
  readonly remedy: string;
}

/** Taking a lost disk from its group can take volumes with it: what is whole is to be saved before. */
export const missingDiskRemedy = (vg: string): string =>
  `Attach the disk again. If it is lost for good, back up what is whole first (kvmctl disk backup), then: vgreduce --removemissing ${vg}; with --force, all volumes that had a part there go, too.`;

/** The exit status is 5 for nearly everything, so that LVM's words tell failures apart. The first rule that fits decides. */
const rules: readonly Rule[] = [
  {
    code: 'not-permitted',
    says: /Permission denied|must be root/i,
    remedy: 'Run as root.',
  },
  {
    code: 'no-device-mapper',
    says: /\/dev\/mapper\/control|without using device-mapper kernel driver|[Dd]evice-mapper (?:driver )?is missing|Can't process LV .*: \S+ target support missing/,
    remedy: 'Load what the kernel lacks, modprobe dm_mod for instance; in a container ask the host.',
  },
  {
    code: 'locked',
    says: /flock failed|Can't get lock|Giving up waiting for lock|Failed to get (?:global|shared|exclusive) lock/,
    remedy: 'Another LVM command is at work: wait for it (ps -C lvm,lvcreate,vgs,pvmove), then run again.',
  },
  {
    code: 'pv-missing',
    says: /while PVs are missing|while it has missing PVs|[Rr]efusing activation of partial LV|has missing PVs|VG \S+ is missing PV/,
    remedy: missingDiskRemedy('VG'),
  },
  {
    code: 'duplicate-pv',
    says: /duplicate PV/,
    remedy:
      'Two devices hold the same physical volume, a copy or a second path: detach one, or hide it with a filter in lvm.conf.',
  },
  {
    code: 'exported',
    says: /[Vv]olume group \S+ is exported|VG \S+ is exported/,
    remedy: 'Import the group: vgimport.',
  },
  {
    code: 'read-only',
    says: /is read-only|metadata_read_only|Read-only file system|write-protected|Operation not permitted/,
    remedy: 'Make it writable: blockdev --setrw for a disk, lvchange --permission rw for a volume.',
  },
  {
    code: 'sick-disk',
    says: /Error (?:reading|writing) device|Input\/output error/,
    remedy: 'See what the kernel says of it (dmesg), and save what is on it before you do anything else.',
  },
  {
    code: 'vg-full',
    says: /[Ii]nsufficient free space|Insufficient suitable .*allocatable extents|Not enough (?:free )?(?:space|extents|PVs)/,
    remedy: 'Add a disk (vgextend), free one, or ask for less.',
  },
  {
    code: 'thin-pool-full',
    says: /[Ff]ree space in (?:thin )?pool \S+ (?:reached|is above) threshold|out_of_(?:meta)?data/,
    remedy: 'Grow the pool (lvextend) or remove what is in it.',
  },
  {
    code: 'snapshot-full',
    says: /invalidated snapshot|[Ss]napshot \S+ (?:is invalid|invalid)/,
    remedy: 'It holds what was only in part: remove it and take another, larger one.',
  },
  {
    code: 'name-taken',
    says: /already exists in/,
    remedy: 'Choose another name, or rename what is there.',
  },
  {
    code: 'invalid-name',
    says: /Names (?:starting|including) "[^"]*" are reserved|invalid characters|name (?:"[^"]*" )?is (?:too long|invalid)|has invalid characters|length \d+ is not supported|Name too long|name too long|may not include/i,
    remedy: 'Choose another name.',
  },
  {
    code: 'vg-not-found',
    says: /Volume group "[^"]*" (?:not found|doesn't exist)|Volume group \S+ not found/,
    remedy: 'See which there are: vgs. A filter in lvm.conf may hide its disks.',
  },
  {
    code: 'volume-not-found',
    says: /Failed to find logical volume|(?:LV|[Ll]ogical volume|Pool|volume) \S+ not found/,
    remedy: 'See which there are: lvs.',
  },
  {
    code: 'pv-not-found',
    says: /[Pp]hysical [Vv]olume "?\S+?"? not found|[Ff]ailed to find (?:physical volume|device)|[Cc]annot find physical volume|No device found for|device not found/,
    remedy: 'See which there are: pvs.',
  },
  {
    code: 'moving',
    says: /locked (?:logical volume|LV|pool volume|devices)|pvmove (?:in progress|volume)/,
    remedy: 'It is being moved: wait until that has ended, or end it (pvmove --abort).',
  },
  {
    code: 'in-use',
    says: /in use|is used by another device|exclusively|busy|has open \d+ snapshot/,
    remedy: 'Stop the guest, or whatever else has it open (lsof, dmsetup deps), then run again.',
  },
  {
    code: 'origin-active',
    says: /resized only while inactive/,
    remedy: 'Remove its snapshots, or stop the guest and deactivate both.',
  },
  { code: 'same-size', says: /matches existing size/, remedy: 'Nothing is left to do.' },
  {
    code: 'signature-found',
    says: /Aborted wiping/,
    remedy: 'There are remains of an older file system where the volume was to lie; wiping them has to be allowed.',
  },
  {
    code: 'nothing-to-move',
    says: /No data to move/,
    remedy: 'None of it lies on the disk that is to be emptied.',
  },
  {
    code: 'device-not-made',
    says: /not found: device not|[Uu]dev|Failed to (?:wipe|zero|activate)|device not cleared/,
    remedy: 'Its device did not come up: see that udevd runs, or set DM_DISABLE_UDEV=1 where there is none.',
  },
];

/** Tells from LVM's words what has failed, and how to mend it. @param command as it was run */
export function explainFailure(command: readonly string[], failure: Failure): LvmError {
  const said = linesOf(failure);
  const shown = command.join(' ');
  const options = { said };
  if (failure.exitCode === 127)
    return new LvmError('lvm-missing', `There is no program ${command[0]}.`, { ...options, remedy: 'Install lvm2.' });
  const errors = said.filter((line) => !line.startsWith('WARNING:'));
  for (const { code, says, remedy } of rules) {
    const line = errors.find((each) => says.test(each));
    if (line !== undefined) return new LvmError(code, sentence(line), { ...options, remedy });
  }
  const line = sentence(errors[0] ?? `${shown} ended with exit status ${failure.exitCode} and no word.`);
  if (failure.exitCode === 2 || failure.exitCode === 3)
    return new LvmError('bad-arguments', line, { ...options, remedy: `This LVM does not know: ${shown}` });
  return new LvmError('failed', line, { ...options, remedy: `It was: ${shown}` });
}

/** JSON is a report and not words. */
function linesOf({ stdout, stderr }: Failure): readonly string[] {
  const words = stdout.includes('"report"') || stdout.includes('"log"') ? stderr : `${stderr}\n${stdout}`;
  return words
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

const sentence = (line: string): string => (/[.!?]$/.test(line) ? line : `${line}.`);
