import { systemCode, systemReason } from './output/cli-error.ts';
import { version } from './output/version.ts';

/** What package.json asks for, which nobody is asked who starts the file itself. */
const floor = { major: 20, minor: 19 };

function isOldNode(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major < floor.major || (major === floor.major && minor < floor.minor);
}

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
  if (isOldNode()) {
    const needed = `${floor.major}.${floor.minor}`;
    process.stderr.write(
      `kvmctl: needs Node ${needed} or newer; this is Node ${process.versions.node} (${process.execPath}). Debian 13 has Node 20.19; newer ones are at nodejs.org.\n`,
    );
    process.exitCode = 1;
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
