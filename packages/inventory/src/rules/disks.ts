import { BUILT_IN } from '../built-in.ts';
import { disksOf, type EffectiveDisks } from '../effective-disks.ts';
import { exportDisks } from '../export-disks.ts';
import type { InventoryPath } from '../problem.ts';
import type { Draft } from '../schema/shape.ts';
import type { Judging } from './judging.ts';

/** From vda to vdz; libvirt and QEMU go on with vdaa, root= with a name that long is a slip. */
const MOST_DISKS = 26;
/** DM_NAME_LEN of <linux/dm-ioctl.h> without its NUL. */
const LONGEST_DEVICE = 127;

/** The device-mapper name of a logical volume, in which LVM doubles hyphens. */
const deviceName = (vg: string, volume: string): string =>
  `${vg.replaceAll('-', '--')}-${volume.replaceAll('-', '--')}`;

/** The letter of the disk that a kernel takes its root file system from: a for root=/dev/vda and root=/dev/vda1. */
const ROOT = /(?:^|\s)root=\/dev\/vd([a-z])(?![a-z])/;

/** A guest's disks by name, its kernel's command line, and where to report on them. */
interface GuestDisks {
  readonly guest: string;
  readonly names: readonly string[];
  readonly disks: EffectiveDisks;
  readonly cmdline: string;
  readonly at: (key: 'disks' | 'cmdline') => InventoryPath;
}

function judgeVolumes({ guest, names, at }: GuestDisks, vg: string, { report }: Judging): void {
  if (names.length > MOST_DISKS) {
    const message = `${guest} has ${names.length} disks, but device names from vda to vdz are ${MOST_DISKS}.`;
    report(at('disks'), { code: 'too-many-disks', message, remedy: 'Join some of them.' });
  }
  for (const disk of names) {
    const length = deviceName(vg, `${guest}.${disk}`).length;
    if (length <= LONGEST_DEVICE) continue;
    const message = `The volume ${guest}.${disk} has a device name of ${length} characters, counting hyphens twice; ${LONGEST_DEVICE} are allowed.`;
    const remedy = 'Shorten the name of the guest or of the disk.';
    report(at('disks'), { code: 'volume-name-too-long', message, remedy });
  }
}

/** Keys that mean nothing for a type are mistakes: whoever wrote them expects something of them. */
const TYPES_OF: readonly (readonly [key: 'over' | 'pool' | 'on', types: readonly string[]])[] = [
  ['over', ['striped', 'raid1']],
  ['pool', ['thin']],
  ['on', ['linear', 'striped', 'raid1']],
];

function judgeLayouts({ guest, disks, at }: GuestDisks, own: object, { report, sound }: Judging): void {
  for (const [name, disk] of disks) {
    const path = [...at('disks'), ...(at('disks').length > 2 && Object.hasOwn(own, name) ? [name] : [])];
    if (!sound(path) || !sound(['defaults', 'disks', name])) continue;
    if (disk.size === undefined) {
      const message = `The disk ${name} of ${guest} has no size.`;
      report(path, { code: 'missing-key', message, remedy: 'Add `size:` with a disk size, such as 8 GiB.' });
    }
    const { type = BUILT_IN.disk.type } = disk;
    for (const [key, types] of TYPES_OF) {
      if (disk[key] === undefined || types.includes(type)) continue;
      const message = `The disk ${name} of ${guest} is ${type}, for which ${key} means nothing.`;
      report(path, { code: 'wrong-layout', message, remedy: `Remove ${key}, or write a type of ${types.join(', ')}.` });
    }
  }
}

/** The disk by its name from which a kernel takes its root file system. */
export const rootDisk = (names: readonly string[], cmdline: string): string | undefined =>
  names[(ROOT.exec(cmdline)?.[1]?.charCodeAt(0) ?? Number.NaN) - 'a'.charCodeAt(0)];

function judgeRoot({ guest, names, cmdline, at }: GuestDisks, { report }: Judging): void {
  const letter = ROOT.exec(cmdline)?.[1];
  if (letter === undefined || letter.charCodeAt(0) - 'a'.charCodeAt(0) < names.length) return;
  const has = names.length === 0 ? 'no disk' : `only ${names.length} of them`;
  const message = `The kernel of ${guest} takes its root from disk vd${letter}, but the guest has ${has}.`;
  report(at('cmdline'), { code: 'no-root-disk', message, remedy: 'Add a disk, or correct root= in cmdline.' });
}

/** Keys that fill in the template mean nothing without it. */
function judgeWithoutTemplate(
  guest: string,
  keys: { readonly disks?: unknown; readonly cmdline?: unknown; readonly xml?: unknown },
  { report }: Judging,
): void {
  for (const key of ['disks', 'cmdline'] as const) {
    if (keys[key] === undefined) continue;
    const message = `${guest} is made without the template, which ${key} would go into.`;
    report(['guests', guest, key], {
      code: 'no-template',
      message,
      remedy: `Write them into its xml, or remove \`template\` there.`,
    });
  }
}

/** Each guest has the disk that its kernel wants, no more disks than letters, and volumes that LVM can name. */
export function judgeDisks(draft: Draft, judging: Judging): void {
  const { defaults = {}, guests = {} } = draft;
  const exported = exportDisks(draft);
  const usual = disksOf(defaults, {});
  for (const [guest, keys = {}] of Object.entries(guests)) {
    if (keys.template === 'none') {
      judgeWithoutTemplate(guest, keys, judging);
      continue;
    }
    const isUsual = keys.disks === undefined && guest !== exported?.server;
    const effective = isUsual ? usual : disksOf(defaults, keys, guest === exported?.server ? exported.added : []);
    const disks: GuestDisks = {
      guest,
      names: [...effective.keys()],
      disks: effective,
      cmdline: keys.cmdline ?? defaults.cmdline ?? BUILT_IN.guest.cmdline,
      at: (key) => (keys[key] === undefined ? ['guests', guest] : ['guests', guest, key]),
    };
    judgeLayouts(disks, keys.disks ?? {}, judging);
    judgeVolumes(disks, draft.host?.vg ?? BUILT_IN.vg, judging);
    if (judging.sound(['guests', guest, 'disks']) && judging.sound(['defaults', 'disks'])) judgeRoot(disks, judging);
  }
}
