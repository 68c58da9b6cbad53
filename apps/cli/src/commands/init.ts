import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { CliError, systemCode, systemReason } from '../output/cli-error.ts';
import type { Session } from '../session.ts';
import { firstInventory } from './init/first-inventory.ts';

export function addInit(program: Command, session: Session): void {
  program
    .command('init')
    .summary('write an inventory to begin with')
    .description('Writes a commented inventory to begin with. A file that is there already is left alone.')
    .argument('[file]', 'where to; - for standard output (default: the file that -i names)')
    .action(async (argument?: string) => {
      const file = argument ?? session.inventory;
      if (file === '-') session.out.document(firstInventory);
      else {
        await writeNew(session, file);
        session.print(`wrote ${file}`);
        session.say('Change its addresses and guests, then: kvmctl validate, kvmctl show');
      }
    });
}

async function writeNew({ io }: Session, file: string): Promise<void> {
  try {
    await writeFile(resolve(io.cwd, file), firstInventory, { flag: 'wx' });
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') {
      const message = `${file} is there already and stays as it is. Name another file: kvmctl init FILE`;
      throw new CliError('file-exists', message, { cause });
    }
    throw new CliError('cannot-write', `${file} cannot be written: ${systemReason(cause)}.`, { cause });
  }
}
