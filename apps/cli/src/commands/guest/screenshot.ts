import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { Command } from 'commander';
import { type ConnectionChoice, openConnection, takesConnection } from '../../hosts/connection.ts';
import { CliError, systemCode, systemReason } from '../../output/cli-error.ts';
import { fileNameOf, writePrivateFile } from '../../output/new-file.ts';
import type { Session } from '../../session.ts';

/** By the type that libvirt names; QEMU before 7.1 has only the second. */
const extensions = new Map([
  ['image/png', 'png'],
  ['image/x-portable-pixmap', 'ppm'],
]);

export function addScreenshot(program: Command, session: Session): void {
  takesConnection(program.command('screenshot'))
    .summary("take a picture of a guest's screen")
    .description(
      "Takes a picture of a guest's screen, into a file that only you may read. A file that is there already is left alone.",
    )
    .argument('<guest>', 'name or VMID')
    .argument('[file]', 'where to; - for standard output (default: GUEST.png)')
    .action(async (guest: string, file: string | undefined, choice: ConnectionChoice) => {
      if (file === '-' && session.out.isTerminal)
        throw new CliError('usage', 'a picture is nothing to read: write it to a file, or pipe it on.');
      const { findDomain } = await import('@kvm/host/run');
      await using connection = await openConnection(session, choice);
      const domain = await findDomain(connection, guest);
      const { mimeType, image } = await domain.screenshot();
      if (file === '-') {
        for await (const chunk of image) session.out.raw().write(chunk);
        return;
      }
      const name = file ?? `${fileNameOf(domain.name, 'guest')}.${extensions.get(mimeType) ?? 'picture'}`;
      await writeNew(resolve(session.io.cwd, name), name, image);
      session.print(`wrote ${name}`);
    });
}

async function writeNew(path: string, name: string, image: Readable): Promise<void> {
  try {
    await writePrivateFile(path, image);
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') {
      const message = `${name} is there already and stays as it is. Name another file: kvmctl screenshot GUEST FILE`;
      throw new CliError('file-exists', message, { cause });
    }
    if (cause instanceof Error && 'syscall' in cause) {
      throw new CliError('cannot-write', `${name} cannot be written: ${systemReason(cause)}.`, { cause });
    }
    throw cause;
  }
}
