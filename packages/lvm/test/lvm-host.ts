import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startVmHost, type VmHost } from '@kvm/lab';
import { expect } from 'vitest';
import type { RunProgram, StreamProgram, WatchOptions } from '../src/run/index.ts';

/** A host's disks as LVM sees them, of which `startLvmHost` makes as many as are wanted. */
export const [d0, d1, d2, d3] = ['/dev/mapper/d0', '/dev/mapper/d1', '/dev/mapper/d2', '/dev/mapper/d3'] as const;

const MIB = 2048; // sectors

/** A host in a virtual machine with real LVM, whose disks can be made slow or sick. */
export class LvmHost implements AsyncDisposable {
  readonly vm: VmHost;
  readonly #mebibytes: number;

  private constructor(vm: VmHost, mebibytes: number) {
    this.vm = vm;
    this.#mebibytes = mebibytes;
  }

  /** Disks {@link d0}, {@link d1} ... of so many MiB, as layers over the machine's own. */
  static async start(count: number, mebibytes: number): Promise<LvmHost> {
    const disks = Array.from({ length: count }, () => ({ bytes: mebibytes * 2 ** 20 }));
    const host = new LvmHost(await startVmHost({ disks }), mebibytes);
    await host.#attach();
    return host;
  }

  readonly run: RunProgram = (command, input = '') =>
    this.vm.exec(command, { input, env: { LC_ALL: 'C' }, timeoutMs: 280_000 });

  readonly stream: StreamProgram = async (command, { input = [], output }) => {
    const program = this.vm.spawn(command, { env: { LC_ALL: 'C' } });
    const said = text(program.stderr);
    if (typeof output === 'object') program.stdout.pipe(output);
    else program.stdout.resume();
    await pipeline(input, program.stdin).catch(() => undefined); // it may end before it has read everything
    return { exitCode: await program.exitCode, stdout: '', stderr: await said };
  };

  /** A script that must succeed. @returns its output */
  async shell(script: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(['bash', '--norc', '-ec', script]);
    if (exitCode !== 0) throw new Error(`${script}\nended with ${exitCode}: ${stderr}`);
    return stdout;
  }

  /** Empties all disks, makes them well again, and a group `vg` of the first ones. */
  async reset(disksInGroup: number): Promise<void> {
    // Without LVM's own commands, of which each takes long without KVM: whatever was left, in whatever state.
    const wipe = this.vm.disks.map((disk) => `dd if=/dev/zero of=${disk} bs=1M count=1 oflag=direct status=none`);
    await this.shell(
      [
        'for at in /mnt /backup; do ! mountpoint -q $at || umount $at; done',
        'dmsetup remove_all --force; dmsetup mknodes; rm -rf /dev/vg /backup; mkdir /backup',
        ...wipe,
        ...this.#layers(),
        `vgcreate -qq -s 1M vg ${[d0, d1, d2, d3].slice(0, disksInGroup).join(' ')}`,
      ].join('\n'),
    );
  }

  /**
   * Cuts the power after so long, whatever an action is doing then. The machine starts again, and its volumes are activated as a
   * start of the host does.
   */
  async cutAfter(ms: number, action: (run: RunProgram) => Promise<unknown>): Promise<void> {
    const ended = action(this.run).catch((error) => expect(error).toMatchObject({ code: 'vm-ended' }));
    await sleep(ms);
    await this.vm.powerCut();
    await ended;
    await this.vm.start();
    await this.#attach();
    await this.shell('vgchange -qq -ay --poll n');
  }

  /** Makes reads, writes or both of a disk fail from one megabyte on: LVM's own metadata stay readable. */
  async sicken(disk: number, how: 'error' | 'flakey'): Promise<void> {
    await this.#load(disk, (first) => (how === 'error' ? 'error' : `flakey ${this.vm.disks[disk]} ${first} 0 3600`));
  }

  async heal(disk: number): Promise<void> {
    await this.#load(disk, (first) => `linear ${this.vm.disks[disk]} ${first}`);
  }

