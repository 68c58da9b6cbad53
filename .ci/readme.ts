import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

/** A program in a README, and what it says it prints. */
export interface Example {
  readonly code: string;
  readonly output: string;
}

/** Programs in a README: fenced as `ts`, or `ts system` when they need root and real daemons. */
export function countPrograms(file: string, fence: 'ts' | 'ts system'): number {
  return [...readFileSync(file, 'utf8').matchAll(new RegExp(`^\`\`\`${fence}$`, 'gm'))].length;
}

/** The programs that are followed by a `text` block, which is what they print. */
export function readExamples(file: string, fence: 'ts' | 'ts system'): Example[] {
  const pattern = new RegExp(`^\`\`\`${fence}\n(.*?)^\`\`\`$(?:(?!^\`\`\`).)*?^\`\`\`text\n(.*?)^\`\`\`$`, 'gms');
  return [...readFileSync(file, 'utf8').matchAll(pattern)].map(([, code = '', output = '']) => ({
    code,
    output: output.trimEnd(),
  }));
}

/**
 * Runs a program as a module of the folder that the README stands in.
 *
 * @param through what runs it elsewhere: `['nsenter', '--target', '65', '--net']`
 * @returns what it printed
 */
export async function runExample(code: string, file: string, through: readonly string[] = []): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: dirname(file), loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['@kvm/source'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/');" },
  });
  const [command = '', ...args] = [...through, process.execPath, '--input-type=module', '-'];
  const program = promisify(execFile)(command, args);
  program.child.stdin?.end(outputFiles[0]?.text);
  return (await program).stdout.trimEnd();
}
