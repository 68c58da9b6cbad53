import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { expect, test } from 'vitest';
import { kvmctl } from './bundled.ts';
import { temporaryFolder } from './temporary-folder.ts';

test.skipIf(needs('root', 'qemu-system-x86_64', 'unshare'))(
  'kvmctl lab vm: a command on a host with disks, its input, outputs and exit code; a file keeps what is written to it',
  () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'disk.raw'), '');
    truncateSync(join(cwd, 'disk.raw'), 2 ** 20);
    const script = 'pwd; cat /sys/block/vda/size; cat >/dev/vdb; echo said >&2; exit 3';
    const argv = ['-q', 'lab', 'vm', '--disk', '64M', '--disk', 'disk.raw', '--', 'sh', '-c', script];
    const { status, stdout, stderr } = kvmctl(argv, { cwd, input: 'kept' });
    expect({ status, stdout, stderr }).toEqual({ status: 3, stdout: `${cwd}\n${2 ** 17}\n`, stderr: 'said\n' });
    expect(readFileSync(join(cwd, 'disk.raw'), 'utf8').slice(0, 4)).toBe('kept');
  },
);

test('kvmctl lab vm with a size that is none: says so before anything is started', () => {
  const { status, stderr } = kvmctl(['lab', 'vm', '--disk', '4 elephants']);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('"4 elephants" is not a size') });
});
