import type { Command } from 'commander';
import type { Session } from '../session.ts';

export function addMan(program: Command, session: Session): void {
  program
    .command('man')
    .summary('print the manual page')
    .description(
      'Prints the manual page, with all commands. To read it: kvmctl man | man -l -. To keep it: ' +
        'kvmctl man >/usr/local/share/man/man1/kvmctl.1',
    )
    .action(async () => {
      const { renderManPage } = await import('./man/page.ts');
      session.out.document(renderManPage(program));
    });
}
