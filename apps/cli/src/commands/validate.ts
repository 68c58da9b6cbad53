import type { InventoryError } from '@kvm/inventory';
import type { Command } from 'commander';
import { systemCode } from '../cli-error.ts';
import { readDesired } from '../read-inventory.ts';
import type { Session } from '../session.ts';
import { counted } from '../words.ts';

export function addValidate(program: Command, session: Session): void {
  program
    .command('validate')
    .summary('check the inventory')
    .description(
      'Checks the inventory and shows every problem with its place and remedy. Exit code 1 when there are any.',
    )
    .option('--json', 'the problems as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      if (json) return validateAsJson(session);
      const { file, desired } = await readDesired(session);
      const { guests, machines } = desired.inventory;
      session.print(`${file}: ${counted(guests.length, 'guest')}, ${counted(machines.length, 'machine')}, no problems`);
    });
}

async function validateAsJson(session: Session): Promise<void> {
  const problems = await findProblems(session);
  session.out.json({ version: 1, ok: problems.length === 0, problems });
  if (problems.length > 0) session.exitCode = 1;
}

async function findProblems(session: Session): Promise<InventoryError['problems']> {
  try {
    await readDesired(session);
    return [];
  } catch (error) {
    if (systemCode(error) === 'invalid-inventory') return (error as InventoryError).problems;
    throw error;
  }
}
