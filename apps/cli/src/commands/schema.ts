import type { Command } from 'commander';
import type { Session } from '../session.ts';

export function addSchema(program: Command, session: Session): void {
  program
    .command('schema')
    .summary("print the inventory's JSON Schema, for editors")
    .description(
      "Prints the inventory's JSON Schema. Editors with a YAML language server complete and check an inventory whose " +
        'first line is: # yaml-language-server: $schema=FILE',
    )
    .action(async () => {
      const { inventoryJsonSchema } = await import('@kvm/inventory');
      session.out.json(inventoryJsonSchema());
    });
}
