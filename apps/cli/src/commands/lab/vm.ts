import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { reportSteps } from '../../output/report-steps.ts';
import type { Session } from '../../session.ts';
import { runInside } from '../../terminal/attach-vm.ts';
import { interruption } from '../../terminal/interruption.ts';

interface Options {
  readonly disk: readonly string[];
  readonly memory: string;
}

const append = (text: string, before: readonly string[]): string[] => [...before, text];

export function addLabVm(lab: Command, session: Session): void {
  lab
    .command('vm')
    .summary('run a command on a whole host in a virtual machine, with spare disks')
    .description(
      'Starts a host in a virtual machine, with a kernel of its own, the disks that are asked for, and the files of ' +
        'this machine that every user may read; runs a command on it, bash without one; and ends it. What is written there is gone afterwards, except on ' +
        'disks that are files. Volumes can be tried there: kvmctl lab vm --disk 4GiB --disk 4GiB.',
    )
    .option('--disk <size|file>', 'a disk: an empty one of so many bytes, or a file; may be repeated', append, [])
    .option('--memory <size>', 'its memory', '1GiB')
    .argument('[command...]', 'the command and its arguments, after --')
    .usage('[options] [-- <command...>]')
    .action(async (argv: string[], { disk, memory }: Options) => {
      const { parseSize } = await import('@kvm/lvm');
      const { startVmHost } = await import('@kvm/lab');
      const disks = disk.map((text) =>
        /^\d/.test(text) ? { bytes: parseSize(text) } : { path: resolve(session.io.cwd, text) },
      );
      const { signal, release } = interruption();
      const memoryMiB = Math.floor(parseSize(memory) / 2 ** 20);
      const share = [session.io.cwd, dirname(process.argv[1] ?? '/')];
      const options = { disks, memoryMiB, share, report: reportSteps(session), signal };
      await using vm = await startVmHost(options).finally(release);
      session.exitCode = await runInside(vm, argv.length > 0 ? argv : ['bash'], session.io.cwd);
      await vm.exec(['sync']);
    });
}
