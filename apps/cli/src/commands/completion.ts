import type { Command } from 'commander';
import type { Session } from '../session.ts';
import { completionScripts, type Shell, shells } from './completion/shells.ts';

export function addCompletion(program: Command, session: Session): void {
  const command = program
    .command('completion')
    .summary('print the completion of a shell')
    .description('Prints the completion of a shell. In ~/.bashrc, for instance: eval "$(kvmctl completion bash)"');
  command.addArgument(command.createArgument('<shell>', 'the shell').choices(shells)).action((shell: Shell) => {
    session.out.document(completionScripts[shell]);
  });
}