  /** Delays every read and write of a disk, so that there is time to do something meanwhile. */
  async slow(disk: number, ms: number): Promise<void> {
    await this.#load(disk, (first) => `delay ${this.vm.disks[disk]} ${first} ${ms}`);
  }

  /** Options of a move, during which a disk sickens once so much is copied: before the next look, however slow this is. */
  sickenAt(share: number, sicken: () => Promise<void>): WatchOptions {
    let state: 'well' | 'due' | 'sick' = 'well';
    return {
      intervalMs: 200,
      onProgress: ({ copiedBytes, bytes }) => {
        if (state === 'well' && copiedBytes >= share * bytes) state = 'due';
      },
      run: async (command, input) => {
        if (state === 'due') {
          state = 'sick';
          await sicken();
        }
        return await this.run(command, input);
      },
    };
  }

  /** Writes a text over and over, to its end. */
  async fill(volume: string, content: string): Promise<void> {
    await this.shell(
      `yes '${content}' | dd of=/dev/vg/${volume} bs=1M iflag=fullblock oflag=direct 2>/dev/null || true`,
    );
  }

  /** @returns checksum of what is on disk, of the whole volume or its beginning */
  async sum(volume: string, mebibytes?: number): Promise<string> {
    const count = mebibytes === undefined ? '' : `count=${mebibytes}`;
    return await this.shell(`sync; dd if=/dev/vg/${volume} bs=1M ${count} iflag=direct status=none | sha256sum`);
  }

  /** Names of all volumes of the group but LVM's own, in order. */
  async names(): Promise<string[]> {
    return (await this.shell('lvs --noheadings -o lv_name vg')).trim().split(/\s+/).sort();
  }

  /** Disks that a volume lies on, as LVM says: `d1 d3`. */
  async disksOf(volume: string): Promise<string> {
    const lines = await this.shell('lvs -a --noheadings -o lv_name,devices vg');
    const parts = new RegExp(`^ *\\[?${volume}(_[rt][a-z]+_?\\d?\\]?)? .*$`, 'gm');
    const disks = (lines.match(parts) ?? []).flatMap((line) => line.match(/\bd\d(?=\()/g) ?? []);
    return [...new Set(disks)].sort().join(' ');
  }

  /** Of LVM's volumes and of pvmove's processes. */
  async expectNoMove(): Promise<void> {
    const volumes = 'lvs -a --noheadings -o lv_name | grep pvmove || true';
    const processes = 'pgrep -f "^.lvm2. .*pvmove|^pvmove|^.lvm2. .*1161000000" || true';
    expect(await this.shell(`${volumes}; ${processes}`)).toBe('');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.vm[Symbol.asyncDispose]();
  }

  async #attach(): Promise<void> {
    // Neither a daemon's start nor copies of metadata in memory belong to what is tried, and both take seconds without KVM.
    const settings = [
      'devices { global_filter=["a|/dev/mapper/d[0-9]|","r|.*|"] }',
      'activation { monitoring=0 }',
      'backup { backup=0 archive=0 }',
    ];
    const write = `printf '%s\\n' '${settings.join("' '")}' >/etc/lvm/lvmlocal.conf`;
    await this.shell([write, 'modprobe dm_mirror', ...this.#layers()].join('\n'));
  }

  #layers(): string[] {
    const well = (disk: string): string => this.#table(disk, (first) => `linear ${disk} ${first}`);
    return this.vm.disks.map((disk, index) => `dmsetup create d${index} <<'EOF'\n${well(disk)}\nEOF`);
  }

  /** LVM's metadata at its beginning are always well. */
  #table(disk: string, target: (first: number) => string): string {
    const rest = (this.#mebibytes - 1) * MIB;
    return `0 ${MIB} linear ${disk} 0\n${MIB} ${rest} ${target(MIB)}`;
  }

  async #load(disk: number, target: (first: number) => string): Promise<void> {
    const table = this.#table(this.vm.disks[disk] ?? '', target);
    const swap = `dmsetup suspend --noflush d${disk}; dmsetup resume d${disk}`;
    await this.shell(`dmsetup reload d${disk} <<'EOF'\n${table}\nEOF\n${swap}`);
  }
}
