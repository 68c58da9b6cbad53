import type { RunProgram } from '@kvm/command';
import { expect, test } from 'vitest';
import type { MachineSetup, System } from '../index.ts';
import { compareSetup } from './compare-setup.ts';
import { putSetup } from './put-setup.ts';

const setup = (system: System, commands: readonly string[][] = [['ln', '-sf', 'a', 'b']]): MachineSetup => ({
  system,
  machine: 'web',
  packages: ['autofs', 'chrony'],
  files: [{ path: '/etc/a', mode: 0o644, owner: 'root', group: 'root', content: 'a\n' }],
  handlers: [{ reads: ['/etc/a'], commands, units: ['chronyd'], started: [], own: [] }],
});

/** A machine that has every tool, only the first package and no file, and writes down what it is told. */
function machine(installed: string) {
  const told: string[] = [];
  const run: RunProgram = async ([program, ...words], input = '') => {
    const name = program === 'sh' ? 'sh' : [program, ...words].join(' ');
    if (name === 'sh' && words.includes('installed')) return { exitCode: 1, stdout: installed, stderr: '' };
    if (name === 'sh') return { exitCode: 0, stdout: input === '/etc/a\n' ? '-\n\n\n' : '', stderr: '' };
    if (/^(?:dpkg-query|rpm) /.test(name)) return { exitCode: 1, stdout: installed, stderr: '' };
    told.push(name);
    return { exitCode: 0, stdout: '', stderr: '' };
  };
  return { run, told };
}

test.each([
  ['debian', 'autofs installed\n', 'apt-get install --no-install-recommends chrony'],
  ['rhel', 'autofs installed\npackage chrony is not installed\n', 'dnf install chrony'],
  ['alpine', 'autofs installed\n', 'apk add chrony'],
] as const)('on %s, what is missing is said as its user would install it', async (system, installed, remedy) => {
  const { run, told } = machine(installed);
  const difference = await compareSetup(setup(system), run);
  expect(difference.packages).toEqual(['chrony']);
  await expect(putSetup(setup(system), difference, run)).rejects.toThrow(
    `web lacks packages: run there \`${remedy}\`.`,
  );
  expect(told).toEqual([]);
});

test.each([
  ['rhel', ['test -d /run/systemd/system', 'systemctl enable chronyd', 'systemctl restart chronyd']],
  ['alpine', ['test -d /run/openrc', 'rc-update add chronyd default', 'rc-service chronyd restart']],
] as const)('on %s, services are told by its own words', async (system, words) => {
  const { run, told } = machine('autofs installed\nchrony installed\n');
  const difference = await compareSetup(setup(system), run);
  expect(await putSetup(setup(system), difference, run)).toMatchObject({ restarted: ['chronyd'] });
  expect(told.slice(0, -1)).toEqual([words[0], 'ln -sf a b', ...words.slice(1)]);
});

test('where systemd does not run, nothing is asked of it, and the rest is done', async () => {
  const { run, told } = machine('autofs installed\nchrony installed\n');
  const dead: RunProgram = async (command, input) =>
    command[0] === 'test' ? { exitCode: 1, stdout: '', stderr: '' } : await run(command, input);
  const declared = setup('debian', [
    ['systemctl', 'daemon-reload'],
    ['ln', '-sf', 'a', 'b'],
  ]);
  const difference = await compareSetup(declared, dead);
  expect(await putSetup(declared, difference, dead)).toMatchObject({ restarted: [], toRestart: ['chronyd'] });
  expect(told.slice(0, -1)).toEqual(['ln -sf a b']);
});
