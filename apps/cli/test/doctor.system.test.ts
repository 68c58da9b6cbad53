import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '@kvm/ci/needs';
import { describe, expect, test } from 'vitest';
import { bundle } from './bundled.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe.skipIf(needs('root', 'qemu-system-x86_64'))('what doctor runs', () => {
  /**
   * Has doctor look at a machine with KVM and a kernel, as far as files say, where QEMU and what the inventory names are
   * programs that leave a file behind.
   */
  function examined(
    emulator: string,
    prepare = '',
  ): { readonly ran: boolean; readonly stdout: string; readonly stderr: string } {
    const folder = temporaryFolder();
    const trace = join(folder, 'ran');
    const program = join(folder, 'program');
    writeFileSync(program, `#!/bin/sh\necho Linux version >>${trace}\necho Linux version\n`, { mode: 0o755 });
    const inventory = `host: { name: management, address: 192.168.100.1/24, emulator: ${emulator.replace('PROGRAM', program)} }\n`;
    writeFileSync(join(folder, 'inventory.yaml'), inventory);
    const script = `set -e
      mount --bind ${program} /usr/bin/qemu-system-x86_64
      mount -t tmpfs boot /boot; mkdir /boot/kvm.current; : >/boot/kvm.current/vmlinuz
      [ -e /dev/kvm ] || { mount -t tmpfs dev /dev; mknod -m 666 /dev/null c 1 3; : >/dev/kvm; }
      ${prepare.replace('PROGRAM', program)}
      exec ${process.execPath} ${bundle} doctor --trust-xml --json --connect qemu+unix:///system?socket=/nonexistent`;
    const { stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', script], { cwd: folder, encoding: 'utf8' });
    return { ran: existsSync(trace), stdout, stderr };
  }
  const found = (stdout: string, check: string): string | undefined =>
    JSON.parse(stdout).checks.find(({ name }: { name: string }) => name === check)?.found;

  test("QEMU at its place is tried with the guests' kernel", () => {
    const { ran, stdout, stderr } = examined('/usr/bin/qemu-system-x86_64');
    expect(found(stdout, 'KVM'), stderr).toBe('a kernel boots on it');
    expect(ran).toBe(true);
  });

  test('a program that the inventory names is not run, also of an inventory that is trusted', () => {
    const { ran, stdout, stderr } = examined('PROGRAM');
    expect(found(stdout, 'KVM')).not.toBe('a kernel boots on it');
    expect(found(stdout, 'emulator'), stderr).toContain('is no QEMU that is known');
    expect(ran).toBe(false);
  });

  test("QEMU that is not root's is not run", () => {
    const { ran, stdout } = examined('/usr/bin/qemu-system-x86_64', 'chown 65534 PROGRAM');
    expect(found(stdout, 'KVM')).not.toBe('a kernel boots on it');
    expect(ran).toBe(false);
  });
});
