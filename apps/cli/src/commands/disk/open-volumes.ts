import type { ParsedInventory } from '@kvm/inventory';
import type { Storage } from '@kvm/lvm';
import type { CopyOptions, ReadOptions, RunProgram, WatchOptions } from '@kvm/lvm/run';
import { workingUser } from '../../hosts/open-host.ts';
import { readInventory } from '../../input/read-inventory.ts';
import { CliError } from '../../output/cli-error.ts';
import type { Session } from '../../session.ts';
import { interruption } from '../../terminal/interruption.ts';
import { progressBar } from '../../terminal/progress-bar.ts';

/** This machine's volumes, as the commands of `disk` work on them. */
export interface OpenVolumes extends AsyncDisposable {
  readonly parsed: ParsedInventory;
  /** The inventory's volume group, of which there is one. */
  readonly vg: string;
  readonly storage: Storage;
  /** How something that takes long is done: shown under this name, and broken off by Ctrl-C. */
  options(what: string): CopyOptions & ReadOptions & WatchOptions;
  /** Tells that something was done: a sentence for people, a line for programs. */
  done(what: string, event: object): void;
}

export interface VolumesOptions {
  readonly json?: boolean;
}

/** Of commands that change something. */
export interface ChangeOptions extends VolumesOptions {
  readonly dryRun?: boolean;
}

/** Of commands after which something is gone. */
export interface ConfirmOptions extends ChangeOptions {
  readonly confirm?: string;
}

/**
 * Reads the inventory's volume group, and what LVM reports.
 *
 * @throws LvmError `vg-not-found`, `ambiguous-group` when there are two of that name
 */
export async function openVolumes(session: Session, options: VolumesOptions): Promise<OpenVolumes> {
  const { runHere } = await import('@kvm/lvm/run');
  return read(session, options, runHere);
}

async function read(session: Session, { json = false }: VolumesOptions, run: RunProgram): Promise<OpenVolumes> {
  const { parsed } = await readInventory(session);
  const { vg } = parsed.inventory.host;
  const { readStorage, streamHere } = await import('@kvm/lvm/run');
  const { groupNamed } = await import('@kvm/lvm');
  const { signal, release } = interruption();
  const runner = { run, stream: streamHere, report: (what: string) => session.say(what) };
  try {
    const storage = await readStorage(runner);
    groupNamed(storage, vg);
    return {
      ...{ parsed, vg, storage },
      options: (what) => ({ ...runner, signal, onProgress: showEach(session, { what, json }) }),
      done(what, event) {
        if (json) session.out.jsonLine({ version: 1, event: 'done', ...event });
        else session.say(what);
      },
      [Symbol.asyncDispose]: async () => release(),
    };
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * As {@link openVolumes}, to change them: under the host's lock, which apply has too, and in its log. Nothing that kvmctl does
 * changes meanwhile what was read.
 *
 * @throws HostError `locked`
 */
export async function changeVolumes(
  session: Session,
  { dryRun = false, ...options }: ChangeOptions,
  command: string,
): Promise<OpenVolumes> {
  if (dryRun) return openVolumes(session, options);
  const { accessHere, lockHost } = await import('@kvm/host/run');
  const { runHere } = await import('@kvm/lvm/run');
  const lock = await lockHost(accessHere(), workingUser(session));
  try {
    const volumes = await read(session, options, lock.guard(runHere));
    return {
      ...volumes,
      done(what, event) {
        lock.log({ event: 'disk', command, ...event });
        volumes.done(what, event);
      },
      async [Symbol.asyncDispose]() {
        await volumes[Symbol.asyncDispose]();
        await lock[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
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

/** What destroys data, or moves what others use, is done only when it is named twice. @throws CliError `usage` */
export function mustConfirm(name: string, { confirm, dryRun }: ConfirmOptions, what: string): void {
  if (dryRun || confirm === name) return;
  throw new CliError('usage', `${what}. If you mean it: --confirm=${name}; -n shows what would be done.`);
}
