import { execFile } from 'node:child_process';
import type { Daemon } from '@kvm/ci/libvirt-daemon';
import { build } from 'esbuild';

/** What a program printed, and how it ended. */
export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Runs a program to its end; `input` is for one that reads all of it. */
export function run(file: string, args: readonly string[], input?: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(file, args, (error, stdout, stderr) =>
      resolve({ stdout, stderr, exitCode: error === null ? 0 : (child.exitCode ?? -1) }),
    );
    child.stdin?.end(input);
  });
}

/** virsh with a connection of its own to the same libvirtd: the judge of what this package says. */
export const virsh = (daemon: Daemon, ...args: string[]): Promise<Outcome> =>
  run('virsh', ['--connect', `qemu+unix:///system?socket=${daemon.socket}`, ...args]);

/** One ES module, made of the TypeScript `source` and of this package's sources where it imports `@kvm/libvirt`. */
export async function bundle(source: string): Promise<string> {
  const result = await build({
    stdin: { contents: source, loader: 'ts', resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['@kvm/source'],
  });
  return result.outputFiles[0]?.text ?? '';
}

/** Runs `source` as a program where the daemon's socket is at its usual place. */
export async function runBesideDaemon(daemon: Daemon, source: string, user = 0): Promise<Outcome> {
  const inside = ['--target', `${daemon.namespaces}`, '--mount', '--net', '--setuid', `${user}`, '--setgid', `${user}`];
  return run('nsenter', [...inside, process.execPath, '--input-type=module', '-'], await bundle(source));
}
