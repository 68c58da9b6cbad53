import type { InventoryError } from '@kvm/inventory';
import { systemCode } from './cli-error.ts';
import { printable } from './printable.ts';
import type { Paint, Session } from './session.ts';
import { counted } from './words.ts';

/** Tells what went wrong on standard error. @returns the exit code */
export async function reportError(session: Session, error: unknown): Promise<number> {
  const { io, paintError: paint } = session;
  if (io.env.KVMCTL_DEBUG && error instanceof Error) io.stderr.write(`${printable(error.stack ?? '')}\n`);
  if (isInventoryError(error)) await reportProblems(session, error);
  else io.stderr.write(`${paint.red('kvmctl:')} ${printable(explain(error))}\n`);
  return systemCode(error) === 'usage' ? 64 : 1;
}

/** Errors that are meant for users have a code; another one is a mistake of ours. */
function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (systemCode(error) !== undefined) return message;
  return `this is a mistake in kvmctl itself: ${message}\nKVMCTL_DEBUG=1 shows where it happened.`;
}

/** By its code and not its class, which would load the package. */
const isInventoryError = (error: unknown): error is InventoryError => systemCode(error) === 'invalid-inventory';

async function reportProblems({ io, paintError }: Session, { problems }: InventoryError): Promise<void> {
  const { formatProblem } = await import('@kvm/inventory');
  const shown = problems.map((problem) => `${paintProblem(paintError, printable(formatProblem(problem)))}\n\n`);
  const file = printable(problems[0]?.file ?? '');
  io.stderr.write(`${shown.join('')}${paintError.red(`${counted(problems.length, 'problem')} in ${file}`)}\n`);
}

function paintProblem(paint: Paint, text: string): string {
  const lines = text.split('\n');
  const remedy = lines.length - 1;
  return lines
    .map((line, index) => {
      if (index === 0) return line.replace(/^.*?:\d+:\d+:/, (place) => paint.bold(place));
      if (index === remedy) return paint.cyan(line);
      return line.replace(/(?<=^ +\|\s+)\^+$/, (carets) => paint.red(carets));
    })
    .join('\n');
}
