import { spawnSync } from 'node:child_process';
import { needs } from '@kvm/ci/needs';
import { describe, expect, test } from 'vitest';
import { exampleFolder, userEnvironment } from './bundled.ts';
import { openTerminal } from './pseudo-terminal.ts';

const shells = [
  ['bash', 'bash --norc -i', 'source <(kvmctl completion bash)'],
  ['zsh', 'zsh -f -i', 'autoload -U compinit; compinit -u -D; source <(kvmctl completion zsh)'],
] as const;

describe.each(shells)('%s', (name, command, load) => {
  const missing = needs('script', 'stty', name);

  test.skipIf(missing)('completes what is typed', async () => {
    const terminal = openTerminal(command);
    const enter = async (keys: string) => {
      terminal.type(`${keys}; echo "=ready"=\n`);
      return terminal.shows('=ready=');
    };
    await enter(load);
    expect(await enter('kvmctl show pub\t')).toContain('172.16.65.1/24');
    expect(await enter('kvmctl validate -i inv\t')).toContain('inventory.yaml: 5 guests');
    expect(await enter('kvmctl render -n --out exp\t')).toContain('0 to create, ');
    expect(await enter('kvmctl rou\t --f\t win\t')).toContain('route -p ADD');
    terminal.type('kvmctl show p\t\t');
    await terminal.shows('private');
    await terminal.shows('public');
    terminal.type('\x15exit\n');
    await terminal.ends();
  });
});

describe.skipIf(needs('fish'))('fish', () => {
  test.each([
    ['kvmctl show p', 'private\tguest\npublic\tguest\n'],
    ['kvmctl -i ./inv', './inventory.yaml\n'],
    ['kvmctl render --out exp', 'expected/\tDirectory\n'],
    ['kvmctl lab u', 'up\tstart the lab\n'],
  ])('%s', (line, expected) => {
    const script = 'kvmctl completion fish | source; complete -C $argv[1]';
    const { stdout } = spawnSync('fish', ['-N', '-c', script, line], {
      cwd: exampleFolder,
      env: userEnvironment(),
      encoding: 'utf8',
    });
    expect(stdout).toBe(expected);
  });
});
