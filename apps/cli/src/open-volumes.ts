import type { LogicalVolume, Storage } from '@kvm/lvm';
import type { CopyOptions } from '@kvm/lvm/run';
import { CliError } from './cli-error.ts';
import { interruption } from './interruption.ts';
import { progressBar } from './progress-bar.ts';
import { readInventory } from './read-inventory.ts';
import type { Session } from './session.ts';

/** This machine's volumes, as the commands of `disk` work on them. */
export interface OpenVolumes extends Disposable {
  /** The inventory's volume group. */
  readonly vg: string;
  readonly storage: Storage;
  /** How something that takes long is done: shown under this name, and broken off by Ctrl-C. */
  options(what: string): CopyOptions;
  /** Tells that something was done: a sentence for people, a line for programs. */
  done(what: string, event: object): void;
}

export interface VolumesOptions {
  readonly json?: boolean;
}

/** Reads the inventory's volume group, and what LVM reports. */
export async function openVolumes(session: Session, { json = false }: VolumesOptions): Promise<OpenVolumes> {
  const { parsed } = await readInventory(session);
  const { readStorage, runHere } = await import('@kvm/lvm/run');
  const { signal, release } = interruption();
  const runner = { run: runHere, report: (what: string) => session.say(what) };
  try {
    return {
      vg: parsed.inventory.host.vg,
      storage: await readStorage(runner),
      options: (what) => ({ ...runner, signal, onProgress: showEach(session, { what, json }) }),
      done(what, event) {
        if (json) session.out.jsonLine({ version: 1, event: 'done', ...event });
        else session.say(what);
      },
      [Symbol.dispose]: release,
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** A bar for each volume that is copied or moved; `what` where none is named. */
function showEach(session: Session, { what, json }: { readonly what: string; readonly json: boolean }) {
  let shown: string | undefined;
  let show = progressBar(session, { json });
  return ({ volume = what, copiedBytes, bytes }: VolumeProgress): void => {
    if (shown !== undefined && shown !== volume) show = progressBar(session, { json });
    shown = volume;
    show({ what: volume, done: copiedBytes, total: bytes });
  };
}

interface VolumeProgress {
  readonly volume?: string;
  readonly copiedBytes: number;
  readonly bytes: number;
}

/** A guest's volumes, by the names of its disks: `<guest>.<disk>`. Its snapshots are not among them. */
export const volumesOf = ({ vg, storage }: OpenVolumes, guest: string): readonly LogicalVolume[] =>
  storage.volumes.filter(
    (volume) =>
      volume.vg === vg &&
      !volume.internal &&
      volume.name.startsWith(`${guest}.`) &&
      diskOf(guest, volume) !== undefined,
  );

const diskOf = (guest: string, { name }: LogicalVolume): string | undefined =>
  /^[^.]+$/.exec(name.slice(guest.length + 1))?.[0];

/** @throws CliError `no-such-disk` */
export function volumeOf(volumes: OpenVolumes, guest: string, disk: string): LogicalVolume {
  const all = volumesOf(volumes, guest);
  const found = all.find(({ name }) => name === `${guest}.${disk}`);
  if (found) return found;
  const known = all.map(({ name }) => name.slice(guest.length + 1)).join(', ');
  const remedy = known === '' ? `${guest} has no disks in ${volumes.vg}: see kvmctl disk list.` : `It has ${known}.`;
  throw new CliError('no-such-disk', `${guest} has no disk ${disk} in ${volumes.vg}. ${remedy}`);
}

/** What destroys data is done only when the guest is named twice. @throws CliError `usage` */
export function mustConfirm(guest: string, confirmed: string | undefined, what: string): void {
  if (confirmed === guest) return;
  throw new CliError('usage', `${what} for good. If you mean it: --confirm=${guest}`);
}
