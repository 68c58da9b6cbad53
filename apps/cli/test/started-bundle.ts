import { spawn } from 'node:child_process';
import { bundle, userEnvironment } from './bundled.ts';

interface StartOptions {
  readonly cwd: string;
  readonly timeoutMs: number;
  /** Else the bundle itself. */
  readonly program?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs the bundle while this process goes on, and kills it when it hangs: its status is then null. */
export async function startBundle(
  argv: readonly string[],
  { cwd, timeoutMs, program = bundle, env = userEnvironment() }: StartOptions,
): Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(program, argv, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      if (texts[name].length < 100_000) texts[name] += text;
    });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, ...texts };
}
