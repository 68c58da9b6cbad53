import { type ExecFileException, execFile } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a program has ended with; 127 when it is not there. */
interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

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
      const disk = (await lo('--find', '--show', file)).stdout.trim();
      // Open here, detached there: the kernel frees it at the last close, and the file with it.
      held.push(openSync(disk, 'r'));
      await lo('--detach', disk);
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

  /** What a program needs in its environment to see these disks only. */
  get environment(): Readonly<Record<string, string>> {
    return { LVM_SYSTEM_DIR: `${this.folder}/etc`, LVM_SUPPRESS_FD_WARNINGS: '1', LC_ALL: 'C' };
  }

  readonly run = async (command: readonly [string, ...string[]], input = ''): Promise<Ended> => {
    const { stderr, ...ended } = await runProgram(command, { ...process.env, ...this.environment }, input);
    return { ...ended, stderr: stderr.replaceAll(MEANT, '') };
  };

  async must(...command: readonly [string, ...string[]]): Promise<Ended> {
    const result = await this.run(command);
    if (result.exitCode !== 0) throw new Error(`${command.join(' ')}: ${result.stderr}`);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const descriptor of this.#held) closeSync(descriptor);
    await rm(this.folder, { recursive: true });
  }
}

/** What LVM says of having no device-mapper, which is so by intention. */
const MEANT =
  /^ *WARNING: (?:Activation disabled|This metadata update is NOT backed|Logical volume .* not zeroed).*\n/gm;

const lo = (...words: string[]): Promise<Ended> => runProgram(['losetup', ...words], process.env, '');

function runProgram(
  [program, ...words]: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
  input: string,
): Promise<Ended> {
  return new Promise((resolve) => {
    const done = (error: ExecFileException | null, stdout: string, stderr: string): void => {
      const code = error === null ? 0 : error.code;
      resolve({ exitCode: typeof code === 'number' ? code : 127, stdout, stderr });
    };
    const { stdin } = execFile(program, words, { env, maxBuffer: 2 ** 28 }, done);
    stdin?.on('error', () => undefined); // it may end before it has read everything
    stdin?.end(input);
  });
}
