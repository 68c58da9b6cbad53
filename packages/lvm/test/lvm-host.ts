import { setTimeout as sleep } from 'node:timers/promises';
import { startVmHost, type VmHost } from '@kvm/lab';
import { expect } from 'vitest';
import type { RunProgram } from '../src/run/index.ts';

/** A host in a virtual machine with real LVM, whose disks can be made slow or sick. */
export interface LvmHost extends AsyncDisposable {
  readonly vm: VmHost;
  readonly run: RunProgram;
  /** A script that must succeed. @returns its output */
  shell(script: string): Promise<string>;
  /** Empties all disks and makes them well again. */
  reset(): Promise<void>;
  /**
   * Cuts the power somewhere in the midst of a command of an action, which is chosen by its number, or at its end when it has
   * fewer. Then the machine starts again, and its volumes are activated as a start of the host does.
   */
  cutDuring(command: number, action: (run: RunProgram) => Promise<unknown>): Promise<void>;
  /** Makes reads, writes or both of a disk fail from one megabyte on: LVM's own metadata stay readable. */
  sicken(disk: number, how: 'error' | 'flakey'): Promise<void>;
  heal(disk: number): Promise<void>;
  /** Delays every read and write of a disk, so that there is time to do something meanwhile. */
  slow(disk: number, ms: number): Promise<void>;
}

const MIB = 2048; // sectors

/** Disks `/dev/mapper/d0`, `/dev/mapper/d1` ... of so many MiB, as layers over the machine's own. */
export async function startLvmHost(count: number, mebibytes: number): Promise<LvmHost> {
  const vm = await startVmHost({ disks: Array.from({ length: count }, () => ({ bytes: mebibytes * 2 ** 20 })) });
  const run: RunProgram = (command, input = '') =>
    vm.exec(command, { input, env: { LC_ALL: 'C' }, timeoutMs: 280_000 });
  const shell = async (script: string): Promise<string> => {
    const { exitCode, stdout, stderr } = await run(['bash', '-ec', script]);
    if (exitCode !== 0) throw new Error(`${script}\nended with ${exitCode}: ${stderr}`);
    return stdout;
  };
  const table = (disk: number, target: (first: number, sectors: number) => string): string => {
    const size = mebibytes * MIB;
    return `0 ${MIB} linear ${vm.disks[disk]} 0\n${MIB} ${size - MIB} ${target(MIB, size - MIB)}`;
  };
  const well = (disk: number): string => table(disk, (first) => `linear ${vm.disks[disk]} ${first}`);
  const load = async (disk: number, lines: string): Promise<void> => {
    await shell(
      `dmsetup reload d${disk} <<'EOF'\n${lines}\nEOF\ndmsetup suspend --noflush d${disk}; dmsetup resume d${disk}`,
    );
  };
  const create = vm.disks.map((_, disk) => `dmsetup create d${disk} <<'EOF'\n${well(disk)}\nEOF`).join('\n');
  const filter = 'devices { global_filter=["a|/dev/mapper/d[0-9]|","r|.*|"] }';
  const attach = async (): Promise<void> => {
    await shell(`echo '${filter}' >/etc/lvm/lvmlocal.conf; modprobe dm_mirror\n${create}`);
  };
  await attach();
  return {
    vm,
    run,
    shell,
    async cutDuring(number, action) {
      let count = 0;
      const cutRun: RunProgram = async (command, input) => {
        const result = run(command, input);
        result.catch(() => undefined); // the machine ends while it runs
        if (++count === number) {
          await Promise.race([result, sleep(Math.random() * 1000)]);
          await vm.powerCut();
        }
        return await result;
      };
      await action(cutRun).catch((error) => expect(error).toMatchObject({ code: 'vm-ended' }));
      await vm.powerCut();
      await vm.start();
      await attach();
      await shell('vgchange -qq -ay --poll n');
    },
    heal: (disk) => load(disk, well(disk)),
    sicken: (disk, how) =>
      load(
        disk,
        table(disk, (first) => (how === 'error' ? 'error' : `flakey ${vm.disks[disk]} ${first} 0 3600`)),
      ),
    slow: (disk, ms) =>
      load(
        disk,
        table(disk, (first) => `delay ${vm.disks[disk]} ${first} ${ms}`),
      ),
    async reset() {
      // Without LVM's own commands, of which each takes a second without KVM: whatever was left, in whatever state.
      const wipe = vm.disks.map((disk) => `dd if=/dev/zero of=${disk} bs=1M count=1 oflag=direct status=none`);
      await shell(
        [
          'for at in /mnt /backup; do ! mountpoint -q $at || umount $at; done',
          'dmsetup remove_all --force; dmsetup mknodes; rm -rf /dev/vg',
          ...wipe,
          create,
        ].join('\n'),
      );
    },
    [Symbol.asyncDispose]: () => vm[Symbol.asyncDispose](),
  };
}
