import type { InventoryError } from '@kvm/inventory';
import type { Session } from '../session.ts';
import { CliError, systemCode } from './cli-error.ts';
import type { Paint } from './paint.ts';
import { counted } from './words.ts';

/** Tells what went wrong on standard error. @returns the exit code */
export async function reportError(session: Session, error: unknown): Promise<number> {
  const { io, err } = session;
  if (io.env.KVMCTL_DEBUG && error instanceof Error) err.message(error.stack ?? '');
  if (isInventoryError(error)) await reportProblems(session, error);
  else reportOne(session, error);
  return systemCode(error) === 'usage' ? 64 : 1;
}

function reportOne({ err }: Session, error: unknown): void {
  const head = err.paint.red('kvmctl:');
  const lines = error instanceof CliError ? error.lines : [];
  if (lines.length > 0) err.lines(lines.map((line, index) => (index === 0 ? `${head} ${line}` : line)));
  else err.message(`${head} ${explain(error)}`);
  if (isOurs(error)) err.lines(['KVMCTL_DEBUG=1 shows where it happened.']);
}

/** Errors that are meant for users have a code; another one is a mistake of ours. */
const isOurs = (error: unknown): boolean => systemCode(error) === undefined;

function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (isOurs(error)) return `this is a mistake in kvmctl itself: ${message}`;
  return systemCode(error) === 'NO_SOCKET' ? `${message} (--connect qemu+unix:///system?socket=PATH)` : message;
}

/** By its code and not its class, which would load the package. */
const isInventoryError = (error: unknown): error is InventoryError => systemCode(error) === 'invalid-inventory';

async function reportProblems({ err }: Session, { problems, unshown }: InventoryError): Promise<void> {
  const { formatProblem } = await import('@kvm/inventory');
  for (const problem of problems) err.lines([...paintProblem(err.paint, formatProblem(problem)), '']);
  if (unshown > 0) err.lines([`and more: ${counted(unshown, 'further problem')} not shown`, '']);
  err.lines([err.paint.red(`${counted(problems.length + unshown, 'problem')} in ${problems[0]?.file ?? ''}`)]);
}

function paintProblem(paint: Paint, text: string): readonly string[] {
  const lines = text.replaceAll('\t', ' ').split('\n');
  const remedy = lines.length - 1;
  return lines.map((line, index) => {
    if (index === 0) return line.replace(/^.*?:\d+:\d+:/, (place) => paint.bold(place));
    if (index === remedy) return paint.cyan(line);
    return line.replace(/(?<=^ +\|\s+)\^+$/, (carets) => paint.red(carets));
  });
}
