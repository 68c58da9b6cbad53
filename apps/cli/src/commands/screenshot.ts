import { rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { Command } from 'commander';
import { CliError, systemCode, systemReason } from '../cli-error.ts';
import { type ConnectionChoice, openConnection, takesConnection } from '../connection.ts';
import type { Session } from '../session.ts';

/** By the type that libvirt names; QEMU before 7.1 has only the second. */
const extensions = new Map([
  ['image/png', 'png'],
  ['image/x-portable-pixmap', 'ppm'],
]);

export function addScreenshot(program: Command, session: Session): void {
  takesConnection(program.command('screenshot'))
    .summary("take a picture of a guest's screen")
    .description("Takes a picture of a guest's screen. A file that is there already is left alone.")
    .argument('<guest>', 'name or VMID')
    .argument('[file]', 'where to; - for standard output (default: GUEST.png)')
    .action(async (guest: string, file: string | undefined, choice: ConnectionChoice) => {
      const { findDomain } = await import('../find-domain.ts');
      await using connection = await openConnection(session, choice);
      const domain = await findDomain(connection, guest);
      const { mimeType, image } = await domain.screenshot();
      if (file === '-') {
        for await (const chunk of image) session.out.raw().write(chunk);
        return;
      }
      const name = file ?? `${domain.name}.${extensions.get(mimeType) ?? 'picture'}`;
      await writeNew(resolve(session.io.cwd, name), name, image);
      session.print(`wrote ${name}`);
    });
}

async function writeNew(path: string, name: string, image: Readable): Promise<void> {
  try {
    await writeFile(path, image, { flag: 'wx' });
  } catch (cause) {
    image.destroy();
    if (systemCode(cause) === 'EEXIST') {
      const message = `${name} is there already and stays as it is. Name another file: kvmctl screenshot GUEST FILE`;
      throw new CliError('file-exists', message, { cause });
    }
    await rm(path, { force: true }); // half a picture is none
    if (cause instanceof Error && 'syscall' in cause) {
      throw new CliError('cannot-write', `${name} cannot be written: ${systemReason(cause)}.`, { cause });
    }
    throw cause;
  }
}
