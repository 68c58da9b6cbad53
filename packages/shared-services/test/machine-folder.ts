import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type RunProgram, runHere } from '../src/run/index.ts';

const ok = (stdout = '') => ({ exitCode: 0, stdout, stderr: '' });

const nameOf = (words: string): string => execFileSync('id', [words], { encoding: 'utf8' }).trim();

/**
 * A machine whose /etc is a folder: its files are real, root on it is whoever runs the test. What starts services only writes down
 * what it is told.
 */
export class MachineFolder implements Disposable {
  /** In memory, where there is a place: a file that is put there is synced. */
  readonly root: string = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'kvm-machine-'));
  readonly owner: string = nameOf('-un');
  readonly group: string = nameOf('-gn');
  /** What was told to systemd and run besides. */
  readonly told: string[] = [];
  /** What programs that the machine has answer. */
  readonly answers = new Map<string, string>();
  isAlive = true;

  readonly run: RunProgram = async (command, input = '', options) => {
    const text = command.join(' ').replace('sh -c exec "$@" sh ', '');
    if (text.startsWith('dpkg-query')) return ok(command.map((name) => `${name} installed\n`).join(''));
    if (text === 'test -d /run/systemd/system') return { ...ok(), exitCode: this.isAlive ? 0 : 1 };
    if (text.split(' ')[0] !== 'sh' && command[0] !== 'rm' && command[0] !== 'head' && command[0] !== 'cat') {
      this.told.push(text);
      return ok(this.answers.get(text));
    }
    const [, , script = '', unit = ''] = command;
    if (script.includes('systemctl')) {
      this.told.push(`${script.startsWith('systemctl try-restart') ? 'release' : 'stop'} ${unit}`);
      return ok();
    }
    const here = (word: string): string =>
      word === 'root:root' ? `${this.owner}:${this.group}` : word.replaceAll(/^\/etc\//gm, `${this.root}/etc/`);
    const [program, ...words] = command;
    const result = await runHere([program, ...words.map(here)], input.startsWith('{') ? input : here(input), options);
    return { ...result, stdout: result.stdout.replaceAll(this.root, '') };
  };

  put(path: string, content: string): void {
    mkdirSync(dirname(this.root + path), { recursive: true });
    writeFileSync(this.root + path, content, { mode: 0o644 });
  }

  /** Undefined when there is none. */
  read(path: string): string | undefined {
    return existsSync(this.root + path) ? readFileSync(this.root + path, 'utf8') : undefined;
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
