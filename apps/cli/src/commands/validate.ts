import type { Desired } from '@kvm/host';
import type { InventoryError } from '@kvm/inventory';
import type { Command } from 'commander';
import { readDesired } from '../input/read-inventory.ts';
import { listExposures } from '../input/trust.ts';
import { systemCode } from '../output/cli-error.ts';
import { counted } from '../output/words.ts';
import type { Session } from '../session.ts';

export function addValidate(program: Command, session: Session): void {
  program
    .command('validate')
    .summary('check the inventory')
    .description(
      'Checks the inventory and shows every problem with its place and remedy. Exit code 1 when there are any. What of it ' +
        'reaches the host beyond its guests, such as files and devices in raw XML, is named as warnings: read them before ' +
        "an inventory of somebody else's comes to a host.",
    )
    .option('--json', 'the problems as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      if (json) return validateAsJson(session);
      const { file, desired } = await readDesired(session);
      const { guests, machines } = desired.inventory;
      const warnings = desired.exposures;
      for (const each of listExposures(warnings)) session.say(`warning: ${each}`);
      const counts = [counted(guests.length, 'guest'), counted(machines.length, 'machine'), 'no problems'];
      if (warnings.length > 0)
        counts.push(
          `${counted(warnings.length, 'place')} that ${warnings.length === 1 ? 'reaches' : 'reach'} the host beyond the guests`,
        );
      session.print(`${file}: ${counts.join(', ')}`);
    });
}

async function validateAsJson(session: Session): Promise<void> {
  const { problems, unshown, warnings } = await judge(session);
  session.out.json({ version: 1, ok: problems.length === 0, problems, ...(unshown > 0 && { unshown }), warnings });
  if (problems.length > 0) session.exitCode = 1;
}

interface Judgement {
  readonly problems: InventoryError['problems'];
  /** How many more there are. */
  readonly unshown: number;
  readonly warnings: Desired['exposures'];
}

async function judge(session: Session): Promise<Judgement> {
  try {
    const { desired } = await readDesired(session);
    return { problems: [], unshown: 0, warnings: desired.exposures };
  } catch (error) {
    if (systemCode(error) !== 'invalid-inventory') throw error;
    const { problems, unshown } = error as InventoryError;
    return { problems, unshown, warnings: [] };
  }
}
