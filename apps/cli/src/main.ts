import { systemCode, systemReason } from './cli-error.ts';
import { version } from './version.ts';

/** Everything else is loaded only when it is needed: this is what a shell prompt may wait for. */
async function main(argv: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      // A reader that has seen enough, as head, is no mistake.
      if (systemCode(error) === 'EPIPE') process.exit();
      process.stderr.write(`kvmctl: the output cannot be written: ${systemReason(error)}\n`);
      process.exit(1);
    });
  }
  if (argv.length === 1 && argv[0] === '--version') {
    process.stdout.write(`${version}\n`);
    return;
  }
  const { run } = await import('./run.ts');
  process.exitCode = await run(argv, {
    stdout: process.stdout,
    stderr: process.stderr,
    get stdin() {
      return process.stdin;
    },
    cwd: process.cwd(),
    env: process.env,
  });
}

main(process.argv.slice(2));
