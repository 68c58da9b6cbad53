import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Desired } from '@kvm/host';
import type { ParsedInventory } from '@kvm/inventory';
import { CliError, systemCode, systemReason } from '../output/cli-error.ts';
import type { Session } from '../session.ts';

/** Well over what an inventory may have, so that a device or a wrong file does not fill the memory. */
const mostBytes = 16 * 1024 * 1024;

export interface ReadInventory {
  /** The file's name as the user gave it. */
  readonly file: string;
  readonly parsed: ParsedInventory;
}

/**
 * Reads and checks the inventory of `--inventory`.
 *
 * @throws CliError when it cannot be read, InventoryError when it has problems
 */
export async function readInventory(session: Session, inventory = session.inventory): Promise<ReadInventory> {
  const file = inventory === '-' ? 'stdin' : inventory;
  const text = await readText(session, inventory);
  const { parseInventory } = await import('@kvm/inventory');
  return { file, parsed: parseInventory(text, { file }) };
}

/** The inventory as it is written, not yet checked. @throws CliError when it cannot be read */
export async function readText(session: Session, inventory = session.inventory): Promise<string> {
  if (inventory === '-') return decode(await readAll(session.io.stdin, 'stdin'), 'stdin');
  return decode(await readFile(session, inventory), inventory);
}

/** As {@link readInventory}, with all that follows from it. */
export async function readDesired(session: Session): Promise<ReadInventory & { readonly desired: Desired }> {
  const read = await readInventory(session);
  const { deriveDesired } = await import('@kvm/host');
  return { ...read, desired: deriveDesired(read.parsed) };
}

async function readFile({ io }: Session, file: string): Promise<Uint8Array> {
  try {
    await using handle = await open(resolve(io.cwd, file));
    return await readAll(handle.createReadStream({ autoClose: false }), file);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    if (systemCode(cause) === 'ENOENT') {
      const message = [
        `there is no file ${file}.`,
        '`kvmctl init` writes an inventory to begin with; -i FILE names another file.',
      ];
      throw new CliError('no-inventory', message, { cause });
    }
    const message = `${file} cannot be read: ${systemReason(cause)}. -i FILE names another inventory.`;
    throw new CliError('unreadable-inventory', message, { cause });
  }
}

async function readAll(source: AsyncIterable<Uint8Array>, file: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > mostBytes) throw new CliError('unreadable-inventory', `${file} is too large to be an inventory.`);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CliError('unreadable-inventory', `${file} is not UTF-8 text. Save it as UTF-8.`, { cause });
  }
}
