import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { capturedRun } from '../../../test/captured-run.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';

const domain = (memory: number) => `<domain type='kvm'>
  <memory unit='MiB'>${memory}</memory>
  <devices>
      <disk type='block'><source dev='/dev/vg/a'/>
      <target dev='vda'/></disk>
      <disk type='file'><target dev='vdb'/></disk>
  </devices>
</domain>
`;

/** The words that follow `kvmctl xml get`, with two files and domain(3) on standard input. */
function get(...words: string[]) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'a.xml'), domain(1));
  writeFileSync(join(cwd, 'b.xml'), domain(2));
  return capturedRun(['xml', 'get', ...words], { cwd, stdin: domain(3) });
}

test.each([
  [['a.xml', '/domain/memory'], '1\n'],
  [['-', '/domain/memory'], '3\n'],
  [['a.xml', 'b.xml', '-', '/domain/memory'], 'a.xml: 1\nb.xml: 2\nstdin: 3\n'],
  [['a.xml', '/domain/devices/disk/target/@dev'], 'vda\nvdb\n'],
  [['a.xml', "/domain/devices/disk[target/@dev='vdb']/@type"], 'file\n'],
  [
    ['a.xml', '/domain/devices/disk[1]'],
    "<disk type='block'>\n  <source dev='/dev/vg/a'/>\n  <target dev='vda'/>\n</disk>\n",
  ],
])('xml get %j', async (words, stdout) => {
  expect(await get(...words)).toEqual({ exitCode: 0, stdout, stderr: '' });
});

test('--json tells where each value is', async () => {
  const { stdout } = await get('--json', 'a.xml', '/domain/devices/disk/target/@dev');
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    values: [
      { file: 'a.xml', path: '/domain/devices/disk[1]/target/@dev', value: 'vda' },
      { file: 'a.xml', path: '/domain/devices/disk[2]/target/@dev', value: 'vdb' },
    ],
  });
  expect(JSON.parse((await get('--json', 'a.xml', '/domain/devices/disk[2]/target')).stdout).values).toEqual([
    { file: 'a.xml', path: '/domain/devices/disk[2]/target', xml: "<target dev='vdb'/>" },
  ]);
});

test('what is wrong with one file is told, and the others are looked at nevertheless', async () => {
  expect(await get('no.xml', 'a.xml', '/domain/memory')).toEqual({
    exitCode: 1,
    stdout: 'a.xml: 1\n',
    stderr: 'kvmctl: no.xml cannot be read: no such file or directory.\n',
  });
  expect(await get('a.xml', '/domain/memry')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'kvmctl: a.xml: /domain/memry: nothing is there; <domain> has memory, devices. Did you mean memory?\n',
  });
});

test.each([
  [['/domain/memory'], 64, 'kvmctl: a file and a path are needed: kvmctl xml get guest.xml /domain/memory\n'],
  [['a.xml', 'memory'], 1, expect.stringContaining('a.xml: memory: this path cannot be understood from "memory" on')],
])('a wrong use is refused: %j', async (words, exitCode, stderr) => {
  expect(await get(...words)).toEqual({ exitCode, stdout: '', stderr });
});
