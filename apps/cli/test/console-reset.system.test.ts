import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { needs } from '@kvm/ci/needs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { resetTerminal } from '../src/terminal/console/terminal-reset.ts';
import { userEnvironment } from './bundled.ts';
import { type HostileWords, startHostileLibvirtd } from './hostile-libvirtd.ts';
import { openTerminal } from './pseudo-terminal.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** Each mode that a guest's program leaves behind when it is left in the middle. */
const spoiled =
  'text\r\n\x1b[?1049h\x1b[?1000h\x1b[?1002h\x1b[?1003h\x1b[?1005h\x1b[?1006h\x1b[?2004h\x1b[?1004h\x1b[?1h\x1b=\x1b[?25l' +
  '\x1b[31;7m\x1b(0\x1b[5;10r\x1b[?6h\x1b[4h\x1b[?7l\x1b]2;a title\x07SPOILED\x1b]2;without an end';

async function consoleOf(words: Partial<HostileWords> = {}) {
  const daemon = await startHostileLibvirtd({ word: 'db', bytes: Buffer.from(spoiled), staysOn: true, ...words });
  let ended: PromiseLike<void> | undefined;
  const end = (): PromiseLike<void> => {
    ended ??= daemon[Symbol.asyncDispose]();
    return ended;
  };
  onTestFinished(() => end());
  return { end, command: `kvmctl console db --connect '${daemon.uri}'` };
}

const reset = resetTerminal({ TERM: 'xterm', LANG: 'C.UTF-8' }, { otherScreen: true, origin: true });

describe.skipIf(needs('script', 'stty'))('a console is left', () => {
  test('by its key', async () => {
    const { command } = await consoleOf();
    const terminal = openTerminal(command);
    await terminal.shows('SPOILED');
    terminal.type('\x1d');
    const { exitCode, shown } = await terminal.ends();
    expect({ exitCode, reset: shown.endsWith(reset) }).toEqual({ exitCode: 0, reset: true });
  });

  test.each(['TERM', 'HUP', 'INT', 'QUIT'])('by SIG%s', async (signal) => {
    const { command } = await consoleOf();
    const terminal = openTerminal(`sh -c 'echo pid $$ is it; exec ${command.replaceAll("'", '"')}'`);
    const pid = /pid (\d+)/.exec(await terminal.shows('is it'))?.[1];
    await terminal.shows('SPOILED');
    process.kill(Number(pid), `SIG${signal}`);
    expect((await terminal.ends()).shown).toContain(reset);
  });

  test('after the guest went off', async () => {
    const { command } = await consoleOf({ staysOn: false });
    const terminal = openTerminal(command);
    await terminal.shows('waits for its start');
    terminal.type('\x1d');
    expect((await terminal.ends()).shown.endsWith(reset)).toBe(true);
  });

  test('after libvirtd was lost', async () => {
    const { command, end } = await consoleOf();
    const terminal = openTerminal(command);
    await terminal.shows('SPOILED');
    await end();
    await terminal.shows('libvirtd is lost');
    terminal.type('\x1d');
    expect((await terminal.ends()).shown).toContain(reset);
  });
});

/** What tmux(1) knows of the terminal that it is. */
const modes = [
  'alternate_on',
  'mouse_any_flag',
  'mouse_sgr_flag',
  'mouse_utf8_flag',
  'cursor_flag',
  'keypad_cursor_flag',
  'keypad_flag',
  'insert_flag',
  'wrap_flag',
  'origin_flag',
  'scroll_region_upper',
  'scroll_region_lower',
];

describe.skipIf(needs('tmux'))('in a real terminal', () => {
  test('the modes are those of before, and what is typed and shown is as it is', async () => {
    const { command } = await consoleOf();
    const socket = `${temporaryFolder()}/tmux`;
    const tmux = (...words: string[]): string => {
      const { stdout, stderr, status } = spawnSync('tmux', ['-S', socket, '-f', '/dev/null', ...words], {
        encoding: 'utf8',
        env: userEnvironment(),
      });
      if (status !== 0) throw new Error(`tmux ${words[0]}: ${stderr}`);
      return stdout;
    };
    const shows = async (text: string): Promise<string> => {
      for (;;) {
        const screen = tmux('capture-pane', '-p');
        if (screen.includes(text)) return screen;
        await sleep(50);
      }
    };
    const state = (): string => tmux('display-message', '-p', modes.map((mode) => `${mode}=#{${mode}}`).join(' '));
    tmux('new-session', '-d', '-x', '80', '-y', '24', 'env -i TERM=screen LANG=C.UTF-8 PATH="$PATH" sh');
    onTestFinished(() => {
      tmux('kill-server');
    });
    tmux('send-keys', 'PS1="$ "; echo be""fore', 'Enter');
    await shows('before');
    const before = state();
    tmux('send-keys', command, 'Enter');
    for (;;) {
      if (state().includes('alternate_on=1')) break;
      await sleep(50);
    }
    expect(state()).not.toBe(before);
    tmux('send-keys', 'C-]');
    for (;;) {
      if (state() === before) break;
      await sleep(50);
    }
    tmux('send-keys', 'echo af""ter', 'Enter');
    const screen = await shows('after');
    // The shell's lines follow what was there, and letters are letters; its prompt may come behind what is typed early.
    const last = screen.replace(/\n+$/, '').split('\n').slice(-3);
    expect(last.map((line) => line.replace(/^\$ ?/, ''))).toEqual(['echo af""ter', 'after', '']);
    expect(screen).toContain('text');
  });
});
