import { pipeline } from 'node:stream/promises';
import { shellCommand } from '@kvm/command';
import type { VmHost } from '@kvm/lab';

/**
 * Runs a command in a virtual machine, joined to this program's own input and outputs; where those are a terminal, it has one
 * of its own.
 *
 * @returns its exit code
 */
export async function runInside(vm: VmHost, command: readonly string[], cwd: string): Promise<number> {
  const { stdin, stdout, stderr } = process;
  const terminal = stdin.isTTY && stdout.isTTY;
  const sized = `stty cols ${stdout.columns} rows ${stdout.rows}; exec ${shellCommand(command)}`;
  const argv = terminal ? ['script', '-qec', sized, '/dev/null'] : command;
  const env = { TERM: process.env.TERM ?? 'dumb' };
  const inside = vm.spawn(argv, { cwd, env });
  if (terminal) stdin.setRawMode(true);
  stdin.pipe(inside.stdin);
  try {
    await Promise.all([
      pipeline(inside.stdout, stdout, { end: false }),
      pipeline(inside.stderr, stderr, { end: false }),
    ]);
    return await inside.exitCode;
  } finally {
    stdin.unpipe();
    stdin.pause();
    if (terminal) stdin.setRawMode(false);
  }
}
