import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type ProgramResult, type RunProgram, runHere } from '../src/run/index.ts';

/**
 * This machine's own LVM with disks of its own, and without device-mapper: it reads, writes and judges as ever, makes no
 * devices, and sees nothing that is not its own. Its disks go when this process ends, however it ends.
 */
export class PrivateLvm {
  readonly disks: readonly string[];
  readonly folder: string;
  readonly #held: readonly number[];

  private constructor(folder: string, disks: readonly string[], held: readonly number[]) {
    this.folder = folder;
    this.disks = disks;
    this.#held = held;
  }

  /** @param count disks of 64 MiB each, all but the last one in the group `vg`, whose extents have 64 KiB */
  static async start(count: number): Promise<PrivateLvm> {
    const folder = await mkdtemp(join(tmpdir(), 'kvm-lvm-test-'));
    const disks: string[] = [];
    const held: number[] = [];
    for (let index = 0; index < count; index++) {
      const file = join(folder, 'disk');
      await writeFile(file, '');
      await truncate(file, 64 * 2 ** 20);
      const { stdout: disk } = await execa('losetup', ['--find', '--show', file]);
      // Open here, detached there: the kernel frees it at the last close, and the file with it.
      held.push(openSync(disk, 'r'));
      await execa('losetup', ['--detach', disk]);
      await rm(file);
      disks.push(disk);
    }
    const lvm = new PrivateLvm(folder, disks, held);
    for (const name of ['etc', 'lock']) await mkdir(join(folder, name));
    await lvm.see(disks);
    await lvm.must('pvcreate', ...disks);
    await lvm.must('vgcreate', '--physicalextentsize', '64k', 'vg', ...disks.slice(0, -1));
    return lvm;
  }

  /** Makes LVM see these disks only, as a filter does, or a cable that is pulled. */
  async see(disks: readonly string[]): Promise<void> {
    const accept = disks.map((disk) => `"a|^${disk}$|"`).join(', ');
    const conf = `devices {
  filter = [ ${accept}, "r|.*|" ]
  use_devicesfile = 0
  obtain_device_list_from_udev = 0
  external_device_info_source = "none"
}
global { activation = 0  locking_dir = "${this.folder}/lock"  event_activation = 0 }
backup { backup = 0  archive = 0 }
`;
    await writeFile(join(this.folder, 'etc/lvm.conf'), conf);
  }

  readonly run: RunProgram = async (command, input) => {
    const { exitCode, stdout, stderr } = await runHere(['env', `LVM_SYSTEM_DIR=${this.folder}/etc`, ...command], input);
    // What it says of having no device-mapper is so by intention.
    const meant =
      /^ *WARNING: (?:Activation disabled|This metadata update is NOT backed|Logical volume .* not zeroed).*\n/gm;
    return { exitCode, stdout, stderr: stderr.replaceAll(meant, '') };
  };

  async must(...command: readonly [string, ...string[]]): Promise<ProgramResult> {
    const result = await this.run(command);
    if (result.exitCode !== 0) throw new Error(`${command.join(' ')}: ${result.stderr}`);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const descriptor of this.#held) closeSync(descriptor);
    await rm(this.folder, { recursive: true });
  }
}
