import { BUILT_IN } from '../built-in.ts';
import { disksOf } from '../effective-disks.ts';
import { exportDisks } from '../export-disks.ts';
import { quote } from '../quote.ts';
import type { Draft } from '../schema/shape.ts';
import { judgeDiskName } from '../values/text-rules.ts';
import { rootDisk } from './disks.ts';
import type { Judging } from './judging.ts';

/** VIRTIO_BLK_ID_BYTES: of a disk's serial number, by which the server finds it, a guest sees no more. */
const LONGEST_SERIAL = 20;

const CODE = 'bad-export-disk';

/** Each export lies on a disk of the server that holds nothing else. */
export function judgeExports(draft: Draft, judging: Judging): void {
  const { report, sound } = judging;
  const exports = (typeof draft.shared?.files === 'object' ? draft.shared.files : {}).exports;
  const found = exportDisks(draft);
  if (found === undefined) {
    judgeWithoutDisks(exports ?? {}, judging);
    return;
  }
  if (!sound(['guests', found.server, 'disks']) || !sound(['defaults', 'disks'])) return;
  const holder = openHolder(found.server, found.added, draft);
  for (const [name, disk] of found.disks) {
    const place = exports?.[name]?.path;
    const other = holder.taken.get(disk);
    const isShared = other !== undefined && exports?.[other]?.path === place;
    const fault = isShared ? undefined : faultOf(name, disk, holder);
    holder.taken.set(disk, name);
    if (fault === undefined) continue;
    const key = exports?.[name]?.disk === undefined ? [] : ['disk'];
    const at = ['shared', 'files', ...(exports === undefined ? [] : ['exports', name, ...key])];
    report(at, { code: CODE, message: fault[0], remedy: fault[1] });
  }
}

/** The guest that holds the exports' disks. */
interface Holder {
  readonly server: string;
  readonly disks: readonly string[];
  /** Disks that hold the guest itself. */
  readonly own: readonly (string | undefined)[];
  /** Exports by the disks that hold them, as far as they are known. */
  readonly taken: Map<string, string>;
}

function openHolder(server: string, added: readonly string[], { defaults = {}, guests = {} }: Draft): Holder {
  const keys = guests[server] ?? {};
  const disks = [...disksOf(defaults, keys, added).keys()];
  const cmdline = keys.cmdline ?? defaults.cmdline ?? BUILT_IN.guest.cmdline;
  return { server, disks, own: [rootDisk(disks, cmdline), ...Object.keys(BUILT_IN.guest.disks)], taken: new Map() };
}

/** What is wrong with an export's disk, and how to mend it. */
function faultOf(
  name: string,
  disk: string,
  { server, disks, own, taken }: Holder,
): readonly [message: string, remedy: string] | undefined {
  if (disk.length > LONGEST_SERIAL)
    return [
      `The disk ${quote(disk)} of the export ${quote(name)} has a longer name than the ${LONGEST_SERIAL} characters that a guest sees of it.`,
      'Write `disk:` with a shorter name of a disk of the server.',
    ];
  if (judgeDiskName(disk) !== undefined)
    return [`${quote(disk)} is no name for the disk of an export.`, 'Write `disk:` with another name.'];
  if (!disks.includes(disk))
    return [
      `${server} has no disk ${quote(disk)}, which is to hold the export ${quote(name)}.`,
      `Add \`${disk}: 100 GiB\` to the disks of ${server}, or name another one.`,
    ];
  if (own.includes(disk))
    return [
      `The disk ${disk} holds ${server} itself, and whoever may mount an export reaches all of its disk.`,
      'Name a disk that holds nothing else.',
    ];
  if (taken.has(disk))
    return [
      `The disk ${disk} holds the export ${quote(taken.get(disk) ?? '')} already, and whoever may mount one reaches all of its disk.`,
      'Name a disk for each.',
    ];
  return undefined;
}

/** Where the server's disks are not the file's, their names say nothing. */
function judgeWithoutDisks(
  exports: { readonly [name: string]: { readonly disk?: string | undefined } | undefined },
  { report }: Judging,
): void {
  for (const [name, keys] of Object.entries(exports))
    if (keys?.disk !== undefined)
      report(['shared', 'files', 'exports', name, 'disk'], {
        code: CODE,
        message: `The server of the export ${name} is no guest whose disks this file knows.`,
        remedy: 'Remove it, and mount a file system of its own there yourself.',
      });
}
