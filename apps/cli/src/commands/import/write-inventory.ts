import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError, systemReason } from '../../output/cli-error.ts';
import { replaceFile } from '../../output/replace-file.ts';
import { unifiedDiff } from '../../output/unified-diff.ts';
import type { Session } from '../../session.ts';

interface Edit {
  readonly before: string | undefined;
  readonly after: string;
  readonly dryRun?: boolean;
}

/** Writes the inventory to where it is read from, or shows what would change. @throws CliError `cannot-write` */
export function writeInventory(session: Session, { before, after, dryRun }: Edit): void {
  const { inventory, io, out } = session;
  if (dryRun) out.document(unifiedDiff({ file: inventory, before: before ?? '', after }, session.paint));
  else if (inventory === '-') out.file(after);
  else if (before !== undefined) replaceFile(session, inventory, after);
  else {
    try {
      writeFileSync(resolve(io.cwd, inventory), after, { flag: 'wx' });
    } catch (cause) {
      throw new CliError('cannot-write', `${inventory} cannot be written: ${systemReason(cause)}.`, { cause });
    }
  }
}
