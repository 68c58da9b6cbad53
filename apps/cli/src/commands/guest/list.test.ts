import { expect, test } from 'vitest';
import { capturedRun } from '../../../test/captured-run.ts';
import { temporaryFolder } from '../../../test/temporary-folder.ts';

test('says how to mend it when no libvirtd is there', async () => {
  const socket = `${temporaryFolder()}/libvirt-sock`;
  expect(await capturedRun(['list', '--connect', `qemu+unix:///system?socket=${socket}`])).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: `kvmctl: there is no socket ${socket}: install and start libvirtd, or name its socket (--connect qemu+unix:///system?socket=PATH)\n`,
  });
});

test('refuses what is no URI', async () => {
  const { exitCode, stderr } = await capturedRun(['list', '--connect', 'host2']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain('kvmctl: "host2" is no connection URI');
});
