import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';
import { execa } from './execa.ts';
import { cacheFolder, type GuestKernel } from './kernel.ts';

export type Accelerator = 'kvm' | 'tcg';

/** A kernel on KVM reaches its initramfs in well under a second; one that has not after this long never will. */
const patienceMs = 6000;

/**
 * Whether the guests' kernel really boots on KVM here. `/dev/kvm` alone says little: on some clouds it is there, and a
 * stock kernel hangs on it. The answer is kept for this boot of the machine and this kernel.
 */
export async function findAccelerator(kernel: GuestKernel, report: (message: string) => void): Promise<Accelerator> {
  if (!existsSync('/dev/kvm')) return 'tcg';
  const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  const question = `${boot} ${release()} ${kernel.release}`;
  const memory = join(cacheFolder, 'accelerator');
  const known = existsSync(memory) ? (await readFile(memory, 'utf8')).split('\n') : [];
  if (known[0] === question && (known[1] === 'kvm' || known[1] === 'tcg')) return known[1];
  report('tries whether a stock kernel boots on /dev/kvm (once)');
  const answer = (await bootsOnKvm(kernel)) ? 'kvm' : 'tcg';
  await writeFile(memory, `${question}\n${answer}\n`);
  return answer;
}

const sign = 'the-guest-kernel-is-alive';

async function bootsOnKvm({ kernel, initrd }: GuestKernel): Promise<boolean> {
  const { stdout } = await execa(
    'qemu-system-x86_64',
    [
      ...['-accel', 'kvm', '-cpu', 'host', '-m', '128', '-display', 'none', '-nodefaults', '-no-reboot'],
      // Its first program says the sign and ends, on which the kernel panics and QEMU ends.
      ...['-serial', 'stdio', '-kernel', kernel, '-initrd', initrd],
      ...['-append', `console=ttyS0 quiet panic=-1 rdinit=/bin/echo -- ${sign}`],
    ],
    { timeout: patienceMs, forceKillAfterDelay: 500, reject: false, stdin: 'ignore' },
  );
  return stdout.includes(sign);
}
