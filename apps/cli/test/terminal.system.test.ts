import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { needs } from '@kvm/ci/needs';
import { describe, expect, test } from 'vitest';
import { openTerminal } from './pseudo-terminal.ts';

describe.skipIf(needs('script', 'stty'))('in a terminal of 80 by 24', () => {
  test.each([
    'show',
    'show public',
    'routes',
    'validate',
    '--help',
    'render --help',
    'lab exec --help',
    '-i none show',
  ])('kvmctl %s keeps within its width', async (line) => {
    const { shown } = await openTerminal(`kvmctl ${line}`).ends();
    const lines = stripVTControlCharacters(shown).split('\n');
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.filter(({ length }) => length > 80)).toEqual([]);
  });

  test('colours, unless they are not wanted', async () => {
    const coloured = await openTerminal('kvmctl show').ends();
    expect(coloured.shown).toContain('\x1b[');
    const plain = stripVTControlCharacters(coloured.shown);
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }])
      expect(await openTerminal('kvmctl show', env).ends()).toEqual({ exitCode: 0, shown: plain });
    expect(await openTerminal('kvmctl show --no-color').ends()).toEqual({ exitCode: 0, shown: plain });
  });

  test('only the stream that is a terminal is coloured', async () => {
    const { shown } = await openTerminal("sh -c 'kvmctl show | cat'").ends();
    expect(shown).not.toContain('\x1b');
    expect(shown).toContain('VNC   MEMORY  VCPUS');
  });

  test('Ctrl-C ends it without a word', async () => {
    const terminal = openTerminal('kvmctl -i - show');
    await sleep(500);
    terminal.type('\x03');
    expect((await terminal.ends()).shown.replace('^C', '').trim()).toBe('');
  });
});
