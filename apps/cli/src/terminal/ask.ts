import { CliError } from '../output/cli-error.ts';
import type { Session } from '../session.ts';

/**
 * Asks the person at the terminal.
 *
 * @throws CliError `usage` when nobody is there
 */
export async function askYes({ io, err }: Session, question: string): Promise<boolean> {
  if (!io.stdin.isTTY) throw new CliError('usage', 'nobody is there to be asked: --yes does it without asking.');
  err.question(`${question} [y/N]`);
  for await (const chunk of io.stdin) return /^\s*y(es)?\s*$/i.test(Buffer.from(chunk).toString());
  return false;
}
