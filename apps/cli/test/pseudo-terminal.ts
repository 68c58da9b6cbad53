import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { exampleFolder, userEnvironment } from './bundled.ts';

export interface PseudoTerminal {
  type(keys: string): void;
  /** Waits until the terminal has shown it after what was waited for before. @returns all shown since then */
  shows(text: string): Promise<string>;
  /** Waits for the program's end. @returns its exit code, and all that is left to be shown */
  ends(): Promise<{ exitCode: unknown; shown: string }>;
}

/** Runs a shell command in a terminal of 80 by 24, in the example's folder. */
export function openTerminal(command: string, env: NodeJS.ProcessEnv = {}): PseudoTerminal {
  const child = spawn('script', ['-qec', `stty cols 80 rows 24; exec ${command}`, '/dev/null'], {
    cwd: exampleFolder,
    env: userEnvironment(env),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill();
  });
  let shown = '';
  let closed = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown = (shown + text).replaceAll('\r\n', '\n');
  });
  child.stdout.on('close', () => {
    closed = true;
  });
  const exit = once(child, 'close');
  return {
    type: (keys) => child.stdin.write(keys),
    async shows(text) {
      while (!shown.includes(text)) {
        if (closed) throw new Error(`the terminal closed without showing ${JSON.stringify(text)}, but: ${shown}`);
        await Promise.race([once(child.stdout, 'data'), exit]);
      }
      const end = shown.indexOf(text) + text.length;
      const before = shown.slice(0, end);
      shown = shown.slice(end);
      return before;
    },
    async ends() {
      const [exitCode] = await exit;
      return { exitCode, shown };
    },
  };
}
