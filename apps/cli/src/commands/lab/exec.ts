import type { Command } from 'commander';
import { readDesired } from '../../input/read-inventory.ts';
import type { Session } from '../../session.ts';

export function addLabExec(lab: Command, session: Session): void {
  lab
    .command('exec')
    .summary('run a command on a machine of the lab')
    .description(
      'Runs a command on a machine of the lab, guests included, and ends with its exit code. ' +
        'Only machines that are no guests read standard input.',
    )
    .argument('<machine>', 'a guest, the host or another machine of the inventory')
    .argument('<command...>', 'the command and its arguments, after --')
    .usage('[options] <machine> -- <command...>')
    .showHelpAfterError('The command comes after --, as in: kvmctl lab exec hoge -- ping 172.16.65.1')
    .action(async (machine: string, argv: string[]) => {
      const { desired } = await readDesired(session);
      const { checkMachine, labExec, openLab } = await import('@kvm/lab');
      checkMachine();
      // Ctrl-C is for the command, which shares the terminal; its end is ours.
      const ignore = (): void => undefined;
      process.on('SIGINT', ignore);
      try {
        const { exitCode, stdout, stderr } = await labExec(await openLab(desired), machine, argv, true);
        session.out.raw().write(stdout);
        session.err.raw().write(stderr);
        session.exitCode = exitCode;
      } finally {
        process.off('SIGINT', ignore);
      }
    });
}
