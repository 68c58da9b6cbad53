import type { Command } from 'commander';
import { takesConnection } from '../../hosts/connection.ts';
import type { Session } from '../../session.ts';
import type { ConsoleChoice } from '../../terminal/console/run-console.ts';

export function addConsole(program: Command, session: Session): void {
  takesConnection(program.command('console'))
    .summary("join a guest's console")
    .description(
      "Joins this terminal and a guest's console until Ctrl+] is pressed. It waits for a guest that is off, and stays " +
        "while it restarts. A guest with QEMU's agent is told the terminal's size.",
    )
    .argument('<guest>', 'name or VMID')
    .option('--force', 'take the console away from its present user')
    .action(async (guest: string, choice: ConsoleChoice) => {
      const { runConsole } = await import('../../terminal/console/run-console.ts');
      await runConsole(session, guest, choice);
    });
}
